import type { Page } from 'playwright-core';

const MOVES = 120;
const WHEELS = 25;
const TYPED = 'a name and a street, no. 12';
const TEXT_CHANGE_MS = 100;
const INSERTS = 200;

/** Some twelve seconds of a visitor and a page that lives: moves, wheels, keys, texts and insertions. */
export async function scriptedSession(page: Page): Promise<void> {
  await page.evaluate(
    ({ everyMs, inserts }) => {
      const place = document.querySelector('main') ?? document.body;
      const clock = document.createElement('p');
      const field = document.createElement('input');
      field.id = 'typed';
      place.prepend(clock, field);
      let ticks = 0;
      const ticking = setInterval(() => (clock.textContent = `tick ${++ticks}`), everyMs);
      let inserted = 0;
      const inserting = setInterval(() => {
        const row = document.createElement('p');
        row.className = 'row';
        row.append(`Row ${++inserted}`);
        place.append(row);
        if (inserted === inserts) clearInterval(inserting);
      }, everyMs / 2);
      Object.assign(window, { stopSession: () => clearInterval(ticking) });
    },
    { everyMs: TEXT_CHANGE_MS, inserts: INSERTS },
  );
  for (let move = 0; move < MOVES; move++) {
    await page.mouse.move(100 + ((move * 37) % 700), 80 + ((move * 23) % 500));
    if (move % Math.ceil(MOVES / WHEELS) === 0) await page.mouse.wheel(0, move % 2 === 0 ? 120 : -60);
    await page.waitForTimeout(40);
  }
  await page.locator('#typed').focus();
  await page.keyboard.type(TYPED, { delay: 80 });
  await page.waitForTimeout(2_000);
  await page.evaluate('stopSession()');
}

/** Runs in the page: changes a text so many times; answers when, by the text. */
export async function changeAndNote(changes: number): Promise<Record<string, number>> {
  const made: Record<string, number> = {};
  const place = document.createElement('p');
  place.id = 'noted';
  place.append('-');
  document.body.prepend(place);
  await new Promise((done) => setTimeout(done, 500));
  for (let change = 0; change < changes; change++) {
    const text = `noted ${change}`;
    made[text] = performance.timeOrigin + performance.now();
    place.textContent = text;
    await new Promise((done) => setTimeout(done, 20 + (change % 17)));
  }
  return made;
}

/** Runs in the viewer: notes when each of those texts came. */
export function changesSeen(): void {
  const seen: Record<string, number> = {};
  Object.assign(window, { seen });
  const inner = document.querySelector<HTMLIFrameElement>('.stage iframe')?.contentDocument;
  if (!inner) return;
  new MutationObserver(() => {
    const text = inner.querySelector('#noted')?.textContent ?? '';
    seen[text] ??= performance.timeOrigin + performance.now();
  }).observe(inner, { subtree: true, childList: true, characterData: true });
}
