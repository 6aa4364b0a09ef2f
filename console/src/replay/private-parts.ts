import { MASK, type PageEvent } from '@alongside/sdk/shared';
import { type Box, boxOf } from './page-geometry.ts';

/** What a masked text looks like; the name stands in a registry of highlights, no node is touched. */
const HIGHLIGHT = 'alongside-private';
export const PRIVATE_TEXT_RULES = [
  `::highlight(${HIGHLIGHT}) { background-color: rgb(112 120 140 / 22%); color: rgb(96 104 124); }`,
];
/** Marks that a page shows beyond this are not looked for: the picture matters more. */
const TEXTS_MAX = 5_000;
const BOXES_MAX = 300;
const LOOK_AFTER_MS = 250;
/** One mark, or several that stand for one text. */
const MARKS = new RegExp(`${MASK}(?: ${MASK})*`, 'g');

type PageNode = Extract<PageEvent, { type: 2 }>['data']['node'];

interface HighlightWindow extends Window {
  CSS: { highlights?: Map<string, unknown> };
  Highlight?: new (...ranges: AbstractRange[]) => unknown;
  StaticRange: typeof StaticRange;
}

/**
 * Makes visible what does not cross (CO3): masked texts are shaded, masked fields and left-out parts get a hatched box.
 * What is private is known from the marks that the page's own side put there.
 */
export class PrivateParts {
  readonly #layer = document.createElement('div');
  readonly #shown: () => Document | undefined;
  readonly #counted: (hidden: number) => void;
  #blocked = new Set<number>();
  readonly #nodeOf: (id: number) => Node | undefined;
  #elements: Element[] = [];
  #timer: number | undefined;
  #hidden = 0;

  constructor(
    root: HTMLElement,
    page: { document(): Document | undefined; nodeOf(id: number): Node | undefined },
    counted: (hidden: number) => void,
  ) {
    this.#shown = () => page.document();
    this.#nodeOf = (id) => page.nodeOf(id);
    this.#counted = counted;
    this.#layer.className = 'layer';
    root.append(this.#layer);
  }

  /** Finds elements of which only the size crossed. */
  show(event: PageEvent): void {
    if (event.type === 2) {
      this.#blocked = new Set();
      this.#findLeftOut(event.data.node);
    } else if (event.type === 3 && event.data.source === 0) {
      for (const { node } of event.data.adds) this.#findLeftOut(node);
    }
  }

  #findLeftOut(node: PageNode): void {
    const isBox = node.type === 2 && 'rr_width' in node.attributes && node.childNodes.length === 0;
    if (isBox && this.#blocked.size < BOXES_MAX) this.#blocked.add(node.id);
    if ('childNodes' in node) for (const child of node.childNodes) this.#findLeftOut(child);
  }

  /** Something changed: looks again, soon. */
  look(): void {
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined;
      this.#find();
    }, LOOK_AFTER_MS);
  }

  /** Boxes follow what they lie on. */
  place(): void {
    if (this.#elements.length === 0 && this.#layer.childElementCount === 0) return;
    const boxes = this.#elements
      .map((element) => boxOf(element))
      .filter(({ width, height }) => width > 0 && height > 0);
    while (this.#layer.childElementCount > boxes.length) this.#layer.lastElementChild?.remove();
    for (const [index, box] of boxes.entries()) {
      const shown = (this.#layer.children[index] as HTMLElement | undefined) ?? this.#newBox();
      lay(shown, box);
    }
  }

  #newBox(): HTMLElement {
    const box = document.createElement('div');
    box.className = 'private';
    this.#layer.append(box);
    return box;
  }

  #find(): void {
    const page = this.#shown();
    if (!page) return;
    const texts: Text[] = [];
    const fields: Element[] = [];
    const { defaultView: view } = page;
    const walker = page.createTreeWalker(page, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        const isInList = node.parentElement?.localName === 'option';
        if (!isInList && (node as Text).data.includes(MASK) && texts.length < TEXTS_MAX)
          texts.push(node as Text);
      } else if (isMaskedField(node as Element) && fields.length < BOXES_MAX) fields.push(node as Element);
    }
    const blocked = [...this.#blocked].flatMap((id) => {
      const node = this.#nodeOf(id);
      return node?.nodeType === Node.ELEMENT_NODE && node.isConnected ? [node as Element] : [];
    });
    this.#elements = [...fields, ...blocked];
    shade(view, texts);
    this.place();
    const hidden = texts.length + this.#elements.length;
    if (hidden !== this.#hidden) this.#counted((this.#hidden = hidden));
  }
}

/** Whether a field that is shown holds a mark in place of its value. */
export function isMaskedField(element: Element): boolean {
  const { localName } = element;
  if (localName === 'select') {
    return (element as HTMLSelectElement).selectedOptions[0]?.textContent.includes(MASK) ?? false;
  }
  if (localName !== 'input' && localName !== 'textarea') return false;
  return (element as HTMLInputElement).value.includes(MASK);
}

function shade(view: HighlightWindow | null, texts: readonly Text[]): void {
  const { Highlight } = view ?? {};
  if (!view?.CSS.highlights || !Highlight) return;
  const ranges = texts.flatMap((text) =>
    [...text.data.matchAll(MARKS)].map(
      (found) =>
        new view.StaticRange({
          startContainer: text,
          startOffset: found.index,
          endContainer: text,
          endOffset: found.index + found[0].length,
        }),
    ),
  );
  view.CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges));
}

/** Puts one of our own elements over a box of the page. */
export function lay(element: HTMLElement, { left, top, width, height }: Box): void {
  const { style } = element;
  style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  style.width = `${Math.round(width)}px`;
  style.height = `${Math.round(height)}px`;
}
