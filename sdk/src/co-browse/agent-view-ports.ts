import type { RelayPorts } from '../connection/relay-connection.ts';
import { webSocketPort } from '../connection/socket-port.ts';
import { type Surroundings, platformSurroundings } from '../connection/surroundings.ts';
import { systemClock } from '../lib/clock.ts';
import { platformRandom } from '../lib/ids.ts';
import { type CoBrowseAgentDown, type Schema, coBrowseAgentDown } from '../protocol/index.ts';

/** The relay says something at least this often. */
const HEARTBEAT_MS = 10_000;

export interface PageViewOptions {
  server: string;
  conversation: string;
  share: string;
  /** Gives a one-time socket ticket, asked for before each connect, as for the relay. */
  ticket: () => Promise<string>;
}

/** What watching a page needs of the world; simulations give their own. */
export type PageViewPorts = RelayPorts;

/** The browser's own. A page goes over a WebSocket only: there is no other way that is quick enough. */
export const platformViewPorts: PageViewPorts = {
  clock: systemClock,
  random: platformRandom,
  socket: webSocketPort,
  surroundings: platformSurroundings,
};

/** What happens around matters only where there is no connection: the relay's own pings find a dead one. */
export function surroundingsOf(surroundings: Surroundings, isOnline: () => boolean): Surroundings {
  return {
    get network() {
      return surroundings.network;
    },
    watch: (then) =>
      surroundings.watch((event) => {
        if (event === 'no-network' || !isOnline()) then(event);
      }),
  };
}

/** The connection wants to know how long a silence may last; here it is always the same. */
export const withHeartbeat: Schema<CoBrowseAgentDown> = {
  decode: (value, path) => {
    const frame = coBrowseAgentDown.decode(value, path);
    return frame.type === 'welcome' ? { ...frame, heartbeatMs: HEARTBEAT_MS } : frame;
  },
  json: () => coBrowseAgentDown.json(),
};
