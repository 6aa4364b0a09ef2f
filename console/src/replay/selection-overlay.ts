import type { PageEvent } from '@alongside/sdk/shared';
import { offsetOf } from './page-geometry.ts';
import { lay } from './private-parts.ts';

/** Lines of a selection that are drawn. */
const RECTANGLES_MAX = 400;

type Ranges = Extract<Extract<PageEvent, { type: 3 }>['data'], { source: 14 }>['ranges'];

/** What the visitor has selected, drawn by us: a live player only stores it. */
export class SelectionOverlay {
  readonly #layer = document.createElement('div');
  readonly #nodeOf: (id: number) => Node | undefined;
  #ranges: Ranges = [];

  constructor(root: HTMLElement, nodeOf: (id: number) => Node | undefined) {
    this.#nodeOf = nodeOf;
    this.#layer.className = 'layer';
    root.append(this.#layer);
  }

  show(event: PageEvent): void {
    if (event.type === 2) this.#ranges = [];
    else if (event.type === 3 && event.data.source === 14) this.#ranges = event.data.ranges;
    else return;
    this.place();
  }

  /** The page moved under it. */
  place(): void {
    if (this.#ranges.length === 0 && this.#layer.childElementCount === 0) return;
    const boxes = this.#ranges.flatMap((range) => this.#boxesOf(range)).slice(0, RECTANGLES_MAX);
    this.#layer.replaceChildren(
      ...boxes.map((box) => {
        const shown = document.createElement('div');
        shown.className = 'selected';
        lay(shown, box);
        return shown;
      }),
    );
  }

  #boxesOf({ start, startOffset, end, endOffset }: Ranges[number]): DOMRect[] {
    const [from, to] = [this.#nodeOf(start), this.#nodeOf(end)];
    const range = from?.ownerDocument?.createRange();
    if (!from || !to || !range) return [];
    try {
      range.setStart(from, Math.min(startOffset, lengthOf(from)));
      range.setEnd(to, Math.min(endOffset, lengthOf(to)));
    } catch {
      // The page has changed since: it selects something else by now.
      return [];
    }
    const by = offsetOf(from);
    return [...range.getClientRects()].map(
      ({ left, top, width, height }) => new DOMRect(left + by.x, top + by.y, width, height),
    );
  }
}

function lengthOf(node: Node): number {
  return node.nodeType === Node.TEXT_NODE ? (node as Text).length : node.childNodes.length;
}
