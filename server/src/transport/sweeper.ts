import type { Clock } from '@alongside/sdk/shared';
import type { Limits } from '../lib/limits.ts';
import type { Connection } from './connection.ts';
import type { ConversationFeed } from './conversation-feed.ts';
import type { RelayRates } from './relay-rates.ts';
import type { SessionRegistry } from './session-registry.ts';
import type { Transmitter } from './transmitter.ts';

export interface SweeperParts {
  clock: Clock;
  limits: Limits;
  sessions: SessionRegistry;
  feed: ConversationFeed;
  out: Transmitter;
  rates: RelayRates;
  /** Looks up whether a connection's session still stands, and closes it where not. */
  recheck: (connection: Connection) => void;
}

/** Rates are swept once in this many sweeps. */
const RATES_EVERY = 30;

/**
 * One timer for all connections: hellos that do not come, pings, sockets that are dead or do not close, sessions
 * to be looked up again. A timer per connection would cost more memory than everything else of it.
 */
export class Sweeper {
  readonly #parts: SweeperParts;
  #cancel: () => void;
  #count = 0;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
    this.#cancel = this.#later();
  }

  stop(): void {
    this.#cancel();
  }

  #later(): () => void {
    const { clock, limits } = this.#parts;
    return clock.after(limits.sweepEveryMs, () => {
      this.#cancel = this.#later();
      this.#sweep();
    });
  }

  #sweep(): void {
    const { clock, sessions, rates } = this.#parts;
    const now = clock.monotonic();
    for (const connection of sessions.all) this.#look(connection, now);
    this.#count += 1;
    if (this.#count % RATES_EVERY === 0) rates.sweep(now);
  }

  #look(connection: Connection, now: number): void {
    const { limits, out } = this.#parts;
    if (connection.closingAt !== 0) {
      if (now - connection.closingAt > limits.closeGraceMs) connection.wire.terminate();
      return;
    }
    if (connection.role === 'none') {
      if (now - connection.openedAt > limits.helloTimeoutMs) out.close(connection, 4009, 'no hello');
      return;
    }
    if (connection.pingedAt !== 0) {
      if (now - connection.pingedAt > limits.answerTimeoutMs) out.close(connection, 4009);
      return;
    }
    const every = connection.role === 'agent' ? limits.agentHeartbeatMs : limits.visitorHeartbeatMs;
    if (now - connection.heartbeatAt >= every) this.#ping(connection, now);
    if (now - connection.checkedAt >= limits.sessionCheckEveryMs) {
      connection.checkedAt = now;
      this.#parts.recheck(connection);
    }
  }

  #ping(connection: Connection, now: number): void {
    const { feed, out } = this.#parts;
    connection.pingedAt = now;
    connection.heartbeatAt = now;
    // Nothing was sent of the desk yet where its version is 0.
    const desk = connection.desk?.version || undefined;
    out.send(connection, { type: 'ping', heads: feed.headsOf(connection), desk });
  }
}
