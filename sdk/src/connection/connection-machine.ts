import { backoff } from '../lib/backoff.ts';
import {
  ANSWER_TIMEOUT_MS,
  RECONNECT_FIRST_MS,
  RECONNECT_MAX_MS,
  dutyAfterClose,
  nameOfClose,
  retryAfterOf,
} from '../protocol/index.ts';
import type { ConnectionStatus } from './connection-status.ts';

/** A connection that lasted this long was a good one: the next reconnect starts with the shortest wait. */
const STABLE_AFTER_MS = 10_000;
/** Refused identities in a row after which asking again is pointless. */
const DENIALS_MAX = 3;

export type StopReason = Extract<ConnectionStatus, { state: 'stopped' }>['reason'];

interface Trying {
  /** 0 for the first connection, then the number of the try since the last good connection. */
  tries: number;
  /** Times in a row that the server did not accept who we are. */
  denials: number;
  /** What the browser says about the network. */
  network: boolean;
}

/** Where a connection is. All times are monotonic milliseconds. */
export type ConnectionState =
  | { name: 'idle' }
  /** A hello is being prepared (ticket, store), then the socket opens. */
  | ({ name: 'connecting'; deadline: number } & Trying)
  /** The hello is sent. */
  | ({ name: 'greeting'; deadline: number } & Trying)
  | ({
      name: 'online';
      since: number;
      heartbeatMs: number;
      /** When the last frame came. */
      heardAt: number;
      /** What waits for an answer, and since when; the oldest first. */
      owed: ReadonlyMap<string | number, number>;
    } & Trying)
  /** Before `notBefore` nothing, a tap neither, makes it connect: the server asked for it. */
  | ({ name: 'waiting'; retryAt: number; notBefore: number } & Trying)
  | { name: 'stopped'; reason: StopReason };

/** What can happen to it; `jitter` is a random number from 0 to 1. */
export type ConnectionEvent = { now: number; jitter: number } & (
  | { type: 'start'; network: boolean }
  /** The socket is open. */
  | { type: 'opened' }
  | { type: 'welcomed'; heartbeatMs: number }
  /** Any frame came. */
  | { type: 'heard' }
  /** A frame went out that wants an answer, known by `key`; it was answered. */
  | { type: 'asked'; key: string | number }
  | { type: 'answered'; key: string | number }
  | { type: 'closed'; code: number; reason: string }
  /** No hello could be made: signed out, or for now. */
  | { type: 'unprepared'; signedOut: boolean }
  /** The time of {@link wakeAt} has come. */
  | { type: 'tick' }
  | { type: 'network'; on: boolean }
  /** The page can be seen again. */
  | { type: 'shown' }
  /** Somebody wants it now. */
  | { type: 'hurry' }
  | { type: 'stop' }
);

/** open: prepare a hello and open a socket · greet: send it · drop: close the socket · ping · renew: the identity was refused. */
export type ConnectionEffect = 'open' | 'greet' | 'drop' | 'ping' | 'renew';

type Step = [ConnectionState, ConnectionEffect[]];
type Named<N> = Extract<ConnectionState, { name: N }>;
type Typed<T> = Extract<ConnectionEvent, { type: T }>;

/** What each state makes of each event; an event that is not named changes nothing. */
type Table = {
  [N in ConnectionState['name']]: {
    [T in ConnectionEvent['type']]?: (state: Named<N>, event: Typed<T>) => Step;
  };
};

/** When a tick is due; undefined where nothing is waited for. */
export function wakeAt(state: ConnectionState): number | undefined {
  switch (state.name) {
    case 'idle':
    case 'stopped':
      return undefined;
    case 'connecting':
    case 'greeting':
      return state.deadline;
    case 'waiting':
      return state.retryAt;
    case 'online': {
      const silent = state.heardAt + state.heartbeatMs + ANSWER_TIMEOUT_MS;
      const [oldest = silent] = state.owed.values();
      return Math.min(silent, oldest + ANSWER_TIMEOUT_MS);
    }
  }
}

/** What a person may be told; `wallClock` turns a monotonic time into one that can be shown. */
export function statusOf(state: ConnectionState, wallClock: (time: number) => number): ConnectionStatus {
  switch (state.name) {
    case 'idle':
    case 'online':
      return { state: state.name };
    case 'stopped':
      return { state: 'stopped', reason: state.reason };
    case 'connecting':
    case 'greeting':
    case 'waiting': {
      if (!state.network) return { state: 'offline' };
      if (state.name !== 'waiting') return { state: state.tries === 0 ? 'connecting' : 'reconnecting' };
      const busy = state.notBefore > 0 && { busy: true as const };
      return { state: 'reconnecting', retryAt: wallClock(state.retryAt), ...busy };
    }
  }
}

const leave = (): Step => [{ name: 'idle' }, ['drop']];

function connect({ tries, denials, network }: Trying, now: number): Step {
  return [{ name: 'connecting', tries, denials, network, deadline: now + ANSWER_TIMEOUT_MS }, ['open']];
}

/** Waits before the next try; `patience` is how long the server asked us to stay away. */
function retry(trying: Trying, { now, jitter }: ConnectionEvent, patience = 0): ConnectionState {
  const { denials, network } = trying;
  const tries = trying.tries + 1;
  const retryAt = now + patience + backoff(tries, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, jitter);
  return { name: 'waiting', tries, denials, network, retryAt, notBefore: patience && now + patience };
}

function dropped(trying: Trying, event: ConnectionEvent): Step {
  return [retry(trying, event), ['drop']];
}

function closed(trying: Trying, event: Typed<'closed'>): Step {
  const duty = dutyAfterClose(event.code);
  if (duty === 'stop') return [{ name: 'stopped', reason: stopReason(event.code) }, []];
  if (duty === 'reconnect') return [retry(trying, event, retryAfterOf(event.reason)), []];
  const denials = trying.denials + 1;
  if (denials >= DENIALS_MAX) return [{ name: 'stopped', reason: 'unauthenticated' }, []];
  return [retry({ ...trying, denials }, event), ['renew']];
}

function stopReason(code: number): StopReason {
  const name = nameOfClose(code);
  return name === 'version' || name === 'origin' || name === 'revoked' ? name : 'protocol';
}

/** Connects now, or as soon as the server allows. */
function hurried(state: Named<'waiting'>, { now }: ConnectionEvent): Step {
  return now < state.notBefore ? [{ ...state, retryAt: state.notBefore }, []] : connect(state, now);
}

/** A connection that lasted counts as a first one. */
function tired(state: Named<'online'>, { now }: ConnectionEvent): Trying {
  return now - state.since < STABLE_AFTER_MS ? state : { ...state, tries: 0 };
}

const trying: Table['connecting'] & Table['greeting'] = {
  stop: leave,
  opened: (state, { now }) => [{ ...state, name: 'greeting', deadline: now + ANSWER_TIMEOUT_MS }, ['greet']],
  welcomed: ({ tries, network }, { now, heartbeatMs }) => [
    { name: 'online', tries, denials: 0, network, heartbeatMs, since: now, heardAt: now, owed: new Map() },
    [],
  ],
  closed,
  unprepared: (state, event) =>
    event.signedOut ? [{ name: 'stopped', reason: 'unauthenticated' }, []] : dropped(state, event),
  tick: (state, event) => (event.now < state.deadline ? [state, []] : dropped(state, event)),
  network: (state, event) =>
    event.on ? [{ ...state, network: true }, []] : dropped({ ...state, network: false }, event),
};

/** The life of a connection. */
const TABLE: Table = {
  idle: {
    start: (_state, { now, network }) => connect({ tries: 0, denials: 0, network }, now),
  },
  connecting: trying,
  greeting: trying,
  online: {
    stop: leave,
    heard: (state, { now }) => [{ ...state, heardAt: now }, []],
    asked: (state, { key, now }) => [{ ...state, owed: without(state.owed, key).set(key, now) }, []],
    answered: (state, { key }) => [{ ...state, owed: without(state.owed, key) }, []],
    closed: (state, event) => closed(tired(state, event), event),
    tick: (state, event) =>
      event.now < (wakeAt(state) ?? 0) ? [state, []] : dropped(tired(state, event), event),
    network: (state, event) =>
      event.on
        ? [{ ...state, network: true }, ['ping']]
        : dropped({ ...tired(state, event), network: false }, event),
    shown: (state) => [state, ['ping']],
  },
  waiting: {
    stop: leave,
    tick: (state, { now }) => (now < state.retryAt ? [state, []] : connect(state, now)),
    network: (state, event) =>
      event.on ? hurried({ ...state, network: true }, event) : [{ ...state, network: false }, []],
    shown: hurried,
    hurry: hurried,
  },
  stopped: { stop: leave },
};

/** One step: pure, so that every path can be tested without a socket or a clock. */
export function transition(state: ConnectionState, event: ConnectionEvent): Step {
  const row = TABLE[state.name] as Record<string, (state: ConnectionState, event: ConnectionEvent) => Step>;
  return row[event.type]?.(state, event) ?? [state, []];
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): Map<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
