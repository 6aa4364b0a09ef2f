import type { Socket, SocketListener, SocketPort } from '../../../sdk/src/connection/socket-port.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Struck } from './struck.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the server sees of a connection. */
export interface ServerEnd {
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** What a connection calls on the server. */
export interface ServerListener {
  message(text: string): void;
  closed(): void;
}

/** A server that takes connections while it is up. */
export interface Relay {
  readonly up: boolean;
  accept(end: ServerEnd): ServerListener;
}

/** How likely a frame meets a fault inside of a connection that stays up. */
export interface FrameFaults {
  lost: number;
  twice: number;
  overtaken: number;
}

const NO_FAULTS: FrameFaults = { lost: 0, twice: 0, overtaken: 0 };
const CLOSED_ABNORMALLY = 1006;
const REPEATABLE = /^\{"type":"(entry|ack|refused|page)"/;

/** All connections of a simulated world: latency, cuts, half-open sockets, frames lost, doubled and overtaken. */
export class Network {
  frameFaults = NO_FAULTS;
  /** Told of every frame that is sent. */
  trace: (line: string) => void = () => undefined;
  readonly links = new Set<Link>();
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly struck: Struck;
  relay: Relay;

  constructor(time: VirtualTime, random: SeededRandom, struck: Struck, relay: Relay) {
    this.time = time;
    this.random = random;
    this.struck = struck;
    this.relay = relay;
  }

  heal(): void {
    this.frameFaults = NO_FAULTS;
    for (const link of [...this.links]) if (link.frozen) link.cut();
  }

  /** Mostly short, sometimes long enough to be overtaken by a new connection. */
  latency(): number {
    return this.random.chance(0.05) ? this.random.integer(200, 3_000) : this.random.integer(1, 40);
  }
}

/** One machine's way into the network. */
export class Uplink {
  /** False: no packet leaves or arrives. */
  connected = true;
  /** Sees each frame that reaches the client. */
  tap: (text: string) => void = () => undefined;
  /** Holds back what comes while the page is frozen. */
  gate: (then: () => void) => void = (then) => then();
  readonly #network: Network;
  readonly #links = new Set<Link>();

  constructor(network: Network) {
    this.#network = network;
  }

  readonly socket: SocketPort = (_url, listener) => {
    const link = new Link(this.#network, {
      opened: () => this.gate(() => listener.opened()),
      message: (text) => {
        this.tap(text);
        this.gate(() => {
          if (this.#links.has(link)) listener.message(text);
        });
      },
      closed: (code, reason) =>
        this.gate(() => {
          if (this.#links.delete(link)) listener.closed(code, reason);
        }),
    });
    this.#links.add(link);
    link.open(this.connected);
    return {
      send: (text) => link.clientEnd.send(text),
      close: () => {
        this.#links.delete(link);
        link.clientEnd.close();
      },
    };
  };

  get open(): Link | undefined {
    return [...this.#links].find((link) => link.established);
  }

  disconnect(): void {
    this.connected = false;
    for (const link of this.#links) link.frozen = true;
  }

  /** The machine or its page dies: its sockets close without a word to their owner. */
  die(): void {
    for (const link of this.#links) link.clientEnd.close();
    this.#links.clear();
  }
}

/** One connection. Frames of one direction keep their order, unless a fault says otherwise. */
export class Link {
  frozen = false;
  established = false;
  readonly clientEnd: Socket;
  readonly #network: Network;
  #client: SocketListener | undefined;
  #server: ServerListener | undefined;
  #nextUp = 0;
  #nextDown = 0;

  constructor(network: Network, client: SocketListener) {
    this.#network = network;
    this.#client = client;
    this.clientEnd = {
      send: (text) => this.#up(text),
      close: () => {
        this.#client = undefined;
        this.#goodbyeToServer();
      },
    };
    network.links.add(this);
  }

  open(connected: boolean): void {
    const { time } = this.#network;
    time.after(this.#network.latency(), () => {
      const { relay } = this.#network;
      if (!connected || !relay.up) {
        this.#tellClientClosed(CLOSED_ABNORMALLY, '');
        return;
      }
      if (!this.#client) return;
      this.established = true;
      this.#server = relay.accept({
        send: (text) => this.#down(text),
        close: (code, reason) => {
          this.#server = undefined;
          this.#later('down', () => this.#tellClientClosed(code, reason));
        },
      });
      this.#later('down', () => this.#client?.opened());
    });
  }

  /** Both ends learn of it, each in its time; what is on its way is lost. */
  cut(): void {
    const { time, random } = this.#network;
    this.frozen = true;
    time.after(random.integer(0, 500), () => this.#tellClientClosed(CLOSED_ABNORMALLY, ''));
    const server = this.#server;
    this.#server = undefined;
    time.after(random.integer(0, 3_000), () => server?.closed());
  }

  /** The server's process is gone: its end resets the connection. */
  serverDied(): void {
    this.#server = undefined;
    this.#later('down', () => this.#tellClientClosed(CLOSED_ABNORMALLY, ''));
  }

  #goodbyeToServer(): void {
    this.#later('up', () => {
      this.#network.links.delete(this);
      const server = this.#server;
      this.#server = undefined;
      server?.closed();
    });
  }

  #tellClientClosed(code: number, reason: string): void {
    this.#network.links.delete(this);
    this.established = false;
    const client = this.#client;
    this.#client = undefined;
    client?.closed(code, reason);
  }

  /** In the order of sending; what is on its way when the line goes dead never arrives. */
  #later(direction: 'up' | 'down', then: () => void, overtaken = 0): void {
    const { time } = this.#network;
    const soonest = direction === 'up' ? this.#nextUp : this.#nextDown;
    const at = Math.max(soonest, time.now + this.#network.latency());
    if (overtaken === 0) {
      if (direction === 'up') this.#nextUp = at;
      else this.#nextDown = at;
    }
    time.after(at - time.now + overtaken, () => {
      if (!this.frozen) then();
    });
  }

  #up(text: string): void {
    this.#network.trace(`${this.#network.time.now} up ${text}`);
    const { random, struck, frameFaults } = this.#network;
    if (random.chance(frameFaults.lost)) {
      struck.note('frame lost on its way up');
      return;
    }
    const arrive = (): void => {
      if (this.#server && !this.#client) struck.note('frame of an older connection arrived late');
      this.#server?.message(text);
    };
    this.#later('up', arrive);
    if (text.includes('"command"') && random.chance(frameFaults.twice)) {
      struck.note('command arrived twice');
      this.#later('up', arrive);
    }
  }

  #down(text: string): void {
    this.#network.trace(`${this.#network.time.now} down ${text}`);
    const { random, struck, frameFaults } = this.#network;
    const live = text.startsWith('{"type":"entry"');
    if (random.chance(live ? frameFaults.lost * 3 : frameFaults.lost)) {
      struck.note(live ? 'live entry lost' : 'frame lost on its way down');
      return;
    }
    const arrive = (): void => this.#client?.message(text);
    if (live && random.chance(frameFaults.overtaken)) {
      struck.note('live entry overtaken');
      this.#later('down', arrive, random.integer(20, 500));
    } else {
      this.#later('down', arrive);
    }
    if (REPEATABLE.test(text) && random.chance(frameFaults.twice)) {
      struck.note(live ? 'live entry arrived twice' : 'answer arrived twice');
      this.#later('down', arrive);
    }
  }
}
