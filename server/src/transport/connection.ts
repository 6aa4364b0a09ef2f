import type { Duplex } from 'node:stream';
import type { CloseCode, Position } from '@alongside/sdk/protocol';
import { WebSocket } from 'ws';
import type { Session } from '../events/session.ts';
import type { MetricRole } from '../lib/metrics.ts';
import type { Subscription } from './conversation-feed.ts';
import type { DeskFeed } from './desk-feed.ts';

/** The socket of `ws` with a place for what we know of it, so that one listener serves all connections. */
export class RelaySocket extends WebSocket {
  connection: Connection | undefined;
}

/** What the upgrade request told; dropped once the hello was answered. */
export interface Greeting {
  origin: string | undefined;
  host: string | undefined;
  cookies: string | undefined;
}

/** Times of monotonic milliseconds and counters are plain fields, and lists are shared while they are empty. */
const NOTHING: readonly never[] = [];

/**
 * One socket, from its upgrade to its end. It holds no timer and no closure: one sweep serves all connections,
 * so that an idle one costs little more than its socket.
 */
export class Connection {
  readonly socket: RelaySocket;
  readonly stream: Duplex;
  /** The client's address, shortened as the limits count it. */
  readonly address: string;
  readonly openedAt: number;
  greeting: Greeting | undefined;
  session: Session | undefined;
  role: MetricRole = 'none';

  /** When it was last pinged or welcomed, and the ping that waits for a sign of life (0: none does). */
  heartbeatAt: number;
  pingedAt = 0;
  checkedAt: number;
  closingAt = 0;
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

  constructor(
    socket: RelaySocket,
    stream: Duplex,
    address: string,
    greeting: Greeting,
    now: number,
    tokens: number,
  ) {
    this.socket = socket;
    this.stream = stream;
    this.address = address;
    this.greeting = greeting;
    this.openedAt = now;
    this.heartbeatAt = now;
    this.checkedAt = now;
    this.frameTokens = tokens;
    this.frameTokensAt = now;
  }

  get isOpen(): boolean {
    return this.closingAt === 0 && !this.ended && this.socket.readyState === WebSocket.OPEN;
  }

  get unsentBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Starts the closing handshake; the sweep ends the socket when the other side does not answer. */
  close(code: CloseCode, reason: string, now: number): void {
    if (this.closingAt !== 0 || this.ended) return;
    this.closingAt = now;
    this.socket.close(code, reason);
  }
}

export type { Position };
