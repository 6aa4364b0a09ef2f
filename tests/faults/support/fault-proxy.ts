import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { Pipe } from './fault-pipe.ts';
import { type Seeded, seeded } from './seeded.ts';

/** `up`: from the client to the server. */
export type Direction = 'up' | 'down';

/** What can be done to a whole frame of ours: `later` is sent after the one that follows it. */
export type FrameFate = 'pass' | 'drop' | 'twice' | 'later';

/** Faults that last until they are changed; they hold for open connections and for new ones. */
export interface Faults {
  /** Each piece waits so long, from–to; the order within a connection stays. */
  readonly delayMs?: readonly [number, number];
  /** Each connection has a delay of its own, from–to, so that connections overtake one another. */
  readonly skewMs?: readonly [number, number];
  readonly bytesPerSecond?: number;
  /** Bytes are taken and never arrive, and nothing closes: the far side of a half-open socket. */
  readonly blackHole?: Direction | 'both';
  /** Nothing is read any more, so that bytes wait in the senders' buffers and arrive when this ends. */
  readonly frozen?: boolean;
  readonly refuseConnections?: boolean;
  /** A proxy that knows no WebSocket: an upgrade is answered with 403, other requests pass. */
  readonly refuseUpgrade?: boolean;
  /** A proxy that lets the upgrade pass and nothing after it. */
  readonly silentAfterUpgrade?: boolean;
  /** A proxy that keeps streams of events until they end; all other answers pass. */
  readonly keepStreams?: boolean;
  /** Decides about each text frame of a WebSocket connection. */
  readonly frames?: (direction: Direction, text: string) => FrameFate;
}

/** How often each fault really struck: pieces, connections or frames, as fits the fault. */
export type FaultName =
  | 'delayed'
  | 'throttled'
  | 'overtaken'
  | 'swallowed'
  | 'frozen'
  | 'cut'
  | 'connection-refused'
  | 'upgrade-refused'
  | 'silenced'
  | 'stream-kept'
  | 'frame-dropped'
  | 'frame-doubled'
  | 'frame-swapped';

/** One connection through the proxy. */
export interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly random: Seeded;
  /** See {@link Faults.skewMs}, drawn once: 0 to 1. */
  readonly skew: number;
  /** Something on it was swallowed: what follows must not arrive either, whatever heals. */
  dead: boolean;
  upgraded: boolean;
}

/** What the two pipes of a link share with the proxy. */
export interface PipeContext {
  readonly faults: () => Faults;
  readonly struck: (name: FaultName) => void;
  /** Numbers pieces in the order of their arrival over all connections; answers how to take one off again. */
  readonly arrived: (link: Link) => () => void;
  /** How many bytes may still pass before the cut; undefined where none is armed. */
  readonly beforeCut: (direction: Direction) => number | undefined;
  readonly cut: (link: Link) => void;
}

/**
 * A TCP proxy in front of a server on loopback that does to its connections what networks do. What happens is
 * decided by bytes and by the seed; only waiting needs time.
 */
export class FaultProxy {
  readonly struck: Record<FaultName, number> = {
    delayed: 0,
    throttled: 0,
    overtaken: 0,
    swallowed: 0,
    frozen: 0,
    cut: 0,
    'connection-refused': 0,
    'upgrade-refused': 0,
    silenced: 0,
    'stream-kept': 0,
    'frame-dropped': 0,
    'frame-doubled': 0,
    'frame-swapped': 0,
  };
  /** Bytes that went through. */
  readonly passed: Record<Direction, number> = { up: 0, down: 0 };
  readonly #server: Server;
  readonly #target: number;
  readonly #random: Seeded;
  readonly #links = new Map<Link, Pipe[]>();
  #faults: Faults = {};
  #accepted = 0;
  #cut: { direction: Direction; left: number; done: () => void } | undefined;
  #arrivals = 0;
  readonly #waiting = new Map<number, Link>();

  private constructor(server: Server, target: number, random: Seeded) {
    this.#server = server;
    this.#target = target;
    this.#random = random;
  }

  /** Listens on a loopback port and passes everything on to `target`. */
  static async inFrontOf(target: number, seed: number): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new FaultProxy(server, target, seeded(seed));
    server.on('connection', (client) => proxy.#accept(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Connections that are open through it now. */
  get open(): number {
    return this.#links.size;
  }

  /** Connections that were made through it. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Replaces all lasting faults; `{}` heals. A connection of which something was swallowed stays dead. */
  set(faults: Faults): void {
    this.#faults = faults;
    for (const pipes of this.#links.values()) for (const pipe of pipes) pipe.faultsChanged();
  }

  /**
   * Cuts a connection after exactly `bytes` more bytes have gone in one direction (counted over all connections;
   * 0: at the next byte). Resolves when it has struck.
   */
  cutAfter(direction: Direction, bytes: number): Promise<void> {
    return new Promise((done) => {
      this.#cut = { direction, left: bytes, done };
    });
  }

  /** Takes back a cut that has not struck. */
  disarm(): void {
    this.#cut = undefined;
  }

  /** Cuts all connections now; answers how many there were. */
  cutAll(): number {
    const links = [...this.#links.keys()];
    for (const link of links) this.#end(link);
    this.struck.cut += links.length;
    return links.length;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const link of this.#links.keys()) this.#end(link);
    await closed;
  }

  #accept(client: Socket): void {
    const random = this.#random.child(this.#accepted++);
    if (this.#faults.refuseConnections) {
      this.struck['connection-refused']++;
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const link: Link = { client, server, random, skew: random.fraction(), dead: false, upgraded: false };
    const context: PipeContext = {
      faults: () => this.#faults,
      struck: (name) => this.struck[name]++,
      arrived: (its) => this.#arrive(its),
      beforeCut: (direction) => (this.#cut?.direction === direction ? this.#cut.left : undefined),
      cut: (its) => this.#strike(its),
    };
    const passed = (direction: Direction) => (bytes: number) => {
      this.passed[direction] += bytes;
      if (this.#cut?.direction === direction) this.#cut.left -= bytes;
    };
    this.#links.set(link, [
      new Pipe(link, 'up', context, passed('up')),
      new Pipe(link, 'down', context, passed('down')),
    ]);
    for (const socket of [client, server]) {
      // A reset; the pipes hear of the close that follows.
      socket.on('error', () => undefined);
      socket.on('close', () => this.#closed(link));
    }
  }

  #strike(link: Link): void {
    this.struck.cut++;
    const done = this.#cut?.done;
    this.#cut = undefined;
    this.#end(link);
    done?.();
  }

  /** The pipes pass the end of one side on to the other; the link goes with the second. */
  #closed(link: Link): void {
    if (link.client.closed && link.server.closed) this.#links.delete(link);
  }

  #end(link: Link): void {
    const pipes = this.#links.get(link);
    this.#links.delete(link);
    for (const pipe of pipes ?? []) pipe.stop();
    // What has passed must still be readable on the far side, which a reset would not promise everywhere.
    link.client.destroySoon();
    link.server.destroySoon();
  }

  #arrive(link: Link): () => void {
    const number = ++this.#arrivals;
    this.#waiting.set(number, link);
    return () => {
      this.#waiting.delete(number);
      for (const [other, its] of this.#waiting) {
        if (other < number && its !== link) {
          this.struck.overtaken++;
          return;
        }
      }
    };
  }
}
