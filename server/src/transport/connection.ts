import type { CloseCode, Position } from '@alongside/sdk/protocol';
import type { Session } from '../events/session.ts';
import type { MetricRole } from '../lib/metrics.ts';
import type { Subscription } from './conversation-feed.ts';
import type { DeskFeed } from './desk-feed.ts';
import type { Wire } from './wire.ts';

/** What the request told that brought the connection or its hello; dropped once the hello was answered. */
export interface Greeting {
  origin: string | undefined;
  host: string | undefined;
  cookies: string | undefined;
}

/** Times of monotonic milliseconds and counters are plain fields, and lists are shared while they are empty. */
const NOTHING: readonly never[] = [];

/**
 * One connection, from its request to its end. It holds no timer and no closure: one sweep serves all connections,
 * so that an idle one costs little more than its wire.
 */
export class Connection {
  readonly wire: Wire;
  /** The client's address, shortened as the limits count it. */
  readonly address: string;
  readonly openedAt: number;
  greeting: Greeting | undefined;
  session: Session | undefined;
  role: MetricRole = 'none';
  /** The version that was agreed on; 0 before the hello. */
  protocol = 0;

  /** When it was last pinged or welcomed, and the ping that waits for a sign of life (0: none does). */
  heartbeatAt: number;
  pingedAt = 0;
  checkedAt: number;
  /** When we began to end it, and why; whoever does not read, or is gone, answers no close frame. */
  closingAt = 0;
  closingCode: CloseCode | undefined;
  ended = false;
  /** Frames are being gathered; they leave at the end of this turn. */
  corked = false;

  /** A frame is being handled; those after it wait, in their order. */
  busy = false;
  waiting: readonly unknown[] = NOTHING;
  frameTokens: number;
  frameTokensAt: number;

  subscriptions: readonly Subscription[] = NOTHING;
  desk: DeskFeed | undefined;
  stopRevocation: (() => void) | undefined;

  constructor(wire: Wire, address: string, greeting: Greeting | undefined, now: number, tokens: number) {
    this.wire = wire;
    this.address = address;
    this.greeting = greeting;
    this.openedAt = now;
    this.heartbeatAt = now;
    this.checkedAt = now;
    this.frameTokens = tokens;
    this.frameTokensAt = now;
  }

  get isOpen(): boolean {
    return this.closingAt === 0 && !this.ended && this.wire.canSend;
  }

  get unsentBytes(): number {
    return this.wire.unsentBytes;
  }

  /** Says why and begins to end; the sweep ends the wire when the other side does not answer. */
  close(code: CloseCode, reason: string, now: number): void {
    if (this.closingAt !== 0 || this.ended) return;
    this.closingAt = now;
    this.closingCode = code;
    this.wire.close(code, reason);
  }
}

export type { Position };
