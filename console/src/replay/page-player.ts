import { type PageEvent, popoversTold } from '@alongside/sdk/shared';
import { Replayer } from 'rrweb';
import type { PageFit } from './page-fit.ts';
import { PRIVATE_TEXT_RULES } from './private-parts.ts';

/** Far enough in the future that every event is late and so applied as it arrives, whatever the clocks say. */
const AHEAD_MS = 1e9;
/**
 * Where browsers put a modal dialog, at the least weight, so that a page's own rules come first as they
 * do there. It is no modal one here, which would take the focus.
 */
const MODAL_DIALOG_RULES = [
  `:where(dialog[open][aria-modal='true']) { position: fixed; inset-block: 0; max-width: calc(100% - 6px - 2em);
    max-height: calc(100% - 6px - 2em); overflow: auto; box-shadow: 0 0 0 100vmax rgb(0 0 0 / 10%); }`,
  `dialog[open][aria-modal='true'] { z-index: 2147483647 !important; }`,
];

const INERT: Partial<ConstructorParameters<typeof Replayer>[1]> = {
  liveMode: true,
  useVirtualDom: false,
  pauseAnimation: false,
  mouseTail: false,
  triggerFocus: false,
  UNSAFE_replayCanvas: false,
  showWarning: false,
  showDebug: false,
  insertStyleRules: [...PRIVATE_TEXT_RULES, ...MODAL_DIALOG_RULES],
};

/** Opens or closes a popover as the visitor's is; one that is not in a document cannot be open. */
function toggle(node: Node | undefined, isOpen: boolean): void {
  if (!node?.isConnected || !('togglePopover' in node)) return;
  try {
    (node as HTMLElement).togglePopover(isOpen);
  } catch {
    // It is no popover any more, or an open dialog as well: it stays as its attributes show it.
  }
}

type Incoming = Parameters<Replayer['addEvent']>[0];

/**
 * Shows a page from its events. rrweb keeps every event it was given, so it is made anew with each snapshot; the old
 * one stays visible until the new one is built.
 */
export class PagePlayer {
  readonly #fit: PageFit;
  #player: Replayer | undefined;
  #stage: HTMLElement | undefined;
  #meta: PageEvent | undefined;
  #isReachable = false;
  #scheme: 'light' | 'dark' = 'light';

  constructor(fit: PageFit) {
    this.#fit = fit;
  }

  /** The document that shows the page. */
  get document(): Document | undefined {
    return this.#player?.iframe.contentDocument ?? undefined;
  }

  /** The node that stands for an id of the page's. */
  nodeOf(id: number): Node | undefined {
    return this.#player?.getMirror().getNode(id) ?? undefined;
  }

  /** The page's id of a node that is shown. */
  idOf(node: Node): number | undefined {
    const id = this.#player?.getMirror().getId(node);
    return id !== undefined && id > 0 ? id : undefined;
  }

  /**
   * Whether positions on the page can be looked up. Without need the page is inert; in either case no pointer and no
   * key reaches it.
   */
  set isReachable(on: boolean) {
    this.#isReachable = on;
    if (this.#player) this.#player.iframe.inert = !on;
  }

  /** What the visitor's system asks of pages: a frame's own scheme is what `prefers-color-scheme` finds in it. */
  set scheme(scheme: 'light' | 'dark') {
    this.#scheme = scheme;
    if (this.#player) this.#player.iframe.style.colorScheme = scheme;
  }

  /** Applies an event that the firewall let through. */
  apply(event: PageEvent): void {
    if (event.type === 4) {
      this.#meta = event;
      this.#fit.resize(event.data.width, event.data.height);
      return;
    }
    if (event.type === 2) {
      this.#renew(event);
      return;
    }
    if (event.data.source === 4) this.#fit.resize(event.data.width, event.data.height);
    this.#give(event);
  }

  #renew(snapshot: PageEvent): void {
    const stage = document.createElement('div');
    stage.className = 'stage';
    // Before all overlays, which lie on it.
    if (this.#stage) this.#stage.after(stage);
    else this.#fit.page.prepend(stage);
    const before = this.#player;
    const stageBefore = this.#stage;
    this.#player = new Replayer([], { ...INERT, root: stage });
    this.#stage = stage;
    this.#player.iframe.tabIndex = -1;
    this.#player.iframe.title = 'The visitor’s page';
    this.#player.iframe.inert = !this.#isReachable;
    this.#player.iframe.style.colorScheme = this.#scheme;
    this.#player.startLive(Date.now() + AHEAD_MS);
    if (this.#meta) this.#give(this.#meta);
    this.#give(snapshot);
    before?.destroy();
    stageBefore?.remove();
  }

  #give(event: PageEvent): void {
    // The time of the page says nothing here: what arrives is shown.
    this.#player?.addEvent({ ...event, timestamp: Date.now() } as unknown as Incoming);
    const told = popoversTold(event);
    // The player takes an event in a turn of its own.
    if (told.length > 0)
      queueMicrotask(() => told.forEach(({ id, isOpen }) => toggle(this.nodeOf(id), isOpen)));
  }

  destroy(): void {
    this.#player?.destroy();
    this.#stage?.remove();
    this.#player = undefined;
  }
}
