/** The two ways to the relay: a WebSocket, or a stream of events with posts beside it (DL10). */
export type WireName = 'socket' | 'stream';

/** What is known about the two ways since the page was loaded. */
export interface WireChoice {
  /** Which of them the next connection tries. */
  readonly next: WireName;
  /** Tries in a row that brought no word of the server, by whichever way. */
  readonly failures: number;
  /** The socket has worked here: when it fails, an outage is likelier than a wall. */
  readonly socketWorked: boolean;
  /** Looks in a row for a way back to the socket that found none. */
  readonly looks: number;
}

export type WireEvent =
  /** The server said something. */
  | { type: 'heard'; wire: WireName }
  /** It ended, or had been silent for {@link patienceMs}, before the server said anything. */
  | { type: 'failed'; wire: WireName }
  /** A socket was tried beside the stream; `found`: it was answered. */
  | { type: 'looked'; found: boolean };

const SOCKET_PATIENCE_MS = 2_500;
const STREAM_PATIENCE_MS = 4_000;
/** As long as the connection itself has patience with a try. */
const PATIENCE_MAX_MS = 10_000;

const LOOK_FIRST_MS = 5 * 60_000;
/** After an outage of a server whose sockets did work. */
const LOOK_SOON_MS = 10_000;
const LOOK_MAX_MS = 60 * 60_000;

/** After a socket that worked, every so many-th try in a row is one by the stream; else every other one. */
const STREAM_TURN = 3;

/** One step: pure, so that every path can be tested without a network. */
export function chooseWire(choice: WireChoice, event: WireEvent): WireChoice {
  switch (event.type) {
    case 'heard': {
      const isSocket = event.wire === 'socket';
      return {
        next: event.wire,
        failures: 0,
        socketWorked: choice.socketWorked || isSocket,
        looks: isSocket ? 0 : choice.looks,
      };
    }
    case 'failed': {
      const failures = choice.failures + 1;
      const isStreamsTurn = choice.socketWorked
        ? failures % STREAM_TURN === STREAM_TURN - 1
        : event.wire === 'socket';
      return { ...choice, failures, next: isStreamsTurn ? 'stream' : 'socket' };
    }
    case 'looked':
      return event.found ? { ...choice, next: 'socket', looks: 0 } : { ...choice, looks: choice.looks + 1 };
  }
}

/** How long the next try may bring no word. It grows, so that a slow network is not mistaken for a wall for ever. */
export function patienceMs({ next, failures }: WireChoice): number {
  const first = next === 'socket' ? SOCKET_PATIENCE_MS : STREAM_PATIENCE_MS;
  return Math.min(PATIENCE_MAX_MS, first * 2 ** Math.floor(failures / 2));
}

/** How long after the stream began, or after the last look, a socket is tried beside it; `jitter` is from 0 to 1. */
export function lookAfterMs({ socketWorked, looks }: WireChoice, jitter: number): number {
  const first = socketWorked ? LOOK_SOON_MS : LOOK_FIRST_MS;
  return Math.min(LOOK_MAX_MS, first * 2 ** looks) * (1 + jitter);
}
