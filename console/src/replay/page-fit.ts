/** The page at its true proportions, as large as the viewer has room for, in the middle; never larger than it is. */
export class PageFit {
  /** Everything that is placed in the page's own pixels stands in here. */
  readonly page: HTMLElement;
  readonly #changed: () => void;
  #width = 0;
  #height = 0;
  #scale = 1;
  #left = 0;
  #top = 0;

  constructor(root: HTMLElement, changed: () => void) {
    this.#changed = changed;
    this.page = document.createElement('div');
    this.page.className = 'page';
    root.append(this.page);
    window.addEventListener('resize', () => this.#fit());
  }

  get scale(): number {
    return this.#scale;
  }

  get size(): { width: number; height: number } {
    return { width: this.#width, height: this.#height };
  }

  /** A position in the viewer's window as one of the page's window. */
  fromWindow(x: number, y: number): { x: number; y: number } {
    return { x: (x - this.#left) / this.#scale, y: (y - this.#top) / this.#scale };
  }

  resize(width: number, height: number): void {
    if (width === this.#width && height === this.#height) return;
    this.#width = width;
    this.#height = height;
    this.#fit();
  }

  #fit(): void {
    if (this.#width === 0 || this.#height === 0) return;
    const { innerWidth, innerHeight } = window;
    this.#scale = Math.min(1, innerWidth / this.#width, innerHeight / this.#height);
    this.#left = Math.max(0, Math.round((innerWidth - this.#width * this.#scale) / 2));
    this.#top = Math.max(0, Math.round((innerHeight - this.#height * this.#scale) / 2));
    const { style } = this.page;
    style.width = `${this.#width}px`;
    style.height = `${this.#height}px`;
    style.transform = `translate(${this.#left}px, ${this.#top}px) scale(${this.#scale})`;
    style.setProperty('--unscaled', String(1 / this.#scale));
    this.#changed();
  }
}
