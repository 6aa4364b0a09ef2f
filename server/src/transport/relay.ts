import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES } from '@alongside/sdk/protocol';
import { type Server as SocketServer, WebSocketServer } from 'ws';
import type { MetricClose } from '../lib/metrics.ts';
import { AvailabilityFeed } from './availability-feed.ts';
import { Connection, type Greeting } from './connection.ts';
import { ConversationFeed } from './conversation-feed.ts';
import { DeskFeeds } from './desk-feed.ts';
import { FrameDispatch } from './frame-dispatch.ts';
import { FrameIntake } from './frame-intake.ts';
import type { RelayOptions } from './relay-options.ts';
import { RelayFlush } from './relay-flush.ts';
import { RelayRates } from './relay-rates.ts';
import { RelaySocket, type SocketListeners, socketListeners } from './relay-socket.ts';
import { RelayStreams } from './relay-streams.ts';
import type { SessionCookie } from './session-cookie.ts';
import { SessionRegistry } from './session-registry.ts';
import { Sweeper } from './sweeper.ts';
import { Transmitter } from './transmitter.ts';
import { Welcome, onlineBody } from './welcome.ts';
import type { ConnectionRefusal, Wire } from './wire.ts';

/** Where an upgrade request came from, as the HTTP side found out. */
export interface UpgradeRequest {
  request: IncomingMessage;
  stream: Duplex;
  head: Buffer;
  address: string;
}

const BUSY_RETRY_MS = 10_000;
/** At least this long; then a millisecond per connection, so that no more than about 1,000 return in a second. */
const RETURN_SPREAD_MIN_MS = 250;
const RETURN_SPREAD_MAX_MS = 20_000;

/**
 * All live connections of this process, on a WebSocket or on a stream of events: from the request, through hello
 * and frames, to the end (DL7, DL9, DL10, DL13).
 */
export class Relay {
  /** Connections without a WebSocket. */
  readonly streams: RelayStreams;
  /** What pages send in one request when they go. */
  readonly flush: RelayFlush;
  readonly #options: RelayOptions;
  readonly #server: SocketServer<typeof RelaySocket>;
  readonly #sessions: SessionRegistry;
  readonly #out: Transmitter;
  readonly #feed: ConversationFeed;
  readonly #desks: DeskFeeds;
  readonly #availability: AvailabilityFeed;
  readonly #rates: RelayRates;
  readonly #intake: FrameIntake;
  readonly #sweeper: Sweeper;
  readonly #listeners: SocketListeners;
  #draining = false;
  #whenEmpty: (() => void) | undefined;

  constructor(options: RelayOptions, cookie: SessionCookie) {
    this.#options = options;
    const { limits, clock, metrics, log, logger } = options;
    this.#sessions = new SessionRegistry(options.presence);
    const sessions = this.#sessions;
    const out = (this.#out = new Transmitter(options));
    const feed = (this.#feed = new ConversationFeed({ log, out, metrics, logger, between: options.between }));
    this.#desks = new DeskFeeds({ desk: options.desk, out, logger });
    const availability = new AvailabilityFeed({ availability: options.availability, out, sessions });
    this.#availability = availability;
    const rates = (this.#rates = new RelayRates(limits));
    const dispatch = new FrameDispatch(options, { feed, desks: this.#desks, out, rates });
    const welcome = new Welcome(options, { feed, availability, dispatch, out, rates, sessions, cookie });
    const intake = (this.#intake = new FrameIntake(options, { feed, dispatch, welcome, out, rates }));
    const recheck = (connection: Connection): void => {
      this.#recheck(connection).catch((error: unknown) => {
        // The store is away; the next look is soon enough.
        logger.warn({ err: error }, 'a session could not be looked up');
      });
    };
    this.#sweeper = new Sweeper({ clock, limits, sessions, feed, out, rates, recheck });
    this.#listeners = socketListeners({
      message: (connection, data, isBinary) => {
        if (!this.#draining) intake.message(connection, data as Buffer, isBinary);
      },
      ping: (connection) => intake.count(connection),
      close: (connection, code) => this.#ended(connection, code),
    });
    this.#server = new WebSocketServer<typeof RelaySocket>({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.frameMaxBytes,
      WebSocket: RelaySocket,
    });
    const refusal = (address: string): ConnectionRefusal | undefined => this.#refusal(address);
    this.flush = new RelayFlush(options, { intake, rates, refusal });
    this.streams = new RelayStreams(options, {
      intake,
      out,
      refusal,
      opened: (wire, address) => this.#opened(wire, address, undefined),
      ended: (connection, code) => this.#ended(connection, code),
      isDraining: () => this.#draining,
    });
  }

  get connections(): number {
    return this.#sessions.all.size;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Takes over a request to upgrade; answers why not, where it does not. */
  upgrade({ request, stream, head, address }: UpgradeRequest): ConnectionRefusal | undefined {
    const refusal = this.#refusal(address);
    if (refusal) return refusal;
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const { origin, host, cookie: cookies } = request.headers;
      socket.stream = stream;
      socket.connection = this.#opened(socket, address, { origin, host, cookies });
      this.#listeners.attach(socket);
    });
    return undefined;
  }

  /** Why one more connection from there is not taken now; whoever is taken is counted. */
  #refusal(address: string): ConnectionRefusal | undefined {
    const { limits, clock } = this.#options;
    if (this.#draining || this.connections >= limits.connectionsMax) {
      return { status: 503, retryAfterMs: BUSY_RETRY_MS };
    }
    if (this.#sessions.countAt(address) >= limits.connectionsPerAddress) {
      return { status: 429, retryAfterMs: BUSY_RETRY_MS };
    }
    const retryAfterMs = this.#rates.newConnections.take(address, clock.monotonic());
    return retryAfterMs > 0 ? { status: 429, retryAfterMs } : undefined;
  }

  #opened(wire: Wire, address: string, greeting: Greeting | undefined): Connection {
    const { limits, clock, metrics } = this.#options;
    const tokens = limits.framesPerConnection.burst;
    const connection = new Connection(wire, address, greeting, clock.monotonic(), tokens);
    this.#sessions.opened(connection);
    metrics.connections.none += 1;
    return connection;
  }

  /** Finishes what is on its way, tells everybody to come back later, and ends all sockets (DL13). */
  async drain(): Promise<void> {
    const { limits } = this.#options;
    this.#draining = true;
    await this.#until(limits.drainCommandsMs, this.#intake.isIdle, (done) => this.#intake.whenIdle(done));
    const spread = Math.min(Math.max(this.connections, RETURN_SPREAD_MIN_MS), RETURN_SPREAD_MAX_MS);
    for (const connection of this.#sessions.all) {
      const retryAfter = Math.floor(this.#options.random() * spread);
      this.#out.close(connection, 1001, `retry-after=${retryAfter}`);
    }
    await this.#until(limits.drainCloseMs, this.connections === 0, (done) => (this.#whenEmpty = done));
    for (const { wire } of this.#sessions.all) wire.terminate();
    this.#sweeper.stop();
    for (const part of [this.#feed, this.#desks, this.#availability]) part.stop();
    this.#server.close();
  }

  #until(timeoutMs: number, already: boolean, whenDone: (done: () => void) => void): Promise<void> {
    if (already) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(timeoutMs, resolve);
      whenDone(() => {
        cancel();
        resolve();
      });
    });
  }

  async #recheck(connection: Connection): Promise<void> {
    const { session } = connection;
    if (!session) return;
    const { visitors, agents } = this.#options.identity;
    if (session.kind === 'visitor') {
      if (visitors.isRevoked(session.id)) this.#out.close(connection, 4010);
      return;
    }
    const now = await agents.bySession(session.id);
    if (now?.agent.role !== session.role) this.#out.close(connection, 4010);
  }

  #ended(connection: Connection, code: number): void {
    if (connection.ended) return;
    connection.ended = true;
    const { metrics } = this.#options;
    metrics.connections[connection.role] -= 1;
    metrics.closes[reasonOf(code, connection)] += 1;
    connection.stopRevocation?.();
    this.#desks.close(connection);
    this.#feed.leaveAll(connection);
    this.#sessions.ended(connection);
    const { session } = connection;
    if (session?.kind === 'visitor' && !this.#feed.hasVisitor(session.conversation)) {
      this.#feed.signal(session.conversation, undefined, { kind: 'system' }, onlineBody(false));
    }
    if (this.connections === 0) this.#whenEmpty?.();
  }
}

function reasonOf(code: number, { closingCode }: Connection): MetricClose {
  if (closingCode !== undefined) return CLOSE_CODES[closingCode].name;
  if (code === 1006) return 'lost';
  return code === 1007 || code === 1009 ? CLOSE_CODES[code].name : 'left';
}
