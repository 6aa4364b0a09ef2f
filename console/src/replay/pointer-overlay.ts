import type { PageEvent } from '@alongside/sdk/shared';
import { offsetOf } from './page-geometry.ts';

const CLICK_SHOWN_MS = 600;

/** The visitor's pointer, drawn by us: a live player only stores it. Late positions are dropped, never queued (CO14). */
export class PointerOverlay {
  readonly #pointer = document.createElement('div');
  readonly #nodeOf: (id: number) => Node | undefined;

  constructor(root: HTMLElement, nodeOf: (id: number) => Node | undefined) {
    this.#nodeOf = nodeOf;
    this.#pointer.className = 'pointer';
    this.#pointer.hidden = true;
    root.append(this.#pointer);
  }

  show(event: PageEvent): void {
    if (event.type === 2) this.#pointer.hidden = true;
    if (event.type !== 3) return;
    const { data } = event;
    if (data.source === 1 || data.source === 6) {
      const last = data.positions.at(-1);
      if (last) this.#move(last.id, last.x, last.y);
    } else if (data.source === 2 && data.x !== undefined && data.y !== undefined) {
      this.#move(data.id, data.x, data.y);
      if (data.type === 2) this.#press();
    }
  }

  #move(id: number, x: number, y: number): void {
    const node = this.#nodeOf(id);
    const by = node ? offsetOf(node) : { x: 0, y: 0 };
    this.#pointer.hidden = false;
    this.#pointer.style.transform = `translate(${Math.round(x + by.x)}px, ${Math.round(y + by.y)}px)`;
  }

  #press(): void {
    this.#pointer.animate([{ opacity: 0.4 }, { opacity: 1 }], { duration: CLICK_SHOWN_MS });
  }
}
