import { maskPatterns } from '../lib/mask-page.ts';
import type { RefusalReason } from '../protocol/co-browse.ts';
import { type NodePrivacy, composedParent } from './node-privacy.ts';
import { PRIVACY_ATTRIBUTE } from './privacy-settings.ts';

/** The recorder's numbers of nodes, and what it lets be seen of them. */
export interface SharedPage {
  readonly privacy: Pick<NodePrivacy, 'of' | 'showsValue' | 'isSecret'>;
  nodeOf(id: number): Node | undefined;
  /** The number of a node; below 1: viewers do not know it. */
  idOf(node: Node): number;
}

/** Inputs that are pressed rather than filled: they hold nothing of the visitor's. */
const PRESSED_TYPES = new Set(['button', 'submit', 'reset', 'image']);
const TEXT_TYPES = new Set([
  'text',
  'search',
  'email',
  'tel',
  'url',
  'number',
  'date',
  'month',
  'week',
  'time',
  'datetime-local',
]);
const FRAMES = new Set(['iframe', 'frame', 'object', 'embed', 'portal', 'fencedframe']);

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** Whether one types into it. */
export function isTextField(element: Element): element is TextField {
  return (
    element.localName === 'textarea' ||
    (element.localName === 'input' && TEXT_TYPES.has((element as HTMLInputElement).type))
  );
}

/** The element that a node's number stands for; text belongs to what it is in. */
export function elementOf(page: SharedPage, id: number): Element | undefined {
  const node = page.nodeOf(id);
  const element =
    node?.nodeType === 1
      ? (node as Element)
      : node?.nodeType === 9
        ? (node as Document).documentElement
        : node?.parentElement;
  return element?.isConnected ? element : undefined;
}

/** An element and all around it, through shadow roots and frames. */
function* around(element: Element): Generator<Element> {
  for (let node: Node | null = element; node; node = composedParent(node)) {
    if (node.nodeType === 1) yield node as Element;
  }
}

/** What the owner lets nobody but the visitor touch (CO4), and our own signs. */
function isDenied(element: Element, deny: readonly string[]): boolean {
  const selector = [`[${PRIVACY_ATTRIBUTE}~="deny" i]`, ...deny].join(',');
  for (const each of around(element)) if (each.matches(selector)) return true;
  return false;
}

/** Why an element may not be touched whatever the act is, or nothing. */
export function refusalOfElement(
  element: Element,
  page: SharedPage,
  deny: readonly string[],
): RefusalReason | undefined {
  const { blocked, masked, control } = page.privacy.of(element);
  if (blocked) return 'blocked';
  if (isDenied(element, deny)) return 'denied';
  const isPressed = control?.localName === 'input' && PRESSED_TYPES.has((control as HTMLInputElement).type);
  if (control && !isPressed) {
    if ((control as HTMLInputElement).type === 'file') return 'file';
    if (page.privacy.isSecret(control)) return 'sensitive';
    if (masked || !page.privacy.showsValue(control)) return 'masked';
  }
  if (masked) return 'masked';
  if (FRAMES.has(element.localName)) return 'frame';
  for (const each of around(element)) {
    if (each.matches(':disabled, [aria-disabled="true"], [inert]')) return 'disabled';
  }
  return undefined;
}

/** Why it cannot be seen, after it was scrolled into view; or where in the window the act goes to. */
export function placeOn(element: Element, x: number, y: number): { x: number; y: number } | RefusalReason {
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return 'hidden';
  const point = pointOn(element, x, y);
  const view = element.ownerDocument.defaultView;
  if (!point || !view) return 'hidden';
  const isInside = point.x >= 0 && point.y >= 0 && point.x < view.innerWidth && point.y < view.innerHeight;
  if (!isInside) element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  const now = isInside ? point : pointOn(element, x, y);
  if (!now) return 'hidden';
  return isOnTop(element, now.x, now.y) ? now : 'covered';
}

function pointOn(element: Element, x: number, y: number): { x: number; y: number } | undefined {
  const box = element.getBoundingClientRect();
  if (box.width < 1 || box.height < 1) return undefined;
  const at = (start: number, length: number, part: number): number =>
    start + Math.min(length - 0.5, Math.max(0.5, (length * part) / 1_000));
  return { x: at(box.left, box.width, x), y: at(box.top, box.height, y) };
}

/** Whether a press there would reach the element, and not something that lies over it. */
function isOnTop(element: Element, x: number, y: number): boolean {
  let root: Document | ShadowRoot = element.ownerDocument;
  let top = root.elementFromPoint(x, y);
  while (top?.shadowRoot) {
    root = top.shadowRoot;
    const inner: Element | null = root.elementFromPoint(x, y);
    if (!inner || inner === top) break;
    top = inner;
  }
  if (!top) return false;
  for (const each of around(top)) if (each === element) return true;
  // A label or a button that lies exactly round the text that was aimed at is what would be pressed anyway.
  return top.contains(element) && top.matches('a, button, label, summary, [role="button"]');
}

/** What a site may list as pressed by agents all the same; a choice of files opens for nobody but a person. */
const LISTABLE: readonly (RefusalReason | undefined)[] = ['submit', 'download', 'external'];

/** Whether the owner lists this very element as one that agents may press; what is around it does not matter. */
export function isListed(element: Element, allow: readonly string[]): boolean {
  return allow.length > 0 && element.matches(allow.join(','));
}

/** Why a press there would do something that stays the visitor's (CO9), or nothing. */
export function refusalOfPress(
  element: Element,
  page: SharedPage,
  allow: readonly string[],
): RefusalReason | undefined {
  for (const each of around(element)) {
    const refusal = refusalOfOne(each, page, allow);
    if (refusal) return refusal;
  }
  return undefined;
}

function refusalOfOne(
  element: Element,
  page: SharedPage,
  allow: readonly string[],
): RefusalReason | undefined {
  const refusal = refusalOfActive(element, page, allow);
  return LISTABLE.includes(refusal) && isListed(element, allow) ? undefined : refusal;
}

function refusalOfActive(
  element: Element,
  page: SharedPage,
  allow: readonly string[],
): RefusalReason | undefined {
  const { type, form } = element as unknown as { type?: string; form?: unknown };
  switch (element.localName) {
    case 'button':
      return form !== null && form !== undefined && type !== 'button' ? 'submit' : undefined;
    case 'input':
      if (type === 'submit' || type === 'image' || type === 'reset') return 'submit';
      return type === 'file' ? 'file' : undefined;
    case 'label': {
      const { control } = element as HTMLLabelElement;
      return control
        ? (refusalOfElement(control, page, []) ?? refusalOfOne(control, page, allow))
        : undefined;
    }
    case 'a':
    case 'area':
      return refusalOfLink(element as HTMLAnchorElement);
    default:
      return undefined;
  }
}

function refusalOfLink(link: HTMLAnchorElement): RefusalReason | undefined {
  const href = link.getAttribute('href') ?? link.getAttributeNS('http://www.w3.org/1999/xlink', 'href');
  if (href === null) return undefined;
  if (link.hasAttribute('download')) return 'download';
  const { baseURI, defaultView } = link.ownerDocument;
  const url = URL.canParse(href, baseURI) ? new URL(href, baseURI) : undefined;
  const isHere =
    url !== undefined && url.origin === defaultView?.location.origin && /^https?:$/.test(url.protocol);
  const leavesTab = !['', '_self', '_top', '_parent'].includes(link.getAttribute('target') ?? '');
  return isHere && !leavesTab ? undefined : 'external';
}

const LABEL_MAX = 60;
/** Shorter values stand in many words by chance. */
const REPEATED_MIN = 4;

/**
 * What the ledger calls an element: its words, as far as they may be seen; else its kind. Nothing that repeats what
 * stands in a masked field.
 */
export function labelOf(element: Element, page: SharedPage, isStrict: boolean): string {
  const kind = kindOf(element);
  const { masked, shown, control } = page.privacy.of(element);
  const words =
    control && 'labels' in control ? ((control as HTMLInputElement).labels?.[0] ?? undefined) : element;
  const isButton = control?.localName === 'input' && PRESSED_TYPES.has((control as HTMLInputElement).type);
  if (masked || !words || isButton || (isStrict && !shown) || page.privacy.of(words).masked) return kind;
  const text = words.textContent.replace(/\s+/g, ' ').trim();
  if (text === '' || text.length > LABEL_MAX || maskPatterns(text) !== text) return kind;
  return repeatsAValue(text.toLowerCase(), element.ownerDocument, page) ? kind : text;
}

function repeatsAValue(text: string, document: Document, page: SharedPage): boolean {
  return [...document.querySelectorAll<HTMLInputElement>('input, textarea, select')].some((field) => {
    const value = field.value.trim().toLowerCase();
    return value.length >= REPEATED_MIN && text.includes(value) && !page.privacy.showsValue(field);
  });
}

function kindOf(element: Element): string {
  const link = element.closest('a, button, input, textarea, select, label, summary');
  return link?.localName === 'a' ? 'link' : (link?.localName ?? element.localName);
}
