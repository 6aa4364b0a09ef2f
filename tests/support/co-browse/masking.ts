import type { Browser, Page } from 'playwright-core';
import type { PrivacySettings } from '../../../sdk/src/co-browse/privacy-settings.ts';
import type { Action, MaskCase } from './corpus.ts';

/** A secure origin that exists only in the test’s browser. */
export const SHOP = 'https://shop.test';
const GLOBAL = 'recorder';
/** Long enough for two animation frames and the recorder’s own timers. */
const SETTLE_MS = 150;

const filled = (html: string): string =>
  html
    .replaceAll('{{MASK}}', 'data-alongside="mask"')
    .replaceAll('{{BLOCK}}', 'data-alongside="block"')
    .replaceAll('{{UNMASK}}', 'data-alongside="show"');

const document = ({ html, head = '' }: Pick<MaskCase, 'html' | 'head'>): string =>
  `<!doctype html><html><head><meta charset="utf-8"><title>Shop</title>${filled(head)}</head><body>${filled(html)}</body></html>`;

type Step = (page: Page, action: Action) => Promise<unknown>;

const STEPS: Record<Exclude<Action['do'], 'start'>, Step> = {
  js: (page, { code = '' }) => page.evaluate(`(() => { ${code} })()`),
  type: async (page, { sel = '', text = '' }) => {
    await page.locator(sel).first().focus();
    await page.keyboard.type(text);
  },
  fill: (page, { sel = '', text = '' }) => page.locator(sel).first().fill(text),
  click: (page, { sel = '' }) => page.locator(sel).first().click({ force: true }),
  select: (page, { sel = '', value = '' }) => page.locator(sel).first().selectOption(value),
  upload: (page, { sel = '', name = 'file', text = '' }) =>
    page
      .locator(sel)
      .first()
      .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }),
  paste: async (page, { sel = '', text = '' }) => {
    await page.locator(sel).first().focus();
    await page.keyboard.insertText(text);
  },
  snapshot: (page) => page.evaluate(`window.recording.takeSnapshot()`),
  wait: (page, { ms = 0 }) => page.waitForTimeout(ms),
};

/** Everything that left a page. */
export interface Outcome {
  readonly frames: readonly string[];
  readonly failures: readonly string[];
}

/** Plays a case on a page of its own, with the built recorder. */
export async function play(
  browser: Browser,
  recorder: string,
  one: Pick<MaskCase, 'html' | 'head' | 'url' | 'actions'>,
  settings: Partial<PrivacySettings>,
): Promise<Outcome> {
  const context = await browser.newContext();
  try {
    await context.route('**/*', (route) =>
      route.request().resourceType() === 'document' && route.request().url().startsWith(SHOP)
        ? route.fulfill({ contentType: 'text/html', body: document(one) })
        : route.abort(),
    );
    const page = await context.newPage();
    await page.goto(`${SHOP}${one.url ?? '/'}`, { waitUntil: 'load' });
    await page.evaluate(`${recorder}; window.${GLOBAL} = ${GLOBAL};`);
    const begin = (): Promise<unknown> =>
      page.evaluate(
        (chosen) => {
          const shared = window as unknown as {
            recorder: { start: (settings: unknown) => unknown };
            recording: unknown;
          };
          shared.recording = shared.recorder.start(chosen);
        },
        settings as Record<string, unknown>,
      );
    if (!one.actions.some((action) => action.do === 'start')) await begin();
    for (const action of one.actions) {
      if (action.do === 'start') await begin();
      else await STEPS[action.do](page, action);
    }
    await page.waitForTimeout(SETTLE_MS);
    return await page.evaluate<Outcome>(`({ frames: recorder.frames, failures: recorder.failures })`);
  } finally {
    await context.close();
  }
}

interface Told {
  readonly type?: number;
  readonly tagName?: string;
  readonly textContent?: string;
  readonly childNodes?: readonly Told[];
  readonly data?: {
    readonly source?: number;
    readonly type?: number;
    readonly id?: number;
    readonly node?: Told;
  };
}

const eventsOf = ({ frames }: Outcome): readonly Told[] =>
  frames.flatMap((frame) => JSON.parse(frame) as Told[]);

function* textsIn(node: Told, tag: string, inside = false): Generator<string> {
  if (inside && node.type === 3) yield node.textContent ?? '';
  for (const child of node.childNodes ?? []) yield* textsIn(child, tag, inside || node.tagName === tag);
}

/** Ways in which a secret may be written. */
function readings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  // Base64 of text that stands at any place of a longer one: the characters that do not depend on its neighbours.
  const inner = [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const start = Math.ceil((shift * 8) / 6);
    return bytes.toString('base64').replace(/=+$/, '').slice(start, -2);
  });
  return [secret, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(secret), ...inner].filter(
    (text) => text.length > 1,
  );
}

function clickedTargets(outcome: Outcome): string[] {
  const clicks = eventsOf(outcome).flatMap(({ data }) =>
    data?.source === 2 && (data.type === 2 || data.type === 5) ? [data.id] : [],
  );
  return new Set(clicks).size > 1 ? [`clicks on ${clicks.join(', ')}`] : [];
}

function optionShapes(secret: string, outcome: Outcome): string[] {
  const lengths = (texts: readonly string[]): string => texts.map(({ length }) => length).join('|');
  const shape = lengths(secret.split('|'));
  return eventsOf(outcome).flatMap(({ data }) =>
    data?.node && lengths([...textsIn(data.node, 'option')]) === shape ? [`options as long as ${shape}`] : [],
  );
}

/** How the secret of a case left the page; empty when it did not. */
export function leaks(one: MaskCase, outcome: Outcome): string[] {
  if (one.check === 'keypad') return clickedTargets(outcome);
  if (one.check === 'shape') return optionShapes(one.secret, outcome);
  const all = outcome.frames.join('\n');
  return readings(one.secret).filter((text) => all.includes(text));
}
