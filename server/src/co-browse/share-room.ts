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
import type { PageStream, Taken } from './page-stream.ts';
import { ShareAssets } from './share-assets.ts';
import { type Grant, ShareControl, grantOf } from './share-control.ts';
import type { SharePage } from './share-page.ts';
import { ShareTabs } from './share-tabs.ts';
import { ShareViewer } from './share-viewer.ts';
import { ShareViewers } from './share-viewers.ts';

type Frame = Extract<FromPage, { type: 'frame' | 'frame-part' }>;

export interface RoomOptions {
  readonly share: string;
  readonly assetOrigins: readonly string[];
  readonly limits: ShareLimits;
  readonly metrics: ShareMetrics;
  readonly clock: Clock;
  /** A page came, or the last one went. */
  readonly onPages: () => void;
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
  #header: ConversationState;
  /** What viewers see; the one of the page before until the next one has sent its snapshot. */
  #shown: PageStream | undefined;
  #grant: string | undefined;
  #ended = false;

  constructor(options: RoomOptions, header: ConversationState) {
    this.#options = options;
    this.#header = header;
    this.#control = new ShareControl(options.limits);
    this.#assets = new ShareAssets(options.limits, (asset) => {
      this.#tabs.followed?.wire.send({ type: 'asset-asked', asset });
    });
    this.#tabs = new ShareTabs({
      ...options,
      onState: (state) => this.viewers.tell(state),
      onFollowed: ({ wire }) => {
        const grant = this.#grantNow();
        if (grant) wire.send({ type: 'grant', grant });
      },
    });
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
    if (this.#shown) streams.add(this.#shown);
    for (const stream of streams) bytes += stream.heldBytes;
    return bytes;
  }

  get isEmpty(): boolean {
    return this.pages.size === 0 && this.viewers.all.size === 0;
  }

  // Pages

  pageArrives(hello: PageHello, wire: ShareWire<ToPage>): SharePage {
    const { page, takesOver } = this.#tabs.arrives(hello, wire, this.#shown);
    const grant = this.#grantNow();
    wire.send({
      type: 'welcome',
      share: this.share,
      acknowledged: page.stream.seq,
      viewers: this.viewers.agents,
      ...(grant && { grant }),
      followed: takesOver,
    });
    if (takesOver) this.#tabs.becomes({ type: 'page-state', state: 'live' });
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
    page.weigh(weight, isFrame && message.snapshot === true, now);
    if (isFrame) {
      this.#frame(page, message, weight, now);
      return;
    }
    switch (message.type) {
      case 'pointer':
        this.#pointer(page, message);
        return;
      case 'page-state':
        this.#tabs.says(page, message);
        return;
      case 'acted':
        if (page === this.#tabs.followed) this.#control.answered(message);
        return;
      case 'asset':
        if (page === this.#tabs.followed) this.#assets.came(message);
    }
  }

  #frame(page: SharePage, message: Frame, weight: Weight, now: number): void {
    const { metrics } = this.#options;
    metrics.framesIn += 1;
    metrics.wireBytesIn += weight.wireBytes;
    metrics.rawBytesIn += weight.characters;
    if (page !== this.#tabs.followed || message.stream !== page.stream.id) return;
    const { stream } = page;
    const { dropped } = stream;
    const mayBegin = (): boolean => page.mayBegin(now);
    const taken =
      message.type === 'frame'
        ? stream.frame(message, weight.characters, mayBegin)
        : stream.part(message, weight.wireBytes, mayBegin);
    metrics.eventsDropped += stream.dropped - dropped;
    this.#became(page, taken, now);
  }

  #became(page: SharePage, taken: Taken, now: number): void {
    switch (taken.kind) {
      case 'nothing':
        this.#acknowledge(page, now);
        return;
      case 'gap':
        this.#options.metrics.gaps += 1;
        this.#tabs.askSnapshot(true);
        return;
      case 'too-large':
        page.wire.close(1009);
        return;
      case 'held':
        this.#acknowledge(page, now);
        if (taken.checkpoint) this.#beginsAnew(page.stream);
        else this.#goesOn(page.stream, taken.frames, now);
    }
  }

  #beginsAnew(stream: PageStream): void {
    this.#options.metrics.snapshots += 1;
    this.#tabs.answered();
    if (this.#shown !== stream) this.#shown?.forget();
    this.#shown = stream;
    this.viewers.beginAnew(stream);
  }

  #goesOn(stream: PageStream, frames: readonly Buffer[], now: number): void {
    this.viewers.frames(frames, now);
    const { tailAskBytes, tailAskFrames } = this.#options.limits;
    const isLong = stream.tailBytes > tailAskBytes || stream.tail.length > tailAskFrames;
    if (isLong || stream.checkpoint.length === 0) this.#tabs.askSnapshot(false);
  }

  /** Frames are told to be held now and then, the last one soon after it came ({@link tick}). */
  #acknowledge(page: SharePage, now: number): void {
    if (now - page.ackAt < this.#options.limits.ackEveryMs) return;
    page.ackAt = now;
    page.acked = page.stream.seq;
    page.wire.send({ type: 'ack', stream: page.stream.id, seq: page.stream.seq });
  }

  #pointer(page: SharePage, message: Extract<FromPage, { type: 'pointer' }>): void {
    if (page !== this.#tabs.followed || page.stream !== this.#shown || message.stream !== page.stream.id)
      return;
    const events = page.stream.pointers(message.events);
    if (events.length === 0) return;
    const frame = Buffer.from(JSON.stringify({ type: 'pointer', stream: page.stream.id, events }));
    this.viewers.pointer(frame);
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
    if (this.#shown) viewer.catchUp(this.#shown);
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
        if (viewer.resyncs.take(now)) this.#resync(viewer);
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
    const stream =
      this.#tabs.followed && this.#shown === this.#tabs.followed.stream ? this.#shown.id : undefined;
    const admitted = this.#control.admit(act, viewer, this.#grantNow(), stream, now);
    if ('act' in admitted) this.#tabs.followed?.wire.send(admitted.act);
    else viewer.wire.send({ type: 'acted', request: act.request, refused: admitted.refused });
  }

  /** What came cannot be shown there: the page is told anew, from memory if that is new to the viewer. */
  #resync(viewer: ShareViewer): void {
    viewer.state = 'waiting';
    if (this.#tabs.followed) this.#tabs.askSnapshot(true);
    else if (this.#shown) viewer.catchUp(this.#shown);
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
    const age =
      this.#tabs.followed && Math.round(this.#options.clock.monotonic() - this.#tabs.followed.heardAt);
    return {
      ...(this.#shown && { stream: this.#shown.id, seq: this.#shown.seq }),
      ...(age !== undefined && { age }),
    };
  }

  /** Acks, questions that had to wait, grants that ran out, and viewers that are too slow; several times a second. */
  tick(): void {
    const now = this.#options.clock.monotonic();
    const page = this.#tabs.followed;
    if (page && page.stream.seq > page.acked) this.#acknowledge(page, now);
    this.#tabs.tick();
    this.update(this.#header);
    this.viewers.tick(now, (viewer) => this.#catchesUp(viewer));
  }

  #catchesUp(viewer: ShareViewer): void {
    const stream = this.#shown;
    if (!stream) return;
    const isShort = stream.tailBytes <= this.#options.limits.viewerUnsentMaxBytes;
    if (isShort || !this.#tabs.followed) viewer.catchUp(stream);
    else {
      viewer.state = 'waiting';
      this.#tabs.askSnapshot(false);
    }
  }

  /** Over: everybody is told, and nothing is kept. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const wires = [...this.pages.values(), ...this.viewers.all].map(({ wire }) => wire);
    this.#shown?.forget();
    this.#shown = undefined;
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
