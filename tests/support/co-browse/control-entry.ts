/** Runs in the browser: a page on which an agent acts, as the widget does it. */
import { systemClock } from '../../../sdk/src/lib/clock.ts';
import { startRecording } from '../../../sdk/src/co-browse/page-recorder.ts';
import { STRICTEST } from '../../../sdk/src/co-browse/privacy-settings.ts';
import { editorText } from '../../../sdk/src/co-browse/editor-text.ts';
import { VisitorControl } from '../../../sdk/src/co-browse/visitor-control.ts';
import type { Said, Told } from '../../../sdk/src/co-browse/visitor-share-ports.ts';

type Act = Told<'act'>;

const HOUR_MS = 3_600_000;
export const noted: string[] = [];
let control: VisitorControl | undefined;
let nodeIdOf: (node: Node) => number = () => 0;
let requests = 0;

export function start(): void {
  const page = startRecording({
    window,
    clock: systemClock,
    settings: { ...STRICTEST, preset: 'balanced' },
    salt: 1,
    send: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  if (page.state === 'refused') throw new Error('the page is not recorded');
  nodeIdOf = (node) => page.idOf(node);
  control = new VisitorControl({
    page,
    window,
    clock: systemClock,
    stream: 'stm',
    deny: [],
    allow: [],
    isStrict: false,
    grant: () => ({
      id: 'grant',
      agent: { id: 'agt', name: 'Ana' },
      until: systemClock.now() + HOUR_MS,
      scopes: ['click', 'type', 'select', 'scroll'],
    }),
    shown: () => undefined,
    noted: (action, label, refused) => noted.push(`${action} ${label} ${refused ?? 'done'}`),
    paused: () => undefined,
  });
}

function act(selector: string, what: Pick<Act, 'kind' | 'edit' | 'option'>): Said<'acted'> {
  const element = document.querySelector(selector);
  if (!control || !element) throw new Error(`no ${selector}`);
  const at = { node: nodeIdOf(element), x: 500, y: 500 };
  return control.act({ type: 'act', request: ++requests, grant: 'grant', stream: 'stm', at, ...what });
}

/** Presses, as an agent does before writing. */
export const click = (selector: string): Said<'acted'> => act(selector, { kind: 'click' });
export const select = (selector: string, option: number): Said<'acted'> =>
  act(selector, { kind: 'select', option });

/** Replaces a part of the text of what was pressed. */
export const type = (selector: string, edit: NonNullable<Act['edit']>): Said<'acted'> =>
  act(selector, { kind: 'type', edit });

/** The text of an editor as both ends count it. */
export function textOf(selector: string): string {
  const element = document.querySelector(selector);
  return element ? editorText(element).text : '';
}
