import type { RelayPorts } from '../connection/relay-connection.ts';
import { webSocketPort } from '../connection/socket-port.ts';
import { type Surroundings, platformSurroundings } from '../connection/surroundings.ts';
import { systemClock } from '../lib/clock.ts';
import { platformRandom } from '../lib/ids.ts';

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
