import { CLOSE_CODES, type CloseCode } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import { type Server as SocketServer, WebSocketServer } from 'ws';
import type { Bus } from '../bus/bus.ts';
import type { ShareDoors } from '../events/share-ports.ts';
import type { Limits } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { ShareMetrics } from '../lib/share-metrics.ts';
import { TokenBuckets } from '../lib/token-buckets.ts';
import { type AdmittedToShare, CoBrowseHello, type CoBrowseIdentity } from './co-browse-hello.ts';
import { CoBrowseIntake } from './co-browse-intake.ts';
import { CoBrowseSocket, coBrowseListeners } from './co-browse-socket.ts';
import type { UpgradeRequest } from './relay.ts';
import type { SessionCookie } from './session-cookie.ts';
import { identityOf } from './session-registry.ts';
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
  readonly #intake: CoBrowseIntake;
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
    this.#intake = new CoBrowseIntake({
      ...options,
      hello: this.#hello,
      now: this.#now,
      enters: (socket, admitted) => this.#enters(socket, admitted),
    });
    this.#attach = coBrowseListeners({
      message: (socket, data, isBinary) => {
        if (!this.#draining) this.#intake.message(socket, data as Buffer, isBinary);
      },
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

  /** From here on the socket counts as that person's, and ends when their session does. */
  #enters(socket: CoBrowseSocket, { session }: AdmittedToShare): boolean {
    const { limits, shareMetrics, bus } = this.#options;
    const isPage = session.kind === 'visitor';
    const most = isPage ? limits.connectionsPerVisitor : limits.connectionsPerAgent;
    if ((this.#perPerson.get(identityOf(session)) ?? 0) >= most) return false;
    socket.session = session;
    count(this.#perPerson, identityOf(session), 1);
    shareMetrics.connections[isPage ? 'page' : 'viewer'] += 1;
    socket.stopRevocation = bus.subscribe('revoked', session.id, () => this.#revoke(socket));
    return true;
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
      this.#intake.resumed(socket);
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
      if (!(await this.#hello.stands(session))) this.#revoke(socket);
    } catch (error) {
      // The store is away; the next look is soon enough.
      this.#options.logger.warn({ err: error }, 'a session could not be looked up');
    }
  }

  #revoke(socket: CoBrowseSocket): void {
    socket.isRevoked = true;
    this.#close(socket, 4010);
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
      count(this.#perPerson, identityOf(session), -1);
      shareMetrics.connections[session.kind === 'visitor' ? 'page' : 'viewer'] -= 1;
    }
    socket.guest = undefined;
    guest?.left(socket.isRevoked ? 'revoked' : undefined);
    if (this.#sockets.size === 0) this.#whenEmpty?.();
  }
}

function count(counts: Map<string, number>, key: string, by: 1 | -1): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next > 0) counts.set(key, next);
  else counts.delete(key);
}
