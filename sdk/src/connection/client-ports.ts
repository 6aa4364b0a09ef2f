import { systemClock } from '../lib/clock.ts';
import { platformRandom } from '../lib/ids.ts';
import { FailoverOutboxStore } from './failover-outbox-store.ts';
import { type OutboxStore, indexedDbOutboxStore } from './outbox-store.ts';
import type { RelayPorts } from './relay-connection.ts';
import { webSocketPort } from './socket-port.ts';
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
}

/** Where all site data is blocked, already the name throws. */
function hasIndexedDb(): boolean {
  try {
    return typeof indexedDB !== 'undefined';
  } catch {
    return false;
  }
}

/** The browser's or Node's own. `memory` keeps nothing beyond the page. */
export function platformPorts(storage: 'browser' | 'memory' | undefined): ClientPorts {
  const random = platformRandom;
  const kept = storage !== 'memory';
  return {
    clock: systemClock,
    random,
    socket: webSocketPort,
    surroundings: platformSurroundings,
    durableStore: (key) => (kept && hasIndexedDb() ? indexedDbOutboxStore(key, random) : undefined),
    textAtOnce: (key) => (kept && typeof document !== 'undefined' ? localText(key) : noText),
    tokenStore: (key) =>
      kept && typeof document !== 'undefined' ? localTokenStore(key) : memoryTokenStore(),
  };
}

/** The store of a client's outbox. */
export function openStore(ports: ClientPorts, key: string): FailoverOutboxStore {
  return new FailoverOutboxStore(ports.durableStore(key), ports.clock, ports.random);
}
