import { backoff } from '../lib/backoff.ts';
import {
  ANSWER_TIMEOUT_MS,
  CLOSE_CODES,
  RECONNECT_FIRST_MS,
  RECONNECT_MAX_MS,
  dutyAfterClose,
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

/** The life of a connection: pure, so that every path can be tested without a socket or a clock. */
export function transition(state: ConnectionState, event: ConnectionEvent): Step {
  switch (event.type) {
    case 'start':
      if (state.name !== 'idle') return [state, []];
      return connect({ tries: 0, denials: 0, network: event.network }, event.now);
    case 'stop':
      return [{ name: 'idle' }, ['drop']];
    case 'opened':
    case 'welcomed':
    case 'heard':
    case 'asked':
    case 'answered':
    case 'closed':
    case 'unprepared':
    case 'tick':
    case 'network':
    case 'shown':
    case 'hurry':
      return running(state, event);
  }
}

type RunningEvent = Exclude<ConnectionEvent, { type: 'start' | 'stop' }>;

function running(state: ConnectionState, event: RunningEvent): Step {
  switch (state.name) {
    case 'idle':
    case 'stopped':
      return [state, []];
    case 'waiting':
      return whileWaiting(state, event);
    case 'connecting':
    case 'greeting':
      return whileConnecting(state, event);
    case 'online':
      return whileOnline(state, event);
  }
}

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

function connect({ tries, denials, network }: Trying, now: number): Step {
  return [{ name: 'connecting', tries, denials, network, deadline: now + ANSWER_TIMEOUT_MS }, ['open']];
}

/** Waits before the next try; `patience` is how long the server asked us to stay away. */
function retry(trying: Trying, event: ConnectionEvent, patience = 0): ConnectionState {
  const { denials, network } = trying;
  const tries = trying.tries + 1;
  const retryAt = event.now + patience + backoff(tries, RECONNECT_FIRST_MS, RECONNECT_MAX_MS, event.jitter);
  return { name: 'waiting', tries, denials, network, retryAt, notBefore: patience && event.now + patience };
}

function closed(trying: Trying, event: ConnectionEvent & { type: 'closed' }): Step {
  const duty = dutyAfterClose(event.code);
  if (duty === 'stop') return [{ name: 'stopped', reason: stopReason(event.code) }, []];
  if (duty === 're-authenticate') {
    const denials = trying.denials + 1;
    if (denials >= DENIALS_MAX) return [{ name: 'stopped', reason: 'unauthenticated' }, []];
    return [retry({ ...trying, denials }, event), ['renew']];
  }
  return [retry(trying, event, retryAfterOf(event.reason)), []];
}

function stopReason(code: number): StopReason {
  const name = (CLOSE_CODES as Record<number, { name: string }>)[code]?.name;
  return name === 'version' || name === 'origin' || name === 'revoked' ? name : 'protocol';
}

function whileWaiting(state: ConnectionState & { name: 'waiting' }, event: RunningEvent): Step {
  const hurry = (): Step =>
    event.now >= state.notBefore ? connect(state, event.now) : [{ ...state, retryAt: state.notBefore }, []];
  switch (event.type) {
    case 'tick':
      return event.now >= state.retryAt ? connect(state, event.now) : [state, []];
    case 'network': {
      const [next, effects] = event.on ? hurry() : ([state, []] as Step);
      return [{ ...next, network: event.on } as ConnectionState, effects];
    }
    case 'shown':
    case 'hurry':
      return hurry();
    case 'opened':
    case 'welcomed':
    case 'heard':
    case 'asked':
    case 'answered':
    case 'closed':
    case 'unprepared':
      return [state, []];
  }
}

function whileConnecting(
  state: ConnectionState & { name: 'connecting' | 'greeting' },
  event: RunningEvent,
): Step {
  switch (event.type) {
    case 'opened':
      return [{ ...state, name: 'greeting', deadline: event.now + ANSWER_TIMEOUT_MS }, ['greet']];
    case 'welcomed': {
      const { now, heartbeatMs } = event;
      const { tries, network } = state;
      const heard = { since: now, heardAt: now, owed: new Map() };
      return [{ name: 'online', tries, denials: 0, network, heartbeatMs, ...heard }, []];
    }
    case 'closed':
      return closed(state, event);
    case 'unprepared':
      return event.signedOut
        ? [{ name: 'stopped', reason: 'unauthenticated' }, []]
        : [retry(state, event), ['drop']];
    case 'tick':
      return event.now >= state.deadline ? [retry(state, event), ['drop']] : [state, []];
    case 'network':
      return event.on
        ? [{ ...state, network: true }, []]
        : [retry({ ...state, network: false }, event), ['drop']];
    case 'heard':
    case 'asked':
    case 'answered':
    case 'shown':
    case 'hurry':
      return [state, []];
  }
}

function whileOnline(state: ConnectionState & { name: 'online' }, event: RunningEvent): Step {
  const trying = (): Trying => (event.now - state.since >= STABLE_AFTER_MS ? { ...state, tries: 0 } : state);
  switch (event.type) {
    case 'heard':
      return [{ ...state, heardAt: event.now }, []];
    case 'asked':
      return [{ ...state, owed: without(state.owed, event.key).set(event.key, event.now) }, []];
    case 'answered':
      return [{ ...state, owed: without(state.owed, event.key) }, []];
    case 'closed':
      return closed(trying(), event);
    case 'tick':
      return event.now >= (wakeAt(state) ?? Infinity) ? [retry(trying(), event), ['drop']] : [state, []];
    case 'network':
      return event.on
        ? [{ ...state, network: true }, ['ping']]
        : [retry({ ...trying(), network: false }, event), ['drop']];
    case 'shown':
      return [state, ['ping']];
    case 'opened':
    case 'welcomed':
    case 'unprepared':
    case 'hurry':
      return [state, []];
  }
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): Map<K, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
