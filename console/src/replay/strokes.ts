import type { PointOnPage } from './messages.ts';

/** A drawing goes out with at most so many points (MARK_POINTS_MAX of the wire). */
const POINTS_MAX = 200;
/** As long as it stays on the visitor's page. */
const SHOWN_MS = 6_000;
const NAMESPACE = 'http://www.w3.org/2000/svg';

/** What the agent draws, as the agent sees it. */
export class Strokes {
  readonly #svg = document.createElementNS(NAMESPACE, 'svg');
  #line: SVGPolylineElement | undefined;
  #points: PointOnPage[] = [];

  constructor(root: HTMLElement) {
    this.#svg.setAttribute('class', 'strokes');
    root.append(this.#svg);
  }

  get isDrawing(): boolean {
    return this.#line !== undefined;
  }

  begin(point: PointOnPage): void {
    this.#line = document.createElementNS(NAMESPACE, 'polyline');
    this.#svg.append(this.#line);
    this.#points = [];
    this.add(point);
  }

  add({ x, y }: PointOnPage): void {
    this.#points.push({ x: Math.round(x), y: Math.round(y) });
    if (this.#points.length > POINTS_MAX) this.#points = thinned(this.#points);
    this.#line?.setAttribute('points', this.#points.map((point) => `${point.x},${point.y}`).join(' '));
  }

  points(placed: (point: PointOnPage) => PointOnPage): PointOnPage[] {
    return this.#points.map(placed);
  }

  end(): void {
    const line = this.#line;
    this.#line = undefined;
    window.setTimeout(() => line?.remove(), SHOWN_MS);
  }
}

/** Every second point, and the last: a long line stays a line. */
function thinned(points: readonly PointOnPage[]): PointOnPage[] {
  return points.filter((_, index) => index % 2 === 0 || index === points.length - 1);
}
