import { setTimeout as delay } from 'node:timers/promises';
import type { FaultProxy, Faults } from './fault-proxy.ts';
import type { Seeded } from './seeded.ts';

/** Faults of a network that last a while. */
export const LASTING_FAULTS = ['delay', 'skew', 'throttle', 'freeze', 'frames', 'refuse'] as const;
export type LastingFault = (typeof LASTING_FAULTS)[number];

function faultsOf(name: LastingFault, random: Seeded): Faults {
  switch (name) {
    case 'delay':
      return { delayMs: [0, random.integer(5, 200)] };
    case 'skew':
      return { skewMs: [0, random.integer(20, 300)] };
    case 'throttle':
      return { bytesPerSecond: random.integer(2_000, 20_000) };
    case 'freeze':
      return { frozen: true };
    case 'refuse':
      return { refuseConnections: true };
    case 'frames':
      return {
        frames: (direction, text) => {
          if (!/"type":"(entry|command|ack)"/.test(text)) return 'pass';
          if (direction === 'down' && text.includes('"type":"entry"') && random.chance(0.1)) return 'drop';
          return random.chance(0.1) ? 'twice' : random.chance(0.1) ? 'later' : 'pass';
        },
      };
  }
}

/** A network that is bad in one way for `lastsMs`, and well again afterwards. */
export async function lastingFault(
  proxy: FaultProxy,
  name: LastingFault,
  lastsMs: number,
  random: Seeded,
): Promise<void> {
  proxy.set(faultsOf(name, random));
  await delay(lastsMs);
  proxy.set({});
}
