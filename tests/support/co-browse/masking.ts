import type { Action, MaskCase } from './corpus.ts';
import type { HostPage, SharedVisitor } from './shared-visitor.ts';

const filled = (html: string): string =>
  html
    .replaceAll('{{MASK}}', 'data-alongside="mask"')
    .replaceAll('{{BLOCK}}', 'data-alongside="block"')
    .replaceAll('{{UNMASK}}', 'data-alongside="show"');

type Step = (visitor: SharedVisitor, action: Action) => Promise<unknown>;

const STEPS: Record<Action['do'], Step> = {
  start: (visitor) => visitor.paste(),
  js: ({ page }, { code = '' }) => page.evaluate(`(() => { ${code} })()`),
  type: async (visitor, { sel = '', text = '' }) => {
    await visitor.locate(sel).focus();
    await visitor.page.keyboard.type(text);
  },
  fill: (visitor, { sel = '', text = '' }) => visitor.locate(sel).fill(text),
  click: (visitor, { sel = '' }) => visitor.locate(sel).click({ force: true }),
  select: (visitor, { sel = '', value = '' }) => visitor.locate(sel).selectOption(value),
  upload: (visitor, { sel = '', name = 'file', text = '' }) =>
    visitor.locate(sel).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }),
  paste: async (visitor, { sel = '', text = '' }) => {
    await visitor.locate(sel).focus();
    await visitor.page.keyboard.insertText(text);
  },
  snapshot: (visitor) => visitor.snapshot(),
  wait: ({ page }, { ms = 0 }) => page.waitForTimeout(ms),
};

/** Everything that left a page. */
export interface Outcome {
  /** The events of each frame of the shared page. */
  readonly frames: readonly string[];
  /** All else that was said to the server: the chat's socket, where the page is, requests. */
  readonly others: readonly string[];
  readonly failures: readonly string[];
}

/** Plays a case on the next page of a visitor who shares what they see. */
export async function play(visitor: SharedVisitor, one: MaskCase): Promise<Outcome> {
  const { html, head, url, referrer, actions, surface = '' } = one;
  const isBare = actions.some((action) => action.do === 'start');
  const host: HostPage = { html: filled(html), head: head && filled(head), path: url, referrer, isBare };
  await visitor.goTo(host);
  if (surface === 'chat') await visitor.widget.openChat();
  for (const action of actions) await STEPS[action.do](visitor, action);
  await visitor.snapshot();
  const { left, faults } = visitor;
  return { frames: left.frames, others: left.others, failures: faults };
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

/** Shorter than this, letters stand in ids and tokens by chance. */
const TELLING_LENGTH = 6;

/** How the secret of a case left the page; empty when it did not. */
export function leaks(one: MaskCase, outcome: Outcome): string[] {
  if (one.check === 'keypad') return clickedTargets(outcome);
  if (one.check === 'shape') return optionShapes(one.secret, outcome);
  const frames = outcome.frames.join('\n');
  const others = outcome.others.join('\n');
  return readings(one.secret).filter(
    (text) => frames.includes(text) || (text.length >= TELLING_LENGTH && others.includes(text)),
  );
}
