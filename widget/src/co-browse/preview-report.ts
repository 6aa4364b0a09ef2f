import { maskPatterns } from '@alongside/sdk/shared';
import type { PreviewReport, PrivacySettings, Recording, RuleCount } from '@alongside/sdk/sharing';
import type { ScrubbedPage } from './scrubbed-page.ts';

/** Larger pages are counted as far as this: looking is not worth holding the page up. */
const NODES_MAX = 20_000;
const SHOWN_NODES_MAX = 100;
const ORIGINS_MAX = 100;
const LISTS = ['mask', 'block', 'show', 'deny', 'allow'] as const;
const HINTS = ['title', 'alt', 'placeholder', 'aria-label'];
/** Inputs that are pressed rather than filled: they hold nothing of the visitor's. */
const PRESSED = new Set(['button', 'submit', 'reset', 'image']);
const NEVER = 'canvas, audio, video, object, embed, applet';

type Rule = RuleCount['rule'];

interface Selector {
  readonly rule: Rule;
  readonly index: number | undefined;
  readonly selector: string;
}

interface Found {
  count: number;
  overruled: number;
  readonly nodes: number[];
}

/** The selectors of a policy, and what a page says by itself, which goes first. */
function selectorsOf(settings: PrivacySettings): Selector[] {
  return LISTS.flatMap((rule) => [
    ...(rule === 'allow' ? [] : [{ rule, index: undefined, selector: `[data-alongside~="${rule}" i]` }]),
    ...(settings[rule] ?? []).map((selector, index) => ({ rule, index, selector })),
  ]);
}

/**
 * What each rule did on a page: found by comparing the page as it is with what the scrubber let out of it, so that the
 * count cannot say other than what an agent would get. Nothing of the page's content is in it.
 */
export class PreviewReporter {
  readonly #recording: Recording;
  readonly #scrubbed: ScrubbedPage;
  readonly #isStrict: boolean;
  readonly #selectors: readonly Selector[];
  #found = new Map<string, Found>();
  #pictures = new Map<string, number>();
  #seen = 0;

  constructor(recording: Recording, scrubbed: ScrubbedPage, settings: PrivacySettings) {
    this.#recording = recording;
    this.#scrubbed = scrubbed;
    this.#isStrict = settings.preset === 'strict';
    this.#selectors = selectorsOf(settings);
  }

  report(document: Document): PreviewReport {
    this.#found = new Map();
    this.#pictures = new Map();
    this.#seen = 0;
    this.#look(document);
    const rules = [...this.#found].map(([key, { count, overruled, nodes }]) => {
      const [rule = '', index] = key.split(' ');
      return {
        rule: rule as Rule,
        ...(index !== undefined && { index: Number(index) }),
        count,
        ...(overruled > 0 && { overruled }),
        nodes,
      };
    });
    const pictures = [...this.#pictures].slice(0, ORIGINS_MAX).map(([origin, count]) => ({ origin, count }));
    return { type: 'report', rules, pictures, partial: this.#seen > NODES_MAX };
  }

  /** Each node of the page, through open shadow roots and frames of the same origin. */
  #look(root: Node): void {
    const waiting: Node[] = [root];
    for (let node = waiting.pop(); node && this.#seen <= NODES_MAX; node = waiting.pop()) {
      this.#seen++;
      if (node.nodeType === 3) this.#text(node as Text);
      if (node.nodeType === 1) {
        const element = node as Element;
        if (element.localName === 'alongside-widget') continue;
        this.#element(element);
        if (this.#recording.privacy.of(element).blocked) continue;
        if (element.shadowRoot) waiting.push(element.shadowRoot);
        const inner = framedBy(element);
        if (inner) waiting.push(inner);
      }
      waiting.push(...[...node.childNodes].reverse());
    }
  }

  #add(rule: Rule, index: number | undefined, node: Node, overruled = false): void {
    const key = index === undefined ? rule : `${rule} ${index}`;
    const found = this.#found.get(key) ?? { count: 0, overruled: 0, nodes: [] };
    this.#found.set(key, found);
    found.count++;
    if (overruled) found.overruled++;
    const id = this.#recording.idOf(node);
    if (id >= 0 && found.nodes.length < SHOWN_NODES_MAX) found.nodes.push(id);
  }

  #element(element: Element): void {
    const { privacy } = this.#recording;
    const { blocked, control, masked } = privacy.of(element);
    const isHidden = blocked || masked !== undefined;
    for (const { rule, index, selector } of this.#selectors) {
      if (!element.matches(selector)) continue;
      const isOverruled = isHidden || (control === element && !privacy.showsValue(element));
      this.#add(rule, index, element, rule === 'show' && isOverruled);
    }
    if (isHidden) {
      if (masked === element && isNeverTold(element)) this.#add('never', undefined, element);
      return;
    }
    if (isNeverTold(element)) this.#add('never', undefined, element);
    if (control === element && !isPressed(element)) {
      if (privacy.isSecret(element)) this.#add('secret', undefined, element);
      else if (!privacy.showsValue(element)) this.#add('fields', undefined, element);
    }
    this.#attributes(element);
  }

  #attributes(element: Element): void {
    const id = this.#recording.idOf(element);
    const isLost = (name: string): boolean =>
      (element.getAttribute(name) ?? '').trim() !== '' && this.#scrubbed.has(id, name) === false;
    if (HINTS.some(isLost)) this.#add('hints', undefined, element);
    if (element.localName === 'img' && isLost('src') && this.#scrubbed.has(id, 'srcset') !== true) {
      const { currentSrc, src } = element as HTMLImageElement;
      const address = currentSrc || src;
      const origin = URL.canParse(address) ? new URL(address).origin : 'null';
      // In a share the visitor's browser hands these over (CO13); here their places stay empty.
      if (origin === location.origin) return;
      this.#add('images', undefined, element);
      this.#pictures.set(origin, (this.#pictures.get(origin) ?? 0) + 1);
    }
  }

  #text(text: Text): void {
    const parent = text.parentElement;
    if (text.data.trim() === '' || (parent && /^(?:script|style|noscript)$/.test(parent.localName))) return;
    const { blocked, control, masked, shown } = this.#recording.privacy.of(text);
    if (blocked || control || masked) return;
    const told = this.#scrubbed.text(this.#recording.idOf(text));
    if (told === undefined || told === text.data) return;
    const place = parent ?? text;
    if (this.#isStrict && !shown) this.#add('text', undefined, place);
    else if (told === maskPatterns(text.data)) this.#add('patterns', undefined, place);
    else this.#add('repeats', undefined, place);
  }
}

function isPressed(element: Element): boolean {
  return element.localName === 'input' && PRESSED.has((element as HTMLInputElement).type);
}

function framedBy(element: Element): Document | null {
  try {
    return element.localName === 'iframe' ? (element as HTMLIFrameElement).contentDocument : null;
  } catch {
    return null;
  }
}

function isNeverTold(element: Element): boolean {
  return element.matches(NEVER) || (/^i?frame$/.test(element.localName) && !framedBy(element));
}
