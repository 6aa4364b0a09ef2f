import type { Recording } from '@alongside/sdk/sharing';
import { layOver } from './overlay.ts';

/** Parts that are framed at once; a page of ten thousand fields is not held up by it. */
const FRAMED_MAX = 400;
const LOOK_AGAIN_MS = 700;

/**
 * Frames what an agent does not see (CO5): fields whose values are masked, masked parts and blocked ones, as the
 * scrubber decides on them.
 */
export class PrivateOutline {
  readonly #place: HTMLElement;
  readonly #recording: Recording;
  readonly #label: string;
  readonly #boxes = new Map<Element, HTMLElement>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor(place: HTMLElement, recording: Recording, label: string) {
    this.#place = place;
    this.#recording = recording;
    this.#label = label;
    this.#look();
    this.#follow();
  }

  stop(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    for (const box of this.#boxes.values()) box.remove();
  }

  #look(): void {
    const hidden = new Set(hiddenParts(this.#recording));
    for (const [element, box] of this.#boxes) {
      if (hidden.has(element)) continue;
      box.remove();
      this.#boxes.delete(element);
    }
    for (const element of hidden) {
      if (this.#boxes.has(element) || this.#boxes.size >= FRAMED_MAX) continue;
      const box = document.createElement('div');
      box.className = 'private';
      box.title = this.#label;
      this.#boxes.set(element, box);
      this.#place.append(box);
    }
    this.#timer = setTimeout(() => this.#look(), LOOK_AGAIN_MS);
  }

  #follow(): void {
    for (const [element, box] of this.#boxes) layOver(box, element);
    this.#frame = requestAnimationFrame(() => this.#follow());
  }
}

/** The outermost elements of which nothing is seen, and every field whose value is not. */
function hiddenParts({ privacy }: Recording): Element[] {
  const found: Element[] = [];
  const walk = (element: Element): void => {
    const { blocked, control, masked } = privacy.of(element);
    if (element.localName === 'alongside-widget') return;
    const isField = control === element && !isPressed(element) && !privacy.showsValue(element);
    if (blocked || masked || isField) {
      const { height, width } = element.getBoundingClientRect();
      if (width > 0 && height > 0) found.push(element);
      return;
    }
    for (const child of element.children) walk(child);
  };
  walk(document.documentElement);
  return found;
}

function isPressed(element: Element): boolean {
  return (
    element.localName === 'input' &&
    /^(?:submit|button|reset|image|hidden)$/.test((element as HTMLInputElement).type)
  );
}

/**
 * Lets the visitor hide a part by pressing on it. Nothing of the press reaches the page. The answer ends it without.
 */
export function choosePart(place: HTMLElement, chosen: (element: Element) => void): () => void {
  const box = document.createElement('div');
  box.className = 'choosing';
  place.append(box);
  let over: Element | undefined;
  const at = (event: Event): Element | undefined => {
    const [top] = event.composedPath();
    const element = top instanceof Element ? top : undefined;
    return !element ||
      element.localName === 'alongside-widget' ||
      element === document.documentElement ||
      element === document.body
      ? undefined
      : element;
  };
  const isOurs = (event: Event): boolean =>
    (event.target as Element | null)?.localName === 'alongside-widget';
  const hold = (event: Event): void => {
    if (isOurs(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const move = (event: Event): void => {
    over = at(event);
    box.hidden = !over;
    if (over) layOver(box, over);
  };
  const press = (event: Event): void => {
    const element = at(event);
    hold(event);
    if (element && event.isTrusted) chosen(element);
  };
  const held = [
    'pointerdown',
    'pointerup',
    'mousedown',
    'mouseup',
    'touchstart',
    'touchend',
    'auxclick',
    'contextmenu',
  ];
  for (const name of held) addEventListener(name, hold, { capture: true, passive: false });
  addEventListener('pointermove', move, true);
  addEventListener('click', press, true);
  return () => {
    for (const name of held) removeEventListener(name, hold, true);
    removeEventListener('pointermove', move, true);
    removeEventListener('click', press, true);
    box.remove();
  };
}
