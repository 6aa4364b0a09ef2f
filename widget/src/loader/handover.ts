/**
 * What the loader and the shell know of each other: types only, so that the loader imports nothing. The two are
 * built apart and may be up to 300 s of caching apart in age; add fields, never change one.
 */

/** A site's settings, as the server writes them into the snippet. */
export interface SiteSettings {
  /** The site's key. */
  site: string;
  /** Label of the launcher and name of the panel. */
  name: string;
  /** `#rrggbb`; anything else is ignored. */
  accent?: string;
  /** Where the launcher sits, in the page's reading direction. */
  corner: 'end' | 'start';
  greeting?: string;
  /** BCP 47; absent: the page's language, then the browser's. */
  locale?: string;
  theme?: 'auto' | 'light' | 'dark';
  /** Public address of the server; absent: where the snippet came from. */
  server?: string;
}

/** What `boot` and `set` take. `attributes` needs customer records, which do not exist yet, and is refused. */
export type SettingOptions = Partial<Omit<SiteSettings, 'site' | 'server'>> & { attributes?: unknown };

export type EventName =
  'ready' | 'opened' | 'closed' | 'message' | 'unread' | 'state' | 'consent' | 'form' | 'error';

/** What each event carries. `consent` and `form` belong to capabilities that do not exist yet. */
export interface EventDetails {
  ready: undefined;
  opened: undefined;
  closed: undefined;
  /** Somebody of the site wrote. */
  message: { seq: number; author: string | undefined; text: string };
  unread: { count: number };
  /** The connection's state, a word of `ConnectionStatus`. */
  state: { state: string };
  consent: undefined;
  form: undefined;
  /** A fault of the widget, which it never throws at the page; `count` since the page was loaded. */
  error: { message: string; count: number };
}

export type CommandName =
  | 'boot'
  | 'shutdown'
  | 'identify'
  | 'logout'
  | 'open'
  | 'close'
  | 'toggle'
  | 'show'
  | 'hide'
  | 'set'
  | 'track'
  | 'prefill'
  | 'consent'
  | 'on';

/** Everything that the shell is given. */
export interface Handover {
  root: ShadowRoot;
  host: HTMLElement;
  launcher: HTMLButtonElement;
  /** One object for both; `boot` and `set` change it. */
  settings: SiteSettings & SettingOptions;
  /** Address of the server, without a slash at its end. */
  server: string;
  /** Tells the page. */
  emit: <Name extends EventName>(event: Name, detail: EventDetails[Name]) => void;
  /** Counts an error and tells the page by the event `error`. */
  fail: (error: unknown) => void;
}

/** What the shell's `start` answers. */
export interface Shell {
  /**
   * Carries out a command. `shutdown` ends the connection and takes back every listener, timer and node. Throws
   * or rejects on what it cannot do.
   */
  run(command: CommandName, argument?: unknown): unknown;
}

/** The module that the loader imports. */
export interface ShellModule {
  start(handover: Handover): Shell;
}

/** `window.alongside`: a command and its argument; `on` takes an event's name and a listener. */
export interface Alongside {
  (command: CommandName, ...rest: unknown[]): unknown;
  /** What was called before the loader came, kept by the stub of the page. */
  q?: ArrayLike<unknown>[];
  /** Set on the widget's own function, which answers. */
  site?: string;
  /** The browser's functions, for the shell: see own-globals.ts. */
  own?: readonly unknown[];
}

declare global {
  interface Window {
    alongside?: Alongside;
  }
}
