import type { PlaceOnPage, PointOnPage } from './messages.ts';

const THOUSANDTHS = 1_000;
/** Frames and shadow trees that are looked into, one in the other. */
const DEPTH_MAX = 20;

/** A box in the pixels of the page's window. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is looked at: the document that shows the page, and the numbers of its nodes. */
export interface ShownPage {
  readonly document: Document | undefined;
  nodeOf(id: number): Node | undefined;
  idOf(node: Node): number | undefined;
}

/** An element under a position, with its number. */
export interface Hit {
  readonly element: Element;
  readonly place: PlaceOnPage;
}

/** Where things are on the page that is shown: everything is addressed to nodes, never to coordinates (CO9). */
export class PageGeometry {
  readonly #page: ShownPage;

  constructor(page: ShownPage) {
    this.#page = page;
  }

  /** The innermost element at a position of the page's window. */
  at({ x, y }: PointOnPage): Hit | undefined {
    const { document } = this.#page;
    if (!document) return undefined;
    const found = innermost(document, x, y);
    for (let element = found; element; element = parentOf(element)) {
      const node = this.#page.idOf(element);
      if (node === undefined) continue;
      const box = boxOf(element);
      return {
        element,
        place: { node, x: part(x - box.left, box.width), y: part(y - box.top, box.height) },
      };
    }
    return undefined;
  }

  /** The element of a number, if it is one that is shown. */
  elementOf(id: number | undefined): Element | undefined {
    const node = id === undefined ? undefined : this.#page.nodeOf(id);
    return node?.nodeType === 1 ? (node as Element) : undefined;
  }

  /** A position of the page's window as one of its whole document. */
  inDocument({ x, y }: PointOnPage): PointOnPage {
    const view = this.#page.document?.defaultView;
    return { x: Math.round(x + (view?.scrollX ?? 0)), y: Math.round(y + (view?.scrollY ?? 0)) };
  }
}

function part(distance: number, length: number): number {
  if (length <= 0) return THOUSANDTHS / 2;
  return Math.min(THOUSANDTHS, Math.max(0, Math.round((distance / length) * THOUSANDTHS)));
}

function innermost(document: Document, x: number, y: number): Element | undefined {
  let root: Document | ShadowRoot = document;
  let found: Element | undefined;
  let at = { x, y };
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const next: Element | null = root.elementFromPoint(at.x, at.y);
    if (!next || next === found) break;
    found = next;
    const inner = innerDocument(next);
    if (inner) {
      const box = next.getBoundingClientRect();
      at = { x: at.x - box.left - next.clientLeft, y: at.y - box.top - next.clientTop };
      root = inner;
    } else if (next.shadowRoot) root = next.shadowRoot;
    else break;
  }
  return found;
}

function innerDocument(element: Element): Document | undefined {
  if (element.localName !== 'iframe') return undefined;
  return (element as HTMLIFrameElement).contentDocument ?? undefined;
}

function parentOf(element: Element): Element | undefined {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return 'host' in root ? (root as ShadowRoot).host : undefined;
}

/** Where an element is in the page's window, out of all frames that it stands in. */
export function boxOf(element: Element): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  const by = offsetOf(element);
  return { left: left + by.x, top: top + by.y, width, height };
}

/** How far the document of a node is from the page's window: nothing, unless it stands in a frame of the page. */
export function offsetOf(node: Node): PointOnPage {
  let [x, y] = [0, 0];
  let frame = frameOf(node);
  for (let depth = 0; frame && depth < DEPTH_MAX; depth++) {
    const outer = frameOf(frame);
    // The outermost frame is the one that shows the page.
    if (!outer) break;
    const box = frame.getBoundingClientRect();
    x += box.left + frame.clientLeft;
    y += box.top + frame.clientTop;
    frame = outer;
  }
  return { x, y };
}

function frameOf(node: Node): Element | undefined {
  const view = node.ownerDocument?.defaultView;
  // The viewer's own document stands in a frame of another origin, which is not to be seen from here.
  return view && view !== window ? (view.frameElement ?? undefined) : undefined;
}
