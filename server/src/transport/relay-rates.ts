import type { Session } from '../events/session.ts';
import type { Limits } from '../lib/limits.ts';
import { TokenBuckets } from '../lib/token-buckets.ts';
import type { Connection } from './connection.ts';
import { identityOf } from './session-registry.ts';

const MINUTE_MS = 60_000;

/** The relay's rates. Those of a person hold over all connections and over reconnecting. */
export class RelayRates {
  readonly newConnections: TokenBuckets;
  readonly newVisitors: TokenBuckets;
  readonly hellos: TokenBuckets;
  readonly #visitorMessages: TokenBuckets;
  readonly #agentMessages: TokenBuckets;
  readonly #visitorCommands: TokenBuckets;
  readonly #agentCommands: TokenBuckets;
  readonly #signals: TokenBuckets;
  readonly #drafts: TokenBuckets;
  readonly #fetches: TokenBuckets;
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.newConnections = new TokenBuckets(limits.newConnectionsPerAddress);
    this.newVisitors = new TokenBuckets(limits.newVisitorsPerAddress);
    this.hellos = new TokenBuckets(limits.hellosPerVisitor);
    this.#visitorMessages = new TokenBuckets(limits.visitorMessages);
    this.#agentMessages = new TokenBuckets(limits.agentMessages);
    this.#visitorCommands = new TokenBuckets(limits.visitorCommands);
    this.#agentCommands = new TokenBuckets(limits.agentCommands);
    this.#signals = new TokenBuckets(limits.signals);
    this.#drafts = new TokenBuckets(limits.drafts);
    this.#fetches = new TokenBuckets(limits.fetches);
  }

  /** Whether the connection may send one more frame. Kept in the connection itself: it is asked for every frame. */
  takeFrame(connection: Connection, now: number): boolean {
    const { burst, perMinute } = this.#limits.framesPerConnection;
    const grown = connection.frameTokens + ((now - connection.frameTokensAt) * perMinute) / MINUTE_MS;
    connection.frameTokens = Math.min(burst, grown) - 1;
    connection.frameTokensAt = now;
    return connection.frameTokens >= 0;
  }

  /** 0, or for how many milliseconds not. `isMessage`: the command has a place in a device's order. */
  takeCommand(session: Session, isMessage: boolean, now: number): number {
    const rates = isMessage
      ? { visitor: this.#visitorMessages, agent: this.#agentMessages }
      : { visitor: this.#visitorCommands, agent: this.#agentCommands };
    return rates[session.kind].take(identityOf(session), now);
  }

  /** Drafts come as quickly as somebody types and leave the other signals their room. */
  takeSignal(session: Session, isDraft: boolean, now: number): boolean {
    return (isDraft ? this.#drafts : this.#signals).take(identityOf(session), now) === 0;
  }

  takeFetch(session: Session, now: number): number {
    return this.#fetches.take(identityOf(session), now);
  }

  sweep(now: number): void {
    for (const buckets of [
      this.newConnections,
      this.newVisitors,
      this.hellos,
      this.#visitorMessages,
      this.#agentMessages,
      this.#visitorCommands,
      this.#agentCommands,
      this.#signals,
      this.#drafts,
      this.#fetches,
    ]) {
      buckets.sweep(now);
    }
  }
}
