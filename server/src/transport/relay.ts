import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE_CODES, type CloseCode } from '@alongside/sdk/protocol';
import { type RawData, type Server as SocketServer, WebSocketServer } from 'ws';
import type { MetricClose } from '../lib/metrics.ts';
import { AvailabilityFeed } from './availability-feed.ts';
import { Connection, RelaySocket } from './connection.ts';
import { ConversationFeed } from './conversation-feed.ts';
import { decodeProblem, shapeProblem } from './decode-frame.ts';
import { DeskFeeds } from './desk-feed.ts';
import { FrameDispatch } from './frame-dispatch.ts';
import { HelloRefused } from './hello.ts';
import type { RelayOptions } from './relay-options.ts';
import { RelayRates } from './relay-rates.ts';
import type { SessionCookie } from './session-cookie.ts';
import { SessionRegistry } from './session-registry.ts';
import { type SocketListeners, socketListeners } from './socket-listeners.ts';
import { Sweeper } from './sweeper.ts';
import { Transmitter } from './transmitter.ts';
import { Welcome, onlineBody } from './welcome.ts';

/** Where an upgrade request came from, as the HTTP side found out. */
export interface UpgradeRequest {
  request: IncomingMessage;
  stream: Duplex;
  head: Buffer;
  address: string;
}

/** Why an upgrade is refused, for an HTTP answer. */
export type UpgradeRefusal = { status: 429 | 503; retryAfterMs: number };

const BUSY_RETRY_MS = 10_000;
/** At least this long; then a millisecond per connection, so that no more than about 1,000 return in a second. */
const RETURN_SPREAD_MIN_MS = 250;
const RETURN_SPREAD_MAX_MS = 20_000;
const NOT_JSON = Symbol('not JSON');

/** All WebSocket connections of this process: from the upgrade, through hello and frames, to the end (DL7, DL9, DL13). */
export class Relay {
  readonly #options: RelayOptions;
  readonly #server: SocketServer<typeof RelaySocket>;
  readonly #sessions: SessionRegistry;
  readonly #out: Transmitter;
  readonly #feed: ConversationFeed;
  readonly #desks: DeskFeeds;
  readonly #availability: AvailabilityFeed;
  readonly #rates: RelayRates;
  readonly #dispatch: FrameDispatch;
  readonly #welcome: Welcome;
  readonly #sweeper: Sweeper;
  readonly #listeners: SocketListeners;
  #draining = false;
  #busy = 0;
  #whenIdle: (() => void) | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(options: RelayOptions, cookie: SessionCookie) {
    this.#options = options;
    const { limits, clock, metrics, log, logger } = options;
    this.#sessions = new SessionRegistry(options.presence);
    const sessions = this.#sessions;
    const out = (this.#out = new Transmitter(options));
    const feed = (this.#feed = new ConversationFeed({ log, out, metrics, logger }));
    this.#desks = new DeskFeeds({ desk: options.desk, out, logger });
    const availability = new AvailabilityFeed({ availability: options.availability, out, sessions });
    this.#availability = availability;
    const rates = (this.#rates = new RelayRates(limits));
    const dispatch = new FrameDispatch(options, { feed, desks: this.#desks, out, rates });
    this.#dispatch = dispatch;
    this.#welcome = new Welcome(options, { feed, availability, dispatch, out, rates, sessions, cookie });
    const recheck = (connection: Connection): void => void this.#recheck(connection);
    this.#sweeper = new Sweeper({ clock, limits, sessions, feed, out, rates, recheck });
    this.#listeners = socketListeners({
      message: (connection, data, isBinary) => this.#received(connection, data, isBinary),
      ping: (connection) => this.#countFrame(connection),
      close: (connection, code) => this.#ended(connection, code),
    });
    this.#server = new WebSocketServer<typeof RelaySocket>({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.frameMaxBytes,
      WebSocket: RelaySocket,
    });
  }

  get connections(): number {
    return this.#sessions.all.size;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Takes over a request to upgrade; answers why not, where it does not. */
  upgrade({ request, stream, head, address }: UpgradeRequest): UpgradeRefusal | undefined {
    const { limits, clock } = this.#options;
    const now = clock.monotonic();
    if (this.#draining || this.connections >= limits.connectionsMax) {
      return { status: 503, retryAfterMs: BUSY_RETRY_MS };
    }
    if (this.#sessions.countAt(address) >= limits.connectionsPerAddress) {
      return { status: 429, retryAfterMs: BUSY_RETRY_MS };
    }
    const retryAfterMs = this.#rates.newConnections.take(address, now);
    if (retryAfterMs > 0) return { status: 429, retryAfterMs };
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const { origin, host, cookie: cookies } = request.headers;
      const tokens = limits.framesPerConnection.burst;
      const greeting = { origin, host, cookies };
      const connection = new Connection(socket, stream, address, greeting, now, tokens);
      connection.socket.connection = connection;
      this.#listeners.attach(connection.socket);
      this.#sessions.opened(connection);
      this.#options.metrics.connections.none += 1;
    });
    return undefined;
  }

  /** Finishes what is on its way, tells everybody to come back later, and ends all sockets (DL13). */
  async drain(): Promise<void> {
    const { limits } = this.#options;
    this.#draining = true;
    await this.#until(limits.drainCommandsMs, this.#busy === 0, (done) => (this.#whenIdle = done));
    const spread = Math.min(Math.max(this.connections, RETURN_SPREAD_MIN_MS), RETURN_SPREAD_MAX_MS);
    for (const connection of this.#sessions.all) {
      const retryAfter = Math.floor(this.#options.random() * spread);
      this.#out.close(connection, 1001, `retry-after=${retryAfter}`);
    }
    await this.#until(limits.drainCloseMs, this.connections === 0, (done) => (this.#whenEmpty = done));
    for (const { socket } of this.#sessions.all) socket.terminate();
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

  #received(connection: Connection, data: RawData, isBinary: boolean): void {
    if (!connection.isOpen || this.#draining || !this.#countFrame(connection)) return;
    connection.pingedAt = 0;
    if (isBinary) {
      this.#out.close(connection, 4000, 'binary');
      return;
    }
    const bytes = data as Buffer;
    this.#options.metrics.bytesIn += bytes.length;
    if (connection.session) this.#options.presence.seen(connection.session);
    const value = parsed(bytes);
    if (value === NOT_JSON) {
      this.#out.close(connection, 4000, 'not JSON');
      return;
    }
    const problem = shapeProblem(value, this.#options.limits);
    if (problem) this.#dispatch.refuseFrame(connection, value, problem);
    else this.#take(connection, value);
  }

  #countFrame(connection: Connection): boolean {
    this.#options.metrics.framesIn += 1;
    if (this.#rates.takeFrame(connection, this.#options.clock.monotonic())) return true;
    this.#out.close(connection, 4029, `retry-after=${BUSY_RETRY_MS}`);
    return false;
  }

  /** Frames are handled one after the other; only signs of life overtake. */
  #take(connection: Connection, value: unknown): void {
    const type = (value as { type?: unknown } | null)?.type;
    if (type === 'pong' && connection.session) return;
    if (connection.busy) {
      if (type === 'ping' && connection.session) {
        this.#out.send(connection, { type: 'pong', heads: this.#feed.headsOf(connection) });
        return;
      }
      connection.waiting = [...connection.waiting, value];
      if (connection.waiting.length >= this.#options.limits.waitingFramesMax) connection.socket.pause();
      return;
    }
    connection.busy = true;
    this.#busy += 1;
    void this.#handleAll(connection, value);
  }

  async #handleAll(connection: Connection, first: unknown): Promise<void> {
    try {
      await this.#handle(connection, first);
      while (connection.waiting.length > 0 && connection.isOpen) {
        const [next, ...others] = connection.waiting;
        connection.waiting = others;
        if (connection.socket.isPaused) connection.socket.resume();
        await this.#handle(connection, next);
      }
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a frame could not be handled');
      this.#out.close(connection, 1011);
    } finally {
      connection.busy = false;
      this.#busy -= 1;
      if (this.#busy === 0) this.#whenIdle?.();
    }
  }

  async #handle(connection: Connection, value: unknown): Promise<void> {
    if (connection.session) {
      await this.#dispatch.handle(connection, connection.session, value);
      return;
    }
    try {
      await this.#welcome.greet(connection, value);
    } catch (error) {
      this.#refuseHello(connection, error);
    }
  }

  #refuseHello(connection: Connection, error: unknown): void {
    const { metrics } = this.#options;
    if (error instanceof HelloRefused) {
      const { code, message, close, retryAfter } = error;
      metrics.refused[code] += 1;
      this.#out.send(connection, { type: 'error', code, message });
      this.#out.close(connection, close, retryAfter === undefined ? '' : `retry-after=${retryAfter}`);
      return;
    }
    const problem = decodeProblem(error);
    metrics.refused[problem.code] += 1;
    this.#out.send(connection, { type: 'error', ...problem });
    this.#out.close(connection, 4000);
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

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return NOT_JSON;
  }
}

function reasonOf(code: number, connection: Connection): MetricClose {
  if (code === 1006) return 'lost';
  const isOurs = connection.closingAt !== 0 || code === 1007 || code === 1009;
  return isOurs && code in CLOSE_CODES ? CLOSE_CODES[code as CloseCode].name : 'left';
}
