import { fraction } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import type { RandomBytes } from '../lib/ids.ts';
import { Cell, type Observable } from '../lib/observable.ts';
import type { Schema } from '../protocol/index.ts';
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  statusOf,
  transition,
  wakeAt,
} from './connection-machine.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { Socket, SocketPort } from './socket-port.ts';
import type { Surroundings } from './surroundings.ts';

/** Rejection of a greeting by which the connection stops for good: there is no session to connect with. */
export class SignedOutError extends Error {}

/** What a connection needs of the world. */
export interface RelayPorts {
  clock: Clock;
  random: RandomBytes;
  socket: SocketPort;
  surroundings: Surroundings;
}

/** A frame as far as the connection reads it. */
export interface Frame {
  type: string;
  id?: string;
  request?: number;
}

/** Who uses the connection. */
export interface RelayUser<Down extends Frame> {
  /**
   * Prepares a hello; the answer makes it at the moment when it is sent. A rejection is tried again later,
   * a {@link SignedOutError} ends it.
   */
  greet(): Promise<() => Frame>;
  /** A frame came; `welcome` is the first. */
  received(frame: Down): void;
  /** The connection is gone: what was sent may have arrived or not. */
  lost(): void;
  /** The server did not accept the identity of the last hello. */
  renew?(): void;
}

/** What answers a question that has neither a command id nor a request number. */
const ANSWER_TYPES: Record<string, string> = { ping: 'pong', 'desk.open': 'desk' };

type EventWithoutTime = ConnectionEvent extends infer E
  ? E extends ConnectionEvent
    ? Omit<E, 'now' | 'jitter'>
    : never
  : never;

/** Keeps one connection to the relay alive: runs {@link transition} with a socket, a clock and the page's events. */
export class RelayConnection<Down extends Frame> {
  readonly status: Observable<ConnectionStatus>;
  readonly #url: string;
  readonly #decoder: Schema<Down>;
  readonly #user: RelayUser<Down>;
  readonly #ports: RelayPorts;
  readonly #status = new Cell<ConnectionStatus>({ state: 'idle' });
  #state: ConnectionState = { name: 'idle' };
  #socket: Socket | undefined;
  #hello: (() => Frame) | undefined;
  #stopWatching: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;
  #timerAt: number | undefined;
  /** Counts the tries, so that a hello that comes too late is dropped. */
  #try = 0;

  constructor(url: string, decoder: Schema<Down>, user: RelayUser<Down>, ports: RelayPorts) {
    this.#url = url;
    this.#decoder = decoder;
    this.#user = user;
    this.#ports = ports;
    this.status = this.#status;
  }

  start(): void {
    const { surroundings } = this.#ports;
    this.#stopWatching ??= surroundings.watch((event) => {
      if (event === 'shown') this.#step({ type: 'shown' });
      else if (event !== 'hidden') this.#step({ type: 'network', on: event === 'network' });
    });
    this.#step({ type: 'start', network: surroundings.network });
  }

  stop(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#step({ type: 'stop' });
  }

  hurry(): void {
    this.#step({ type: 'hurry' });
  }

  get online(): boolean {
    return this.#state.name === 'online';
  }

  /** Sends a frame, if there is a connection. That it went out says nothing about its arrival. */
  send(frame: Frame): void {
    if (this.#state.name !== 'online') return;
    this.#write(frame);
    const key = frame.id ?? frame.request ?? ANSWER_TYPES[frame.type];
    if (key !== undefined) this.#step({ type: 'asked', key });
  }

  #write(frame: Frame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #step(happened: EventWithoutTime): void {
    const { clock, random } = this.#ports;
    const before = this.#state;
    const event = { ...happened, now: clock.monotonic(), jitter: fraction(random) };
    const [state, effects] = transition(before, event);
    this.#state = state;
    if (before.name === 'online' && state.name !== 'online') this.#user.lost();
    for (const effect of effects) this.#run(effect);
    this.#arm();
    // Frames come and go without a change of what is told.
    if (before.name !== 'online' || this.#state.name !== 'online') this.#tell();
  }

  #tell(): void {
    const { clock } = this.#ports;
    const status = statusOf(this.#state, (time) => clock.now() + time - clock.monotonic());
    if (JSON.stringify(status) !== JSON.stringify(this.#status.value)) this.#status.value = status;
  }

  #run(effect: ConnectionEffect): void {
    switch (effect) {
      case 'open':
        return void this.#open();
      case 'greet':
        if (this.#hello) this.#write(this.#hello());
        return;
      case 'drop': {
        this.#drop();
        return;
      }
      case 'ping': {
        this.send({ type: 'ping' });
        return;
      }
      case 'renew':
        return this.#user.renew?.();
    }
  }

  #drop(): void {
    this.#try++;
    this.#socket?.close();
    this.#socket = undefined;
  }

  async #open(): Promise<void> {
    const number = ++this.#try;
    try {
      this.#hello = await this.#user.greet();
    } catch (error) {
      if (number === this.#try) {
        this.#step({ type: 'unprepared', signedOut: error instanceof SignedOutError });
      }
      return;
    }
    if (number !== this.#try) return;
    const mine = (then: () => void): void => {
      if (number === this.#try) then();
    };
    this.#socket = this.#ports.socket(this.#url, {
      opened: () => mine(() => this.#step({ type: 'opened' })),
      message: (text) => mine(() => this.#read(text)),
      closed: (code, reason) =>
        mine(() => {
          this.#socket = undefined;
          this.#step({ type: 'closed', code, reason });
        }),
    });
  }

  #read(text: string): void {
    this.#step({ type: 'heard' });
    const frame = this.#decode(text);
    if (!frame) return;
    this.#step({ type: 'answered', key: frame.id ?? frame.request ?? frame.type });
    if (frame.type === 'ping') this.#write({ type: 'pong' });
    if (frame.type === 'welcome') {
      const { heartbeatMs } = frame as unknown as { heartbeatMs: number };
      this.#step({ type: 'welcomed', heartbeatMs });
    }
    if (this.#state.name === 'online') this.#user.received(frame);
  }

  /** A frame of a newer server, or a broken one, is passed over: what was lost by it shows as a gap. */
  #decode(text: string): Down | undefined {
    try {
      return this.#decoder.decode(JSON.parse(text), '');
    } catch {
      return undefined;
    }
  }

  #arm(): void {
    const { clock } = this.#ports;
    const at = wakeAt(this.#state);
    // A deadline that moved back needs no new timer: the old one looks again.
    if (at !== undefined && this.#timerAt !== undefined && this.#timerAt <= at) return;
    this.#stopTimer?.();
    this.#timerAt = at;
    if (at === undefined) return;
    this.#stopTimer = clock.after(Math.max(0, at - clock.monotonic()), () => {
      this.#timerAt = undefined;
      this.#step({ type: 'tick' });
    });
  }
}
