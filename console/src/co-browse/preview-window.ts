import { signal } from '@preact/signals';
import {
  type CoBrowsePolicy,
  PREVIEW_NAME,
  type PreviewDown,
  type PreviewReport,
  type PreviewUp,
  newId,
  previewHello,
  previewUp,
} from '@alongside/sdk/shared';

/** A page that has not answered by then is said to be silent; it may still come. */
const SILENT_AFTER_MS = 8_000;
const LOOK_EVERY_MS = 500;
/** Drafts that follow each other quickly are shown once. */
const DRAFT_AFTER_MS = 300;

/** What the server says about looking at pages. */
export interface PreviewPlace {
  readonly viewer: string;
  readonly origins: readonly string[];
  readonly anyLoopbackOrigin: boolean;
}

type Picked = Extract<PreviewUp, { type: 'picked' }>;
type Refused = Extract<PreviewUp, { type: 'refused' }>;

export type PreviewState =
  | { readonly name: 'none' }
  /** The browser did not let a window be opened. */
  | { readonly name: 'blocked' }
  | { readonly name: 'opening' }
  /** Nothing has answered from there for a while. */
  | { readonly name: 'silent' }
  /** The tab was closed, or its page keeps windows apart. */
  | { readonly name: 'lost' }
  /** The page has the snippet of another site. */
  | { readonly name: 'foreign'; readonly site: string }
  /** No recorder starts with these selectors (CO4). */
  | { readonly name: 'refused'; readonly faults: Refused['faults'] }
  | { readonly name: 'shown' };

export interface PreviewWindowOptions {
  readonly site: string;
  readonly policy: () => CoBrowsePolicy;
  readonly frame: (text: string, snapshot: boolean) => void;
}

/**
 * A page of the owner's own in another tab of this browser, and what an agent would see of it (ADR 28). Only the tab that
 * was opened here is heard, from the origin that it was opened at, with the code that it was given; all it says is
 * decoded like what a stranger says.
 */
export class PreviewWindow {
  readonly state = signal<PreviewState>({ name: 'none' });
  readonly report = signal<PreviewReport | undefined>(undefined);
  readonly picked = signal<Picked | undefined>(undefined);
  /** Where the page is, as agents would see it. */
  readonly address = signal('');
  /** What was opened, without query and fragment; stays when the tab goes. */
  readonly seen = signal<string | undefined>(undefined);
  readonly #options: PreviewWindowOptions;
  readonly #timer: number;
  #window: Window | null = null;
  #origin = '';
  #code = '';
  #url: URL | undefined;
  #openedAt = 0;
  #port: MessagePort | undefined;
  #draft: number | undefined;

  constructor(options: PreviewWindowOptions) {
    this.#options = options;
    window.addEventListener('message', this.#onMessage);
    this.#timer = window.setInterval(() => {
      this.#look();
    }, LOOK_EVERY_MS);
  }

  /** Opens the page in a tab of its own; must be called in the turn of a press. */
  open(url: URL): void {
    this.#drop();
    this.#window?.close();
    this.#code = newId('pre').slice('pre_'.length);
    this.#origin = url.origin;
    this.#url = url;
    this.#openedAt = performance.now();
    this.#window = window.open(url.href, PREVIEW_NAME + this.#code);
    this.state.value = { name: this.#window ? 'opening' : 'blocked' };
  }

  /** Brings the tab to the front. */
  focus(): void {
    this.#window?.focus();
  }

  /** The policy has changed here: the page is looked at anew, soon. */
  policyChanged(): void {
    if (this.#draft !== undefined || !this.#port) return;
    this.#draft = window.setTimeout(() => {
      this.#draft = undefined;
      this.say({ type: 'policy', policy: this.#options.policy() });
    }, DRAFT_AFTER_MS);
  }

  say(message: PreviewDown): void {
    this.#port?.postMessage(message);
  }

  /** Ends it and closes the tab. */
  stop(): void {
    window.removeEventListener('message', this.#onMessage);
    window.clearInterval(this.#timer);
    this.#drop();
    this.#window?.close();
    this.#window = null;
    this.state.value = { name: 'none' };
  }

  readonly #onMessage = (event: MessageEvent<unknown>): void => {
    if (!this.#window || event.source !== this.#window || event.origin !== this.#origin) return;
    const hello = decoded(() => previewHello.decode(event.data, ''));
    if (hello?.code !== this.#code) return;
    if (hello.site !== this.#options.site) {
      this.#drop();
      this.state.value = { name: 'foreign', site: hello.site };
      return;
    }
    this.#connect(this.#window);
  };

  /** Each page of the tab gets a port of its own, so that nothing of the one before is heard. */
  #connect(target: Window): void {
    this.#drop();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = decoded(() => previewUp.decode(data, ''));
      if (message) this.#heard(message);
    };
    const welcome = { type: 'alongside-preview', code: this.#code, policy: this.#options.policy() };
    target.postMessage(welcome, this.#origin, [port2]);
  }

  #heard(message: PreviewUp): void {
    switch (message.type) {
      case 'page':
        this.address.value = message.address;
        return;
      case 'frame':
        if (message.snapshot) {
          this.state.value = { name: 'shown' };
          this.seen.value = this.#url && this.#url.origin + this.#url.pathname;
        }
        this.#options.frame(message.text, message.snapshot);
        return;
      case 'report':
        this.report.value = message;
        return;
      case 'refused':
        this.report.value = undefined;
        this.state.value = { name: 'refused', faults: message.faults };
        return;
      case 'picked':
        this.picked.value = message;
        return;
      case 'leaving':
        this.#drop();
        this.#openedAt = performance.now();
        this.state.value = { name: 'opening' };
    }
  }

  #look(): void {
    const { name } = this.state.peek();
    if (!this.#window || name === 'none' || name === 'lost') return;
    if (this.#window.closed) {
      this.#drop();
      this.state.value = { name: 'lost' };
    } else if (name === 'opening' && performance.now() - this.#openedAt > SILENT_AFTER_MS) {
      this.state.value = { name: 'silent' };
    }
  }

  #drop(): void {
    this.say({ type: 'stop' });
    window.clearTimeout(this.#draft);
    this.#draft = undefined;
    this.#port?.close();
    this.#port = undefined;
    this.report.value = undefined;
    this.picked.value = undefined;
  }
}

/** Pages may post what they like. */
function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** The page to look at, or what is wrong with what was typed. */
export function previewUrl(text: string, { origins, anyLoopbackOrigin }: PreviewPlace): URL | string {
  const trimmed = text.trim();
  const whole = /^[a-z][a-z\d+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (trimmed === '') return 'Type the address of a page of yours.';
  if (!URL.canParse(whole)) return 'This is not the address of a page.';
  const url = new URL(whole);
  if (!/^https?:$/.test(url.protocol)) return 'Only pages with http or https can be looked at.';
  const isLoopback = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(url.hostname);
  if (origins.includes(url.origin) || (anyLoopbackOrigin && isLoopback)) return url;
  return origins.length === 0
    ? 'This site has no origins yet: nothing may use the chat.'
    : `${url.host} is not of this site. Its pages are at ${origins.join(', ')}.`;
}
