import { systemClock } from '../lib/clock.ts';
import type { TabSeat } from './tabs.ts';

/** What browsers let a page that goes have under way, and the most that the server reads of one request. */
export const FLUSH_MAX_BYTES = 64 * 1024;
/** Commands of one flush; the next page sends what is left. */
export const FLUSH_MAX_COMMANDS = 32;
const SECOND_MS = 1_000;

/** What is flushed from where. */
export interface FlushSource {
  /** Origin of the server. */
  readonly server: string;
  readonly site: string;
}

/** The page that will go. */
export interface LeavingPage {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls when the page goes, as often as it does (it may come back); the answer stops it. */
  watch(goes: () => void): () => void;
  /** Begins a request that outlives the page. */
  post(url: string, body: string): void;
}

const platformPage: LeavingPage = {
  now: () => systemClock.now(),
  watch(goes) {
    window.addEventListener('pagehide', goes);
    return () => window.removeEventListener('pagehide', goes);
  },
  post(url, body) {
    // Plain text asks no leave first; a page that goes would not be there for the answer.
    fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => undefined);
  },
};

/** In Node nothing goes without a word. */
const hasPage = typeof document !== 'undefined';
const watched = new WeakSet<TabSeat>();

/**
 * From now on, what is not known to be stored when the page goes is sent once more, in one request that outlives it
 * (DL5). Nothing depends on it: all stays in the outbox until it is acknowledged, and has the ids by which the
 * server knows it again. It ends with the client; a second call for the same seat does nothing.
 */
export async function flush(
  seat: TabSeat,
  source: FlushSource,
  page: LeavingPage | undefined = hasPage ? platformPage : undefined,
): Promise<void> {
  if (!page || watched.has(seat)) return;
  watched.add(seat);
  const device = await seat.outbox.open();
  const stop = page.watch(() => {
    const body = flushBody(seat, { site: source.site, device }, page.now());
    if (body !== undefined) page.post(`${source.server}/v1/relay/flush`, body);
  });
  const unsubscribe = seat.status.subscribe(({ state }) => {
    if (state !== 'idle') return;
    stop();
    unsubscribe();
  });
}

/** What is to be sent; undefined where nothing waits, another page leads, or nothing says who we are. */
function flushBody(seat: TabSeat, who: { site: string; device: string }, nowMs: number): string | undefined {
  const { access } = seat.tokens.read();
  if (seat.send || seat.status.value.state === 'idle' || access === undefined) return undefined;
  if (hasExpired(access, nowMs)) return undefined;
  const waiting = seat.outbox.entries.value.filter((each) => !each.refused).slice(0, FLUSH_MAX_COMMANDS);
  let frames = waiting.map(({ id, n, body }) => ({ type: 'command', id, n, body }));
  while (frames.length > 0) {
    const body = JSON.stringify({ ...who, access, frames });
    if (new TextEncoder().encode(body).length <= FLUSH_MAX_BYTES) return body;
    frames = frames.slice(0, -1);
  }
  return undefined;
}

/** What is no token that can be read is left to the server. */
function hasExpired(access: string, nowMs: number): boolean {
  try {
    const claims = (access.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { exp } = JSON.parse(atob(claims)) as { exp?: unknown };
    return typeof exp === 'number' && exp * SECOND_MS <= nowMs;
  } catch {
    return false;
  }
}
