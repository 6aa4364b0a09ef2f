import { fraction } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import type { RandomBytes } from '../lib/ids.ts';
import type { Socket, SocketListener, SocketPort } from './socket-port.ts';
import type { Surroundings } from './surroundings.ts';
import {
  type WireChoice,
  type WireEvent,
  type WireName,
  chooseWire,
  lookAfterMs,
  patienceMs,
} from './wire-choice.ts';

const CLOSED_ABNORMALLY = 1006;
/** Another way takes over: the client reconnects at once, and by it. */
const CLOSED_MOVING = 4012;
/** From here on a code says that the server was reached: `full`, and all of its own. */
const SERVERS_CODES_FROM = 1012;
/** A look for a socket that is not answered by then has found none. */
const LOOK_LASTS_MS = 5_000;
const PING = '{"type":"ping"}';

export interface ChoosingPorts {
  clock: Clock;
  random: RandomBytes;
  surroundings: Surroundings;
  socket: SocketPort;
  stream: SocketPort;
}

/** A {@link SocketPort} that goes by whichever way works, and from the stream back to the socket (DL10). */
export function choosingPort(ports: ChoosingPorts, first: WireChoice): SocketPort {
  const chooser = new WireChooser(ports, first);
  return (url, listener) => chooser.open(url, listener);
}

/** A socket that was opened in advance and was answered. */
type Proven = (listener: SocketListener) => Socket;

class WireChooser {
  readonly #ports: ChoosingPorts;
  #choice: WireChoice;
  #proven: Proven | undefined;

  constructor(ports: ChoosingPorts, first: WireChoice) {
    this.#ports = ports;
    this.#choice = first;
  }

  open(url: string, listener: SocketListener): Socket {
    const wire = this.#choice.next;
    const stops: (() => void)[] = [];
    let heard = false;
    const stop = (): void => {
      for (const each of stops.splice(0)) each();
    };
    const hear = (): void => {
      heard = true;
      stop();
      this.#step({ type: 'heard', wire });
      if (wire === 'stream') stops.push(this.#look(url, move));
    };
    const inner = this.#wire(wire, url, {
      opened: () => listener.opened(),
      message: (text) => {
        if (!heard) hear();
        listener.message(text);
      },
      closed: (code, reason) => {
        stop();
        if (!heard) this.#step({ type: code >= SERVERS_CODES_FROM ? 'heard' : 'failed', wire });
        listener.closed(code, reason);
      },
    });
    const close = (): void => {
      stop();
      inner.close();
    };
    const move = (): void => {
      close();
      listener.closed(CLOSED_MOVING, '');
    };
    const giveUp = (): void => {
      close();
      this.#step({ type: 'failed', wire });
      listener.closed(CLOSED_ABNORMALLY, '');
    };
    stops.push(this.#ports.clock.after(patienceMs(this.#choice), giveUp));
    return { send: (text) => inner.send(text), close };
  }

  #step(event: WireEvent): void {
    this.#choice = chooseWire(this.#choice, event);
  }

  #wire(wire: WireName, url: string, listener: SocketListener): Socket {
    if (wire === 'stream') return this.#ports.stream(url, listener);
    const proven = this.#proven;
    this.#proven = undefined;
    return proven ? proven(listener) : this.#ports.socket(url, listener);
  }

  /** Tries a socket now and then, and when the network comes back; calls `found` once. The answer stops it. */
  #look(url: string, found: () => void): () => void {
    const { clock, random, surroundings } = this.#ports;
    let stopTimer = (): void => undefined;
    let stopTry: (() => void) | undefined;
    const later = (): void => {
      stopTimer = clock.after(lookAfterMs(this.#choice, fraction(random)), now);
    };
    const now = (): void => {
      stopTimer();
      stopTry ??= this.#tryOnce(url, (proven) => {
        stopTry = undefined;
        this.#proven = proven;
        this.#step({ type: 'looked', found: proven !== undefined });
        if (proven) found();
        else later();
      });
    };
    const stopWatching = surroundings.watch((event) => {
      if (event === 'network') now();
    });
    later();
    return () => {
      stopTimer();
      stopTry?.();
      stopWatching();
    };
  }

  /**
   * Opens a socket and pings. No hello: that would spend a ticket or a token on a way that may swallow the answer.
   * What was answered waits for a connection to take it over; the server ends it where none does.
   */
  #tryOnce(url: string, done: (proven: Proven | undefined) => void): () => void {
    let user: SocketListener | undefined;
    let isDone = false;
    let isClosed = false;
    const finish = (proven: Proven | undefined): void => {
      if (isDone) return;
      isDone = true;
      stopTimer();
      if (!proven) socket.close();
      done(proven);
    };
    const socket = this.#ports.socket(url, {
      opened: () => socket.send(PING),
      message: (text) => {
        if (user) user.message(text);
        else finish(take);
      },
      closed: (code, reason) => {
        isClosed = true;
        if (this.#proven === take) this.#proven = undefined;
        if (user) user.closed(code, reason);
        else finish(undefined);
      },
    });
    const take: Proven = (listener) => {
      user = listener;
      void Promise.resolve().then(() => {
        if (!isClosed) listener.opened();
      });
      return socket;
    };
    const stopTimer = this.#ports.clock.after(LOOK_LASTS_MS, () => finish(undefined));
    return () => {
      if (isDone) return;
      isDone = true;
      stopTimer();
      socket.close();
    };
  }
}
