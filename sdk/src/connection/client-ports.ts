import { systemClock } from '../lib/clock.ts';
import { platformRandom } from '../lib/ids.ts';
import { FailoverOutboxStore } from './failover-outbox-store.ts';
import { withFallback } from './fallback-port.ts';
import { type OutboxStore, indexedDbOutboxStore } from './outbox-store.ts';
import type { RelayPorts } from './relay-connection.ts';
import { type SocketPort, webSocketPort } from './socket-port.ts';
import type { flush } from './flush.ts';
import type { TabChannel, TabPorts } from './tabs.ts';
import { platformSurroundings } from './surroundings.ts';
import { type TextAtOnce, localText, noText } from './text-at-once.ts';
import { type TokenStore, localTokenStore, memoryTokenStore } from './token-store.ts';

/** All that a client needs of the world; simulations give their own. */
export interface ClientPorts extends RelayPorts {
  /** A store that survives the page, or undefined where there is none. */
  durableStore(key: string): OutboxStore | undefined;
  tokenStore(key: string): TokenStore;
  /** A text that is kept at once, for what a page that goes has no time to save otherwise. */
  textAtOnce(key: string): TextAtOnce;
  /** Absent: every page connects by itself. */
  tabs?: TabPorts | undefined;
  /** What sends what waits when the page goes; loaded with the first message. */
  flush?: (...of: Parameters<typeof flush>) => void;
}

const platformTabs: TabPorts = {
  get locks() {
    return navigator.locks;
  },
  channel: (name) => new BroadcastChannel(name) as unknown as TabChannel,
  group: () => import('./tab-group.ts'),
};

/** Where all site data is blocked, already the name throws. */
function hasIndexedDb(): boolean {
  try {
    return typeof indexedDB !== 'undefined';
  } catch {
    return false;
  }
}

/** WebSockets, and what takes their place where they do not work; one client remembers which it was. */
function platformSocket(): SocketPort {
  return withFallback(webSocketPort, systemClock, async (socketWorked) => {
    const { platformChoice } = await import('./platform-choice.ts');
    return platformChoice(socketWorked);
  });
}

/** The browser's or Node's own. `memory` keeps nothing beyond the page. */
export function platformPorts(storage: 'browser' | 'memory' | undefined): ClientPorts {
  const random = platformRandom;
  const kept = storage !== 'memory';
  const inBrowser = kept && typeof document !== 'undefined';
  return {
    clock: systemClock,
    random,
    socket: platformSocket(),
    surroundings: platformSurroundings,
    durableStore: (key) => (kept && hasIndexedDb() ? indexedDbOutboxStore(key, random) : undefined),
    textAtOnce: (key) => (inBrowser ? localText(key) : noText),
    tokenStore: (key) => (inBrowser ? localTokenStore(key) : memoryTokenStore()),
    flush: (...of) => {
      import('./flush.ts').then((its) => its.flush(...of)).catch(() => undefined);
    },
    tabs: inBrowser && hasIndexedDb() ? platformTabs : undefined,
  };
}

/** The store of a client's outbox. */
export function openStore(ports: ClientPorts, key: string): FailoverOutboxStore {
  return new FailoverOutboxStore(ports.durableStore(key), ports.clock, ports.random);
}
