import type { PointOnPage } from './messages.ts';
import type { Box } from './page-geometry.ts';
import { lay } from './private-parts.ts';

const SAID_MS = 5_000;
const RIPPLE_MS = 450;

/** Short words and signs on the page, where something happened. */
export class Bubbles {
  readonly #root: HTMLElement;
  readonly #bubble = document.createElement('p');
  #timer: number | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#bubble.className = 'bubble';
    this.#bubble.hidden = true;
    this.#bubble.setAttribute('role', 'status');
    root.append(this.#bubble);
  }

  say(words: string, { x, y }: PointOnPage): void {
    window.clearTimeout(this.#timer);
    this.#bubble.textContent = words;
    this.#bubble.hidden = false;
    // It keeps off the edges: the page may be shown much smaller than it is.
    const right = x > this.#root.clientWidth / 2;
    this.#bubble.dataset['side'] = right ? 'left' : 'right';
    this.#bubble.style.left = `${x}px`;
    this.#bubble.style.top = `${y}px`;
    this.#timer = window.setTimeout(() => (this.#bubble.hidden = true), SAID_MS);
  }

  ripple({ x, y }: PointOnPage): void {
    const ring = document.createElement('div');
    ring.className = 'ripple';
    ring.style.left = `${x}px`;
    ring.style.top = `${y}px`;
    this.#root.append(ring);
    const motion = ring.animate(
      [
        { opacity: 0.9, scale: 0.3 },
        { opacity: 0, scale: 1 },
      ],
      { duration: RIPPLE_MS },
    );
    motion.onfinish = () => ring.remove();
  }

  flash(box: Box, shownMs: number): void {
    const frame = document.createElement('div');
    frame.className = 'flash';
    lay(frame, box);
    this.#root.append(frame);
    window.setTimeout(() => frame.remove(), shownMs);
  }
}
