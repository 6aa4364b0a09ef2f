/** Small facts of a site in localStorage. A browser that denies storage keeps nothing, without an error. */

/** Keeps `value` under `alongside:<site>:<name>`; null forgets it. */
export function keep(site: string, name: string, value: string | null): void {
  const key = `alongside:${site}:${name}`;
  try {
    if (value === null) localStorage.removeItem(key);
    else if (localStorage.getItem(key) !== value) localStorage.setItem(key, value);
  } catch {
    // Denied or full: it lasts as long as the page.
  }
}

/** What was kept last, or null. */
export function kept(site: string, name: string): string | null {
  try {
    return localStorage.getItem(`alongside:${site}:${name}`);
  } catch {
    return null;
  }
}
