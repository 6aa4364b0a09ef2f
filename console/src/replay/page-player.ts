import type { PageEvent } from '@alongside/sdk/shared';
import { Replayer } from 'rrweb';

/** Far enough in the future that every event is late and so applied as it arrives, whatever the clocks say. */
const AHEAD_MS = 1e9;
const INERT: Partial<ConstructorParameters<typeof Replayer>[1]> = {
  liveMode: true,
  useVirtualDom: false,
  pauseAnimation: false,
  mouseTail: false,
  triggerFocus: false,
  UNSAFE_replayCanvas: false,
  showWarning: false,
  showDebug: false,
};

type Incoming = Parameters<Replayer['addEvent']>[0];

/**
 * Shows a page from its events. rrweb keeps every event it was given, so it is made anew with each snapshot; the old
 * one stays visible until the new one is built.
 */
export class PagePlayer {
  readonly #root: HTMLElement;
  #player: Replayer | undefined;
  #stage: HTMLElement | undefined;
  #meta: PageEvent | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** The document that shows the page. */
  get document(): Document | undefined {
    return this.#player?.iframe.contentDocument ?? undefined;
  }

  /** The node that stands for an id of the page's. */
  nodeOf(id: number): Node | undefined {
    return this.#player?.getMirror().getNode(id) ?? undefined;
  }

  /** Applies an event that the firewall let through. */
  apply(event: PageEvent): void {
    if (event.type === 4) {
      this.#meta = event;
      this.#resize(event.data.width, event.data.height);
      return;
    }
    if (event.type === 2) {
      this.#renew(event);
      return;
    }
    if (event.data.source === 4) this.#resize(event.data.width, event.data.height);
    this.#give(event);
  }

  #renew(snapshot: PageEvent): void {
    const stage = document.createElement('div');
    stage.className = 'stage';
    this.#root.append(stage);
    const before = this.#player;
    const stageBefore = this.#stage;
    this.#player = new Replayer([], { ...INERT, root: stage });
    this.#stage = stage;
    this.#player.iframe.tabIndex = -1;
    this.#player.iframe.inert = true;
    this.#player.startLive(Date.now() + AHEAD_MS);
    if (this.#meta) this.#give(this.#meta);
    this.#give(snapshot);
    before?.destroy();
    stageBefore?.remove();
  }

  #give(event: PageEvent): void {
    // The time of the page says nothing here: what arrives is shown.
    this.#player?.addEvent({ ...event, timestamp: Date.now() } as unknown as Incoming);
  }

  #resize(width: number, height: number): void {
    this.#root.style.setProperty('--page-width', String(width));
    this.#root.style.setProperty('--page-height', String(height));
  }

  destroy(): void {
    this.#player?.destroy();
    this.#stage?.remove();
    this.#player = undefined;
  }
}
