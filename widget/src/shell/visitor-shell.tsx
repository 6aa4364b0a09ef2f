import type { VisitorClient } from '@alongside/sdk';
import type { LogEntry } from '@alongside/sdk/protocol';
import type { Observable } from '@alongside/sdk/shared';
import { render as renderAny, type ComponentChild } from 'preact';
import type { CommandName, Handover, Shell } from '../loader/handover.ts';
import { Badge } from './badge.ts';
import type { Screen, ShellContext } from './context.ts';
import { fetchLanguage, makeLanguage } from './i18n/language.ts';
import { keep, kept } from './keep.ts';
import { listen } from './listen.ts';
import { isConversationOpen, watchNews } from './news.ts';
import { watchPage } from './page.ts';
import { Panel } from './panel.tsx';
import type { Registration, Sharing } from './registration.ts';
import css from './shell.css';
import { applyTheme, watchTheme } from './theme.ts';
import { followViewport } from './viewport.ts';

/** The widget's renderer (../ui/draw.ts) tells of faults as well: Preact's type does not know that. */
const render = renderAny as (
  child: ComponentChild,
  parent: Element,
  failed: (error: unknown) => void,
) => void;

/** Tells of a page that is, was or may be shared. */
const isOfShare = (entry: LogEntry): boolean => 'body' in entry && entry.body.type.startsWith('co-');

/** The panel and what it does around itself; lives from `start` to the command `shutdown`. */
export class VisitorShell implements Shell {
  readonly #handover: Handover;
  readonly #client: VisitorClient;
  readonly #registrations: Registration[];
  readonly #fetchSharing;
  readonly #panel = document.createElement('section');
  readonly #sheet = new CSSStyleSheet();
  readonly #badge: Badge;
  readonly #stops: (() => unknown)[] = [];
  #language = makeLanguage('en');
  #locale = 'en';
  #open = false;
  /** Where the panel is, or opens next; undefined: on home unless a conversation runs. */
  #screen: Screen | undefined;
  #menuOpen = false;
  #more: ShellContext['more'];
  #sound: boolean;
  #draft = '';
  #drawing = false;
  /** There once a page is, was or may be shared. */
  #sharing: Promise<unknown> | undefined;

  constructor(
    handover: Handover,
    client: VisitorClient,
    registrations: Registration[],
    fetchSharing?: () => Promise<Sharing>,
  ) {
    const { launcher, root, settings } = handover;
    this.#handover = handover;
    this.#client = client;
    this.#registrations = registrations;
    this.#fetchSharing = fetchSharing;
    this.#badge = new Badge(launcher);
    this.#sound = kept(settings.site, 'sound') !== 'off';
    this.#panel.hidden = true;
    this.#panel.setAttribute('role', 'dialog');
    this.#panel.tabIndex = -1;
    this.#sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#sheet];
    root.append(this.#panel);
    this.#watch();
    this.#applySettings();
    const left = kept(settings.site, 'draft');
    if (left) {
      keep(settings.site, 'draft', null);
      this.#setDraft(left);
      client.writeDraft(left);
    }
    client.readDraft().then((draft) => {
      if (draft && !this.#draft) this.#setDraft(draft);
    }, handover.fail);
  }

  /** What is not named here is done, or refused, by the loader. */
  run(command: CommandName, argument?: unknown): unknown {
    if (command === 'close') this.#setOpen(false);
    if (command === 'toggle') this.#setOpen(!this.#open);
    if (command === 'boot' || command === 'set') this.#applySettings();
    if (command === 'shutdown') return this.#stop();
    if (command === 'prefill') {
      this.#setDraft(argument as string);
      this.#client.writeDraft(this.#draft);
      this.#show('conversation');
    }
    if (command === 'open') {
      if (argument && !this.#registrations.some(({ name }) => name === argument)) {
        throw new Error('alongside: what to open is not available');
      }
      this.#setOpen(true, argument ? 'conversation' : undefined);
    }
    return undefined;
  }

  #watch(): void {
    const client = this.#client;
    const { fail, root } = this.#handover;
    const { connection, conversation, availability, storage } = client;
    for (const each of [connection, conversation, availability, storage]) {
      this.#stops.push((each as Observable<unknown>).subscribe(this.#changed));
    }
    this.#stops.push(
      watchNews(client, this.#handover, () => {
        if (this.#sound && !this.#isSeen()) import('./menu.tsx').then(({ chime }) => chime(), fail);
      }),
      watchPage(client),
      watchTheme(() => this.#applySettings()),
      followViewport(this.#panel),
      listen(document, 'visibilitychange', this.#changed),
      // A page that goes does not wait for the client's own, asynchronous keeping.
      listen(window, 'pagehide', () => keep(this.#handover.settings.site, 'draft', this.#draft || null)),
      // To the page, keys in here are keys on a plain element: its one-letter shortcuts would act on what is typed.
      listen(root, 'keydown keypress keyup', (event) => event.stopPropagation()),
      listen(root, 'keydown', (event) => this.#onKeyDown(event as KeyboardEvent)),
    );
  }

  #onKeyDown({ isComposing, key }: KeyboardEvent): void {
    if (key !== 'Escape' || isComposing || !this.#open) return;
    if (this.#menuOpen) this.#openMenu(false);
    else this.#setOpen(false);
  }

  #applySettings(): void {
    const { fail, host, settings } = this.#handover;
    const locale = settings.locale || document.documentElement.lang || navigator.language;
    applyTheme(host, settings);
    this.#panel.setAttribute('aria-label', settings.name);
    this.#changed();
    if (locale === this.#locale) return;
    this.#locale = locale;
    fetchLanguage(locale).then((language) => {
      if (locale !== this.#locale) return;
      this.#language = language;
      this.#changed();
    }, fail);
  }

  #isSeen(): boolean {
    return this.#open && document.visibilityState === 'visible';
  }

  #setDraft(text: string): void {
    this.#draft = text;
    this.#changed();
  }

  #setOpen(open: boolean, screen?: Screen): void {
    const { emit, launcher, root, settings } = this.#handover;
    const focused = root.activeElement;
    if (open && (!this.#open || screen)) {
      const view = this.#client.conversation.value;
      const runs = view.id ? isConversationOpen(view) : kept(settings.site, 'open') === '1';
      this.#show(screen ?? this.#screen ?? (runs ? 'conversation' : 'home'));
    }
    if (open === this.#open) return;
    this.#open = open;
    this.#menuOpen = false;
    this.#panel.hidden = !open;
    launcher.setAttribute('aria-expanded', String(open));
    if (open) {
      this.#client.hurry();
      this.#draw();
      this.#focus();
    } else {
      this.#screen = undefined;
      // Not where the page closed it while the visitor was busy elsewhere.
      if (focused) launcher.focus();
    }
    emit(open ? 'opened' : 'closed', undefined);
  }

  #show(screen: Screen): void {
    this.#screen = screen;
    this.#menuOpen = false;
    if (!this.#open) return;
    this.#draw();
    this.#focus();
  }

  /** To the composer or the first row; on a touch screen, where that would open the keyboard, to the panel. */
  #focus(): void {
    const target = this.#screen === 'home' ? '.row button' : 'textarea';
    const touch = matchMedia('(pointer: coarse)').matches;
    const node = touch ? this.#panel : this.#panel.querySelector<HTMLElement>(target);
    node?.focus({ preventScroll: true });
  }

  #openMenu(open: boolean): void {
    this.#menuOpen = open;
    if (open) this.#fetchMore();
    this.#draw();
    if (!open) this.#panel.querySelector<HTMLElement>('[aria-haspopup]')?.focus();
  }

  #fetchMore(): void {
    import('./menu.tsx').then((more) => {
      this.#more = more;
      this.#stops.push(more.join(this.#handover, this.#client, this.#registrations, this.#changed));
    }, this.#handover.fail);
  }

  /** Draws once for all that changes in the same turn. */
  readonly #changed = (): void => {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      if (this.#drawing) this.#draw();
    });
  };

  #draw(): void {
    this.#drawing = false;
    try {
      this.#drawAll();
    } catch (error) {
      // A fault of ours is counted and told; it must not become an error of the page.
      this.#handover.fail(error);
    }
  }

  #drawAll(): void {
    const { entries, header } = this.#client.conversation.value;
    const { visitor, unreadByVisitor } = header;
    this.#badge.show(this.#open ? 0 : unreadByVisitor.length, this.#language);
    const theirs = unreadByVisitor.at(-1) ?? 0;
    if (theirs > visitor.delivered && document.visibilityState === 'visible')
      this.#client.markDelivered(theirs);
    if (header.share ?? entries.some(isOfShare))
      this.#sharing ??= this.#fetchSharing?.().then(
        ({ join }) => join(this.#handover, this.#client, this.#registrations, this.#changed),
        this.#handover.fail,
      );
    const { drafts, opens, wait } = this.#client.availability.value ?? {};
    if ((opens ?? wait ?? drafts) && !this.#more) this.#fetchMore();
    if (this.#open) {
      const panel = <Panel shell={this.#context()} registrations={this.#registrations} />;
      render(panel, this.#panel, this.#handover.fail);
    }
  }

  #context(): ShellContext {
    const client = this.#client;
    return {
      settings: this.#handover.settings,
      language: this.#language,
      client,
      connection: client.connection.value,
      conversation: client.conversation.value,
      availability: client.availability.value,
      storage: client.storage.value,
      seen: this.#isSeen(),
      screen: this.#screen ?? 'home',
      menuOpen: this.#menuOpen,
      more: this.#more,
      sound: this.#sound,
      draft: this.#draft,
      show: (screen) => this.#show(screen),
      close: () => this.#setOpen(false),
      openMenu: (open) => this.#openMenu(open),
      setSound: (on) => {
        this.#sound = on;
        keep(this.#handover.settings.site, 'sound', on ? null : 'off');
        this.#changed();
      },
      setDraft: (text) => {
        this.#draft = text;
        client.writeDraft(text);
      },
    };
  }

  async #stop(): Promise<void> {
    const { host, launcher, root } = this.#handover;
    this.#drawing = true;
    for (const stop of this.#stops) stop();
    render(null, this.#panel, this.#handover.fail);
    this.#panel.remove();
    this.#badge.remove();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== this.#sheet);
    launcher.setAttribute('aria-expanded', 'false');
    delete host.dataset['theme'];
    // What ends with it is still told to the server.
    ((await this.#sharing) as (() => void) | undefined)?.();
    await this.#client.stop();
  }
}
