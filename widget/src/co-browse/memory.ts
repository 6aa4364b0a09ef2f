/**
 * What a tab keeps of a share from one page to the next (CO8). It stands in sessionStorage only between two pages: the
 * page that goes writes it, the next one takes it out, so that a tab that was opened from this one gets no copy.
 */

/** A page that comes later than this asks anew. */
const LASTS_MS = 5 * 60_000;

export interface Left {
  readonly share: string;
  readonly conversation: string;
  readonly tab: string;
}

const leftKey = (site: string): string => `alongside:${site}:share`;
const endedKey = (site: string): string => `alongside:${site}:share-ended`;

/** Storage that is denied keeps nothing, without an error. */
function safely<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}

/** Leaves a share to the next page of this tab; undefined: nothing. */
export function leave(site: string, left: Left | undefined, now: number): void {
  safely(() => {
    if (left) sessionStorage.setItem(leftKey(site), JSON.stringify({ ...left, at: now }));
    else sessionStorage.removeItem(leftKey(site));
  });
}

/** What the page before left, once. */
export function takeLeft(site: string, now: number): Left | undefined {
  return safely(() => {
    const text = sessionStorage.getItem(leftKey(site));
    sessionStorage.removeItem(leftKey(site));
    const { share, conversation, tab, at } = JSON.parse(text ?? '{}') as Record<string, unknown>;
    const isWhole =
      typeof share === 'string' &&
      typeof conversation === 'string' &&
      typeof tab === 'string' &&
      typeof at === 'number';
    return isWhole && Math.abs(now - at) < LASTS_MS ? { share, conversation, tab } : undefined;
  });
}

/** Remembers that the visitor ended this share, even where the server does not know it yet. */
export function rememberEnded(site: string, share: string): void {
  safely(() => localStorage.setItem(endedKey(site), share));
}

export function wasEnded(site: string, share: string): boolean {
  return safely(() => localStorage.getItem(endedKey(site))) === share;
}
