import css from './co-browse.css';

/** A page that takes the signs of sharing out again and again is not shared: what cannot be seen must not run. */
const ATTACH_MAX = 50;

/**
 * Where dialogs, frame and pill stand: a host of its own beside the widget's, with a closed root, so that neither the
 * page's styles nor the commands `hide` and `set` make them disappear (CO2). The recorder leaves it out by its name.
 */
export class Stage {
  readonly root: ShadowRoot;
  readonly place = document.createElement('div');
  /** Under the pill: what agents show, and what is hidden. */
  readonly overlay = document.createElement('div');
  readonly #host = document.createElement('alongside-widget');
  readonly #watch: MutationObserver;
  readonly #lost: () => void;
  #attached = 0;

  /** `lost`: the page does not let it stand. */
  constructor(lost: () => void) {
    this.#lost = lost;
    this.root = this.#host.attachShadow({ mode: 'closed' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.root.adoptedStyleSheets = [sheet];
    this.overlay.className = 'overlay';
    this.root.append(this.overlay, this.place);
    // To the page, keys in here are keys on a plain element.
    for (const name of ['keydown', 'keypress', 'keyup']) {
      this.root.addEventListener(name, (event) => event.stopPropagation());
    }
    this.#watch = new MutationObserver(() => this.#attach());
    this.#attach();
    this.#watch.observe(document.documentElement, { childList: true });
  }

  /** Colours of the site and the theme that holds now. */
  paint(accent: string | undefined, theme: string | undefined, direction: string): void {
    this.#host.style.setProperty('--alongside-accent', accent ?? '#3451d1');
    this.#host.dataset['theme'] = theme ?? 'light';
    this.place.dir = direction;
  }

  get isShown(): boolean {
    return this.#host.isConnected;
  }

  #attach(): void {
    if (this.#host.isConnected) return;
    if (this.#attached++ < ATTACH_MAX) document.documentElement.append(this.#host);
    else this.#lost();
  }

  remove(): void {
    this.#watch.disconnect();
    this.#host.remove();
  }
}
