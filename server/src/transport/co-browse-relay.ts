import {
  CLOSE_CODES,
  type CloseCode,
  type CoBrowseAgentUp,
  type CoBrowseVisitorUp,
  coBrowseAgentUp,
  coBrowseVisitorUp,
} from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import { type Server as SocketServer, WebSocketServer } from 'ws';
import type { Bus } from '../bus/bus.ts';
import type { ShareDoors, ShareGuest, ShareWire } from '../events/share-ports.ts';
import type { Limits } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { ShareMetrics } from '../lib/share-metrics.ts';
import { TokenBuckets } from '../lib/token-buckets.ts';
import { CoBrowseHello, type CoBrowseIdentity } from './co-browse-hello.ts';
import { CoBrowseSocket, coBrowseListeners, wireOf } from './co-browse-socket.ts';
import { decodeProblem, shapeProblem } from './decode-frame.ts';
import { HelloRefused } from './hello.ts';
import type { UpgradeRequest } from './relay.ts';
import type { SessionCookie } from './session-cookie.ts';
import type { ConnectionRefusal } from './wire.ts';

export interface CoBrowseOptions {
  readonly doors: ShareDoors;
  readonly identity: CoBrowseIdentity;
  readonly bus: Bus;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly shareMetrics: ShareMetrics;
  readonly cookie: SessionCookie;
  readonly publicOrigin: string | undefined;
  /** Where a site's viewer is, for a console that was reached under `host`. */
  readonly viewerUrl: (site: string, host: string | undefined) => string;
}

const BUSY_RETRY_MS = 10_000;
const RETURN_SPREAD_MS = 2_000;
/** Pauses and pings are looked at this often. */
const LOOK_EVERY_MS = 200;
const MEMORY_LEVEL = 7;
/** Addresses that are remembered before those that are full again are forgotten. */
const SWEEP_FROM = 10_000;

/**
 * The sockets of shared pages, `/v1/co-browse` (ADR 6): apart from the relay's, compressed, with limits of their
 * own. What comes is counted, decoded and handed to the shares; the events of a page pass unjudged until there.
 */
export class CoBrowseRelay {
  readonly #options: CoBrowseOptions;
  readonly #server: SocketServer<typeof CoBrowseSocket>;
  readonly #sockets = new Set<CoBrowseSocket>();
  readonly #perAddress = new Map<string, number>();
  readonly #perPerson = new Map<string, number>();
  readonly #newConnections: TokenBuckets;
  readonly #hello: CoBrowseHello;
  readonly #attach: (socket: CoBrowseSocket) => void;
  readonly #now: () => number;
  #cancelLook: (() => void) | undefined;
  #draining = false;
  #whenEmpty: (() => void) | undefined;

  constructor(options: CoBrowseOptions) {
    this.#options = options;
    const { limits, clock } = options;
    this.#now = () => clock.monotonic();
    this.#newConnections = new TokenBuckets(limits.newConnectionsPerAddress);
    this.#hello = new CoBrowseHello(options);
    this.#attach = coBrowseListeners({
      message: (socket, data, isBinary) => this.#message(socket, data as Buffer, isBinary),
      close: (socket, code) => this.#ended(socket, code),
    });
    this.#server = new WebSocketServer<typeof CoBrowseSocket>({
      noServer: true,
      clientTracking: false,
      maxPayload: limits.shares.messageMaxBytes,
      // The page keeps its context, which is what makes frames small; what goes to viewers has none, which would
      // cost 250 KB of memory each.
      perMessageDeflate: {
        serverNoContextTakeover: true,
        clientNoContextTakeover: false,
        zlibDeflateOptions: { memLevel: MEMORY_LEVEL },
      },
      WebSocket: CoBrowseSocket,
    });
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Takes over a request to upgrade; answers why not, where it does not. */
  upgrade({ request, stream, head, address }: UpgradeRequest): ConnectionRefusal | undefined {
    const refusal = this.#refusal(address);
    if (refusal) return refusal;
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      const { origin, host, cookie: cookies } = request.headers;
      const now = this.#now();
      Object.assign(socket, { stream, address, greeting: { origin, host, cookies } });
      Object.assign(socket, { openedAt: now, heartbeatAt: now, checkedAt: now });
      socket.takeWireBytes();
      this.#sockets.add(socket);
      count(this.#perAddress, address, 1);
      this.#attach(socket);
      this.#lookLater();
    });
    return undefined;
  }

  /** Tells everybody to come back, and ends all sockets (DL13). */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const socket of this.#sockets) {
      const retryAfter = Math.floor(this.#options.random() * RETURN_SPREAD_MS);
      socket.end(1001, `retry-after=${retryAfter}`, this.#now());
    }
    if (this.#sockets.size > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#options.clock.after(this.#options.limits.drainCloseMs, resolve);
        this.#whenEmpty = () => {
          cancel();
          resolve();
        };
      });
    }
    for (const socket of this.#sockets) socket.terminate();
    this.#cancelLook?.();
    this.#server.close();
  }

  #refusal(address: string): ConnectionRefusal | undefined {
    const { limits } = this.#options;
    if (this.#draining || this.connections >= limits.connectionsMax) {
      return { status: 503, retryAfterMs: BUSY_RETRY_MS };
    }
    if ((this.#perAddress.get(address) ?? 0) >= limits.connectionsPerAddress) {
      return { status: 429, retryAfterMs: BUSY_RETRY_MS };
    }
    const now = this.#now();
    const retryAfterMs = this.#newConnections.take(address, now);
    if (this.#newConnections.size > SWEEP_FROM) this.#newConnections.sweep(now);
    return retryAfterMs > 0 ? { status: 429, retryAfterMs } : undefined;
  }

  // What comes

  #message(socket: CoBrowseSocket, bytes: Buffer, isBinary: boolean): void {
    if (!socket.isOpen || this.#draining) return;
    if (isBinary) {
      this.#close(socket, 4000, 'binary');
      return;
    }
    socket.pingedAt = 0;
    const wireBytes = socket.takeWireBytes();
    const { metrics } = this.#options;
    metrics.framesIn += 1;
    metrics.bytesIn += bytes.length;
    const text = bytes.toString();
    const value = parsed(text);
    if (value === undefined) {
      this.#close(socket, 4000, 'not JSON');
      return;
    }
    if (!socket.session) {
      void this.#greet(socket, value);
      return;
    }
    this.#take(socket, value, { characters: text.length, wireBytes });
  }

  async #greet(socket: CoBrowseSocket, value: unknown): Promise<void> {
    const { greeting } = socket;
    socket.greeting = undefined;
    if (!greeting) {
      this.#close(socket, 4000, 'before the welcome');
      return;
    }
    try {
      await this.#letIn(socket, value, greeting);
    } catch (error) {
      this.#refuse(socket, error);
    }
  }

  async #letIn(
    socket: CoBrowseSocket,
    value: unknown,
    greeting: NonNullable<CoBrowseSocket['greeting']>,
  ): Promise<void> {
    const { doors, limits, shareMetrics, viewerUrl, bus } = this.#options;
    const admitted = await this.#hello.read(value, greeting);
    if (!socket.isOpen) return;
    const { session } = admitted;
    const person = session.kind === 'visitor' ? session.visitor : session.agent.id;
    const most = session.kind === 'visitor' ? limits.connectionsPerVisitor : limits.connectionsPerAgent;
    if ((this.#perPerson.get(person) ?? 0) >= most) {
      this.#close(socket, 4029, `retry-after=${BUSY_RETRY_MS}`);
      return;
    }
    socket.session = session;
    count(this.#perPerson, person, 1);
    shareMetrics.connections[session.kind === 'visitor' ? 'page' : 'viewer'] += 1;
    socket.stopRevocation = bus.subscribe('revoked', session.id, () => this.#close(socket, 4010));
    const sent = (bytes: number): void => {
      shareMetrics.framesOut += 1;
      shareMetrics.bytesOut += bytes;
    };
    const now = this.#now;
    const guest =
      admitted.role === 'visitor'
        ? await doors.page(
            admitted.session,
            admitted.hello,
            wireOf(socket, { now, sent, unsentMaxBytes: limits.shares.pageUnsentMaxBytes }),
          )
        : await doors.viewer(
            admitted.session,
            admitted.hello,
            wireOf(socket, { now, sent }),
            viewerUrl(admitted.session.site, greeting.host),
          );
    if ('reason' in guest) {
      if (socket.isOpen) socket.write(Buffer.from(JSON.stringify({ type: 'ended', reason: guest.reason })));
      this.#close(socket, guest.close);
      return;
    }
    // It may have gone while it was let in.
    if (socket.ended) guest.left(socket.closedFor === 4010 ? 'revoked' : undefined);
    else socket.guest = guest as ShareGuest<never>;
  }

  #refuse(socket: CoBrowseSocket, error: unknown): void {
    const { metrics, logger } = this.#options;
    if (error instanceof HelloRefused) {
      metrics.refused[error.code] += 1;
      this.#close(
        socket,
        error.close,
        error.retryAfter === undefined ? '' : `retry-after=${error.retryAfter}`,
      );
      return;
    }
    try {
      metrics.refused[decodeProblem(error).code] += 1;
      this.#close(socket, 4000, 'a hello that cannot be read');
    } catch {
      logger.error({ err: error }, 'a shared page could not be let in');
      this.#close(socket, 1011);
    }
  }

  #take(socket: CoBrowseSocket, value: unknown, weight: { characters: number; wireBytes: number }): void {
    const { guest, session } = socket;
    let message: CoBrowseVisitorUp | CoBrowseAgentUp;
    try {
      const problem = shapeProblem(withoutEvents(value), this.#options.limits);
      if (problem) throw new Refused(problem.code);
      const decoder = session?.kind === 'visitor' ? coBrowseVisitorUp : coBrowseAgentUp;
      message = decoder.decode(value, '');
    } catch (error) {
      const code = error instanceof Refused ? error.code : decodeProblem(error).code;
      this.#options.metrics.refused[code] += 1;
      // A type of a later version is no reason to part; anything else is somebody who does not speak this.
      if (code !== 'unknown-type') this.#close(socket, code === 'too-large' ? 1009 : 4000);
      return;
    }
    if (message.type === 'hello') {
      this.#close(socket, 4000, 'a second hello');
      return;
    }
    if (message.type === 'pong' || !guest) return;
    try {
      guest.take(message as never, weight);
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a message of a shared page could not be handled');
      this.#close(socket, 1011);
    }
  }

  // The clock

  #lookLater(): void {
    this.#cancelLook ??= this.#options.clock.after(LOOK_EVERY_MS, () => {
      this.#cancelLook = undefined;
      const now = this.#now();
      for (const socket of this.#sockets) this.#look(socket, now);
      if (this.#sockets.size > 0 && !this.#draining) this.#lookLater();
    });
  }

  #look(socket: CoBrowseSocket, now: number): void {
    const { limits } = this.#options;
    if (socket.closingAt !== 0) {
      if (now - socket.closingAt > limits.closeGraceMs) socket.terminate();
      return;
    }
    if (!socket.guest) {
      if (now - socket.openedAt > limits.helloTimeoutMs) this.#close(socket, 4009, 'no hello');
      return;
    }
    if (socket.pausedUntil !== 0) {
      // Nothing is read, so silence says nothing.
      socket.pingedAt &&= now;
      if (now < socket.pausedUntil) return;
      socket.pausedUntil = 0;
      socket.resume();
    }
    if (socket.pingedAt !== 0) {
      if (now - socket.pingedAt > limits.answerTimeoutMs) this.#close(socket, 4009);
      return;
    }
    const every = socket.session?.kind === 'agent' ? limits.agentHeartbeatMs : limits.visitorHeartbeatMs;
    if (now - socket.heartbeatAt >= every) {
      socket.pingedAt = now;
      socket.heartbeatAt = now;
      if (socket.isOpen) socket.write(Buffer.from(JSON.stringify({ type: 'ping', ...socket.guest.beat() })));
    }
    if (now - socket.checkedAt >= limits.sessionCheckEveryMs) {
      socket.checkedAt = now;
      void this.#recheck(socket);
    }
  }

  async #recheck(socket: CoBrowseSocket): Promise<void> {
    const { session } = socket;
    if (!session) return;
    try {
      if (!(await this.#hello.stands(session))) this.#close(socket, 4010);
    } catch (error) {
      // The store is away; the next look is soon enough.
      this.#options.logger.warn({ err: error }, 'a session could not be looked up');
    }
  }

  #close(socket: CoBrowseSocket, code: CloseCode, reason = ''): void {
    socket.end(code, reason, this.#now());
  }

  #ended(socket: CoBrowseSocket, code: number): void {
    if (socket.ended) return;
    socket.ended = true;
    this.#sockets.delete(socket);
    count(this.#perAddress, socket.address, -1);
    const { metrics, shareMetrics } = this.#options;
    const isOurs = socket.closedFor !== undefined || code === 1007 || code === 1009;
    const name = isOurs && code in CLOSE_CODES ? CLOSE_CODES[code as CloseCode].name : 'left';
    metrics.closes[code === 1006 ? 'lost' : name] += 1;
    socket.stopRevocation?.();
    const { session, guest } = socket;
    if (session) {
      count(this.#perPerson, session.kind === 'visitor' ? session.visitor : session.agent.id, -1);
      shareMetrics.connections[session.kind === 'visitor' ? 'page' : 'viewer'] -= 1;
    }
    socket.guest = undefined;
    guest?.left(socket.closedFor === 4010 ? 'revoked' : undefined);
    if (this.#sockets.size === 0) this.#whenEmpty?.();
  }
}

class Refused extends Error {
  readonly code: 'malformed' | 'too-large' | 'unknown-type';
  constructor(code: string) {
    super(code);
    this.code = code === 'too-large' ? 'too-large' : 'malformed';
  }
}

/** The firewall reads the events of a page; they are deep by their nature. */
function withoutEvents(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('events' in value)) return value;
  return { ...value, events: [] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function count(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next > 0) counts.set(key, next);
  else counts.delete(key);
}

export type { ShareWire };
