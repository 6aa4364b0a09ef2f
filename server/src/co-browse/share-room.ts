import type { AgentCard, ConversationState } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type {
  FromPage,
  FromViewer,
  PageHello,
  ShareWire,
  ToPage,
  ToViewer,
  Weight,
} from '../events/share-ports.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareMetrics } from '../lib/share-metrics.ts';
import { ShareAssets } from './share-assets.ts';
import { type Grant, ShareControl, grantOf } from './share-control.ts';
import { ShareFrames } from './share-frames.ts';
import type { SharePage } from './share-page.ts';
import { ShareTabs } from './share-tabs.ts';
import { ShareViewer } from './share-viewer.ts';
import { ShareViewers } from './share-viewers.ts';

export interface RoomOptions {
  readonly share: string;
  readonly assetOrigins: readonly string[];
  readonly limits: ShareLimits;
  readonly metrics: ShareMetrics;
  readonly clock: Clock;
  /** A page came, or the last one went. */
  readonly onPages: () => void;
  /** The page is followed here from now on. */
  readonly onHome: () => void;
}

/**
 * One shared page with everybody who sees it: frames in from the tab that is followed, out to the viewers; acts and
 * marks the other way. It has no timer of its own and stores nothing: {@link end} leaves nothing behind.
 */
export class ShareRoom {
  readonly viewers = new ShareViewers();
  readonly #options: RoomOptions;
  readonly #control: ShareControl;
  readonly #assets: ShareAssets;
  readonly #tabs: ShareTabs;
  readonly #frames: ShareFrames;
  #header: ConversationState;
  #grant: string | undefined;
  #ended = false;

  constructor(options: RoomOptions, header: ConversationState) {
    this.#options = options;
    this.#header = header;
    this.#control = new ShareControl(options.limits);
    this.#assets = new ShareAssets(options.limits, (asset, sha256) => {
      this.#tabs.followed?.wire.send({ type: 'asset-asked', asset, ...(sha256 !== undefined && { sha256 }) });
    });
    this.#tabs = new ShareTabs({
      ...options,
      onState: (state) => this.viewers.tell(state),
      onFollowed: ({ wire }) => {
        const grant = this.#grantNow();
        if (grant) wire.send({ type: 'grant', grant });
        options.onHome();
      },
    });
    this.#frames = new ShareFrames(options, { tabs: this.#tabs, viewers: this.viewers });
  }

  get pages(): ReadonlyMap<string, SharePage> {
    return this.#tabs.pages;
  }

  get share(): string {
    return this.#options.share;
  }

  get heldBytes(): number {
    let bytes = this.#assets.heldBytes;
    const streams = new Set([...this.pages.values()].map(({ stream }) => stream));
    if (this.#frames.shown) streams.add(this.#frames.shown);
    for (const stream of streams) bytes += stream.heldBytes;
    return bytes;
  }

  /** Its page is followed here, and not at another process. */
  get isHome(): boolean {
    return this.#tabs.followed !== undefined;
  }

  /** The page is followed at another process from now on: viewers find it there by connecting anew. */
  yield(): void {
    this.#tabs.yield();
    for (const { wire } of [...this.viewers.all]) wire.close(4012);
  }

  get isEmpty(): boolean {
    return this.pages.size === 0 && this.viewers.all.size === 0;
  }

  // Pages

  pageArrives(hello: PageHello, wire: ShareWire<ToPage>): SharePage {
    const { page, takesOver } = this.#tabs.arrives(hello, wire, this.#frames.shown);
    const grant = this.#grantNow();
    wire.send({
      type: 'welcome',
      share: this.share,
      acknowledged: page.stream.seq,
      viewers: this.viewers.agents,
      ...(grant && { grant }),
      followed: takesOver,
    });
    if (takesOver) {
      this.#tabs.becomes({ type: 'page-state', state: 'live' });
      this.#options.onHome();
    }
    this.#options.onPages();
    return page;
  }

  pageLeaves(page: SharePage): void {
    if (this.#tabs.leaves(page)) this.#options.onPages();
  }

  fromPage(page: SharePage, message: FromPage, weight: Weight): void {
    if (this.#ended) return;
    const now = this.#options.clock.monotonic();
    const isFrame = message.type === 'frame' || message.type === 'frame-part';
    page.weigh(weight, this.#kindOf(message), now);
    if (isFrame) {
      this.#frames.take(page, message, weight, now);
      return;
    }
    switch (message.type) {
      case 'pointer':
        this.#frames.pointer(page, message);
        return;
      case 'page-state':
        this.#tabs.says(page, message);
        return;
      case 'acted':
        if (page === this.#tabs.followed) this.#control.answered(message);
        return;
      case 'asset':
        if (page === this.#tabs.followed) this.#assets.came(message, now);
    }
  }

  #kindOf(message: FromPage): 'snapshot' | 'asset' | 'other' {
    if (message.type === 'asset') return this.#assets.expects(message.asset) ? 'asset' : 'other';
    const isSnapshot = (message.type === 'frame' || message.type === 'frame-part') && message.snapshot;
    return isSnapshot === true ? 'snapshot' : 'other';
  }

  // Viewers

  viewerArrives(
    who: { agent: AgentCard; mayAct: boolean; isSupervisor: boolean },
    wire: ShareWire<ToViewer>,
    viewerUrl: string,
  ): ShareViewer {
    const { limits, metrics, clock, assetOrigins } = this.#options;
    const now = clock.monotonic();
    const viewer = new ShareViewer({ ...who, wire, limits, counts: metrics, now });
    const before = this.viewers.agents.length;
    this.viewers.all.add(viewer);
    const grant = this.#grantNow();
    wire.send({
      type: 'welcome',
      share: this.share,
      viewers: this.viewers.agents,
      ...(grant && { grant }),
      assetOrigins: [...assetOrigins],
      viewer: viewerUrl,
      state: this.#tabs.state,
    });
    if (this.#frames.shown) viewer.catchUp(this.#frames.shown);
    // Too many frames have come since the last snapshot to keep them all.
    if (viewer.state === 'waiting' && this.#tabs.followed?.stream.needsSnapshot === false)
      this.#tabs.askSnapshot(true);
    if (this.viewers.agents.length !== before) this.#tellViewers(viewer);
    return viewer;
  }

  viewerLeaves(viewer: ShareViewer): void {
    if (!this.viewers.all.delete(viewer)) return;
    this.#control.forget(viewer);
    this.#assets.forget(viewer);
    if (!this.viewers.has(viewer.agent.id)) this.#tellViewers();
  }

  fromViewer(viewer: ShareViewer, message: FromViewer): void {
    if (this.#ended) return;
    const now = this.#options.clock.monotonic();
    switch (message.type) {
      case 'resync':
        if (viewer.resyncs.take(now)) this.#resync(viewer, now);
        return;
      case 'mark':
        if (viewer.mayAct && viewer.marks.take(now)) this.#tabs.followed?.wire.send(message);
        return;
      case 'act':
        this.#act(viewer, message, now);
        return;
      case 'asset-asked':
        this.#assets.wanted(message.asset, viewer, now);
    }
  }

  #act(viewer: ShareViewer, act: Extract<FromViewer, { type: 'act' }>, now: number): void {
    const admitted = this.#control.admit(act, viewer, this.#grantNow(), this.#frames.live?.id, now);
    if ('act' in admitted) this.#tabs.followed?.wire.send(admitted.act);
    else viewer.wire.send({ type: 'acted', request: act.request, refused: admitted.refused });
  }

  /** What came cannot be shown there: the page is told anew, from memory if that is new to the viewer. */
  #resync(viewer: ShareViewer, now: number): void {
    viewer.awaitCheckpoint(now);
    if (this.#tabs.followed) this.#tabs.askSnapshot(true);
    else if (this.#frames.shown) viewer.catchUp(this.#frames.shown);
  }

  #tellViewers(except?: ShareViewer): void {
    const { agents } = this.viewers;
    for (const { wire } of this.pages.values()) wire.send({ type: 'viewers', agents });
    this.viewers.tell({ type: 'viewers', agents }, except);
  }

  // What the log says

  /** The conversation as it is now: who may watch, who may act. */
  update(header: ConversationState): void {
    this.#header = header;
    this.viewers.sendAway(header);
    const grant = this.#grantNow();
    if (grant?.id === this.#grant) return;
    this.#grant = grant?.id;
    const told = { type: 'grant' as const, ...(grant && { grant }) };
    for (const { wire } of this.pages.values()) wire.send(told);
    this.viewers.tell(told);
  }

  #grantNow(): Grant | undefined {
    return grantOf(this.#header, this.#options.clock.now());
  }

  /** How far viewers should be, for their pings. */
  get beat(): { stream?: string; seq?: number; age?: number } {
    const { shown } = this.#frames;
    const { followed } = this.#tabs;
    const age = followed && Math.round(this.#options.clock.monotonic() - followed.heardAt);
    return { ...(shown && { stream: shown.id, seq: shown.seq }), ...(age !== undefined && { age }) };
  }

  /** Acks, questions that had to wait, grants that ran out, and viewers that are too slow; several times a second. */
  tick(): void {
    const now = this.#options.clock.monotonic();
    this.#frames.tick(now);
    this.#tabs.tick();
    this.update(this.#header);
    this.viewers.tick(now, this.#frames.shown, (viewer) => this.#catchesUp(viewer, now));
  }

  #catchesUp(viewer: ShareViewer, now: number): void {
    const stream = this.#frames.shown;
    if (!stream) return;
    const isShort = stream.tailBytes <= this.#options.limits.viewerTailMaxBytes;
    if (isShort || !this.#tabs.followed || !this.#frames.askAnew(now)) viewer.catchUp(stream);
    else viewer.awaitCheckpoint(now);
  }

  /** Over: everybody is told, and nothing is kept. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const wires = [...this.pages.values(), ...this.viewers.all].map(({ wire }) => wire);
    this.#frames.clear();
    this.#tabs.clear();
    this.#assets.clear();
    this.#control.clear();
    this.viewers.all.clear();
    for (const wire of wires) {
      wire.send({ type: 'ended', reason });
      wire.close(4010);
    }
  }
}
