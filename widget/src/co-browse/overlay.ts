import type { Told } from '@alongside/sdk/sharing';

/** How long what an agent shows stays (milliseconds). */
const POINT_LASTS_MS = 4_000;
const HIGHLIGHT_LASTS_MS = 6_000;
const DRAWING_LASTS_MS = 10_000;
const FLASH_LASTS_MS = 900;
const SVG = 'http://www.w3.org/2000/svg';

type Mark = Told<'mark'>;

interface Drawn {
  readonly node: Element;
  /** Puts it where it belongs now. */
  readonly lay: () => void;
  readonly stop: () => void;
}

export interface OverlayOptions {
  /** Where it draws: over the page, and no press goes to it. */
  readonly place: HTMLElement;
  readonly elementOf: (node: number) => Element | undefined;
  /** Of who points. */
  readonly name: () => string;
}

/**
 * What an agent shows on the visitor's page: a pointer with their name, a frame round an element, a line, and a flash
 * where something was done. It follows what it is about, and goes by itself.
 */
export class Overlay {
  readonly #options: OverlayOptions;
  readonly #drawn = new Map<string, Drawn>();
  #frame = 0;
  #flashes = 0;

  constructor(options: OverlayOptions) {
    this.#options = options;
  }

  mark(mark: Mark): void {
    switch (mark.kind) {
      case 'clear': {
        this.clear();
        return;
      }
      case 'point': {
        this.#point(mark);
        return;
      }
      case 'highlight': {
        this.#highlight(mark);
        return;
      }
      case 'draw': {
        this.#draw(mark.points ?? []);
        return;
      }
    }
  }

  /** Something was done there, or refused. */
  flash(element: Element, isRefused: boolean): void {
    const box = make('div', isRefused ? 'flash refused' : 'flash');
    this.#put(`flash ${++this.#flashes}`, box, () => layOver(box, element), FLASH_LASTS_MS);
  }

  clear(): void {
    for (const key of [...this.#drawn.keys()]) this.#remove(key);
  }

  #point({ at }: Mark): void {
    const element = at && this.#options.elementOf(at.node);
    if (!at || !element) return;
    const hand = make('div', 'hand');
    const arrow = document.createElementNS(SVG, 'svg');
    const path = document.createElementNS(SVG, 'path');
    arrow.setAttribute('viewBox', '0 0 24 24');
    path.setAttribute('d', 'M4 3l16 8-7 2-3 7z');
    arrow.append(path);
    const name = make('span', '');
    name.textContent = this.#options.name();
    hand.append(arrow, name);
    const lay = (): void => {
      const box = element.getBoundingClientRect();
      hand.style.setProperty('left', `${box.left + (box.width * at.x) / 1_000}px`);
      hand.style.setProperty('top', `${box.top + (box.height * at.y) / 1_000}px`);
    };
    this.#put('point', hand, lay, POINT_LASTS_MS);
  }

  #highlight({ at }: Mark): void {
    const element = at && this.#options.elementOf(at.node);
    if (!element) return;
    const box = make('div', 'highlight');
    // Said to who does not see it.
    box.setAttribute('role', 'status');
    this.#put('highlight', box, () => layOver(box, element), HIGHLIGHT_LASTS_MS);
  }

  #draw(points: readonly { x: number; y: number }[]): void {
    const drawing = document.createElementNS(SVG, 'svg');
    const line = document.createElementNS(SVG, 'polyline');
    drawing.setAttribute('class', 'drawing');
    drawing.append(line);
    const lay = (): void => {
      line.setAttribute('points', points.map(({ x, y }) => `${x - scrollX},${y - scrollY}`).join(' '));
    };
    this.#put('draw', drawing, lay, DRAWING_LASTS_MS);
  }

  #put(key: string, node: HTMLElement | SVGElement, lay: () => void, lastsMs: number): void {
    this.#remove(key);
    const timer = setTimeout(() => this.#remove(key), lastsMs);
    this.#drawn.set(key, { node, lay, stop: () => clearTimeout(timer) });
    this.#options.place.append(node);
    lay();
    this.#follow();
  }

  #remove(key: string): void {
    const drawn = this.#drawn.get(key);
    this.#drawn.delete(key);
    drawn?.stop();
    drawn?.node.remove();
  }

  /** While there is something, it goes along with the page. */
  #follow(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#drawn.size === 0) return;
      for (const { lay } of this.#drawn.values()) lay();
      this.#follow();
    });
  }
}

function make(tag: 'div' | 'span', name: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

/** Lays a box over an element, wherever it is now. */
export function layOver({ style }: HTMLElement, element: Element): void {
  const { height, left, top, width } = element.getBoundingClientRect();
  for (const [name, value] of Object.entries({ left, top, width, height }))
    style.setProperty(name, `${value}px`);
}
