/**
 * Which addresses stand in parts of a page that are not to be seen. A picture may stand in several places, and a style
 * sheet does not tell where its pictures are; so before one is handed over, all places are looked at.
 */
import type { Clock } from '../lib/clock.ts';
import type { NodePrivacy } from './node-privacy.ts';

/** Longer at a time would be felt on the page. */
const SLICE_MS = 8;
const PSEUDO_ELEMENTS = [undefined, '::before', '::after', '::marker'] as const;
const PICTURED = [
  ...['background-image', 'list-style-image', 'border-image-source', 'mask-image', 'content', 'cursor'],
  ...['fill', 'filter', 'clip-path'],
];
const ADDRESSED = ['src', 'href', 'xlink:href', 'poster', 'data', 'background'];
const ADDRESS_IN_STYLE = /url\("((?:[^"\\]|\\.)*)"\)/g;

/** An address without what the server never gets. */
export const withoutFragment = (address: string): string => address.replace(/#.*$/, '');

function resolved(address: string, element: Element): string | undefined {
  return URL.canParse(address, element.baseURI) ? new URL(address, element.baseURI).href : undefined;
}

function* inStyles(element: Element): Generator<string> {
  const view = element.ownerDocument.defaultView;
  for (const pseudo of PSEUDO_ELEMENTS) {
    const style = view?.getComputedStyle(element, pseudo);
    for (const property of PICTURED) {
      const value = style?.getPropertyValue(property) ?? '';
      for (const [, address = ''] of value.matchAll(ADDRESS_IN_STYLE)) yield address.replace(/\\(.)/g, '$1');
    }
  }
}

function* addressesOf(element: Element): Generator<string> {
  const { currentSrc } = element as HTMLImageElement;
  if (currentSrc) yield currentSrc;
  for (const name of ADDRESSED) {
    const value = element.getAttribute(name);
    if (value !== null) yield value;
  }
  for (const candidate of (element.getAttribute('srcset') ?? '').split(/,\s+|\s+/)) yield candidate;
  yield* inStyles(element);
}

/** All elements of a page, those of shadow roots and of frames that it may look into too. */
function* elementsOf(root: Document | ShadowRoot): Generator<Element> {
  const document = root.nodeType === 9 ? (root as Document) : root.ownerDocument;
  const walker = document?.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
  for (let node = walker?.nextNode(); node; node = walker?.nextNode()) {
    const element = node as HTMLIFrameElement;
    yield element;
    if (element.shadowRoot) yield* elementsOf(element.shadowRoot);
    const inner = element.localName === 'iframe' ? element.contentDocument : null;
    if (inner) yield* elementsOf(inner);
  }
}

/** Where the time goes, and `pause`, which resolves when the page has time again. */
export interface Slices {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly pause: () => Promise<void>;
}

/** Collects them, in slices. */
export async function privateAddresses(
  document: Document,
  privacy: Pick<NodePrivacy, 'hides'>,
  { clock, pause }: Slices,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let since = clock.monotonic();
  for (const element of elementsOf(document)) {
    if (privacy.hides(element)) {
      for (const address of addressesOf(element)) {
        const whole = address === '' ? undefined : resolved(address, element);
        if (whole !== undefined) found.add(withoutFragment(whole));
      }
    }
    if (clock.monotonic() - since < SLICE_MS) continue;
    await pause();
    since = clock.monotonic();
  }
  return found;
}
