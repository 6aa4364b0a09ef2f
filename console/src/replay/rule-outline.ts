import { boxOf } from './page-geometry.ts';
import { lay } from './private-parts.ts';

/** Frames parts of the page that the console names: what one rule did, while an owner looks at it. */
export class RuleOutline {
  readonly #layer = document.createElement('div');
  readonly #nodeOf: (id: number) => Node | undefined;
  #elements: readonly Element[] = [];

  constructor(root: HTMLElement, nodeOf: (id: number) => Node | undefined) {
    this.#nodeOf = nodeOf;
    this.#layer.className = 'layer';
    root.append(this.#layer);
  }

  show(nodes: readonly number[]): void {
    this.#elements = nodes.flatMap((id) => {
      const node = this.#nodeOf(id);
      const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
      return element?.nodeType === Node.ELEMENT_NODE ? [element as Element] : [];
    });
    this.place();
  }

  /** Boxes follow what they lie on. */
  place(): void {
    const boxes = this.#elements
      .filter((element) => element.isConnected)
      .map((element) => boxOf(element))
      .filter(({ width, height }) => width > 0 && height > 0);
    while (this.#layer.childElementCount > boxes.length) this.#layer.lastElementChild?.remove();
    for (const [index, box] of boxes.entries()) {
      lay((this.#layer.children[index] as HTMLElement | undefined) ?? this.#newBox(), box);
    }
  }

  #newBox(): HTMLElement {
    const box = document.createElement('div');
    box.className = 'ruled';
    this.#layer.append(box);
    return box;
  }
}
