import type { AgentCard, ConversationState, Infer, pageState } from '@alongside/sdk/protocol';
import { type Clock, maskPageTitle, maskPageUrl } from '@alongside/sdk/shared';
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
import { PageStream, type Taken } from './page-stream.ts';
import { ShareAssets } from './share-assets.ts';
import { type Grant, ShareControl, grantOf } from './share-control.ts';
import { SharePage } from './share-page.ts';
import { ShareViewer } from './share-viewer.ts';

type PageState = Infer<typeof pageState>;
type Frame = Extract<FromPage, { type: 'frame' | 'frame-part' }>;

export interface RoomOptions {
  readonly share: string;
  readonly assetOrigins: readonly string[];
  readonly limits: ShareLimits;
  readonly metrics: ShareMetrics;
  readonly clock: Clock;
  /** Who watches has changed. */
  readonly onViewers: () => void;
  /** A page came, or the last one went. */
  readonly onPages: () => void;
}

const LEAVING: PageState = { type: 'page-state', state: 'leaving' };

/**
 * One shared page with everybody who sees it: frames in from the tab that is followed, out to the viewers; acts and
 * marks the other way. It has no timer of its own and stores nothing: {@link end} leaves nothing behind.
 */
export class ShareRoom {
  readonly pages = new Map<string, SharePage>();
  readonly viewers = new Set<ShareViewer>();
  readonly #options: RoomOptions;
  readonly #control: ShareControl;
  readonly #assets: ShareAssets;
  #header: ConversationState;
  #followed: SharePage | undefined;
  /** What viewers see; the one of the page before until the next one has sent its snapshot. */
  #shown: PageStream | undefined;
  #state: PageState = LEAVING;
  #grant: string | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asksUrgently: boolean | undefined;
  #ended = false;

  constructor(options: RoomOptions, header: ConversationState) {
    this.#options = options;
    this.#header = header;
    this.#control = new ShareControl(options.limits);
    this.#assets = new ShareAssets(options.limits, (asset) => {
      this.#followed?.wire.send({ type: 'asset-asked', asset });
    });
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

  /** Who watches, each once. */
  get agents(): AgentCard[] {
    return [...new Map([...this.viewers].map(({ agent }) => [agent.id, agent])).values()];
  }

  get isEmpty(): boolean {
    return this.pages.size === 0 && this.viewers.size === 0;
  }

  // Pages

  /** A tab arrives. The same tab on a new page, or on a new socket, takes the place of what it was before. */
  pageArrives(hello: PageHello, wire: ShareWire<ToPage>): SharePage {
    const { limits, assetOrigins, clock } = this.#options;
    const before = this.pages.get(hello.tab);
    const known = [before?.stream, this.#shown].find((stream) => stream?.id === hello.stream);
    const stream = known ?? new PageStream(hello.stream, assetOrigins, limits);
    const page = new SharePage({ hello, wire, stream, limits, now: clock.monotonic() });
    this.pages.set(hello.tab, page);
    const takesOver = this.#followed === undefined || this.#followed === before;
    if (takesOver) this.#followed = page;
    before?.wire.close(1001);
    const grant = this.#grantNow();
    wire.send({
      type: 'welcome',
      share: this.share,
      acknowledged: stream.seq,
      viewers: this.agents,
      ...(grant && { grant }),
      followed: takesOver,
    });
    if (takesOver) this.#pageIs({ type: 'page-state', state: 'live' });
    this.#options.onPages();
    return page;
  }

  pageLeaves(page: SharePage): void {
    if (this.pages.get(page.tab) !== page) return;
    this.pages.delete(page.tab);
    if (this.#followed === page) {
      this.#followed = undefined;
      const next = [...this.pages.values()].toSorted((one, other) => other.liveAt - one.liveAt)[0];
      if (next) this.#follow(next);
      else this.#pageIs(LEAVING);
    }
    this.#options.onPages();
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
        this.#pageSays(page, message, now);
        return;
      case 'acted':
        if (page === this.#followed) this.#control.answered(message);
        return;
      case 'asset':
        if (page === this.#followed) this.#assets.came(message);
    }
  }

  #frame(page: SharePage, message: Frame, weight: Weight, now: number): void {
    const { metrics } = this.#options;
    metrics.framesIn += 1;
    metrics.wireBytesIn += weight.wireBytes;
    metrics.rawBytesIn += weight.characters;
    if (page !== this.#followed || message.stream !== page.stream.id) return;
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
        this.askSnapshot(true);
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
    this.#asksUrgently = undefined;
    if (this.#shown !== stream) this.#shown?.forget();
    this.#shown = stream;
    for (const viewer of this.viewers) {
      // Who is behind has its own socket to blame, and gets the newest one when that is free again.
      if (viewer.state !== 'behind') viewer.catchUp(stream);
    }
  }

  #goesOn(stream: PageStream, frames: readonly Buffer[], now: number): void {
    for (const viewer of this.viewers) viewer.frames(frames, now);
    const { tailAskBytes, tailAskFrames } = this.#options.limits;
    const isLong = stream.tailBytes > tailAskBytes || stream.tail.length > tailAskFrames;
    if (isLong || stream.checkpoint.length === 0) this.askSnapshot(false);
  }

  /** Frames are told to be held now and then, the last one soon after it came ({@link tick}). */
  #acknowledge(page: SharePage, now: number): void {
    if (now - page.ackAt < this.#options.limits.ackEveryMs) return;
    page.ackAt = now;
    page.acked = page.stream.seq;
    page.wire.send({ type: 'ack', stream: page.stream.id, seq: page.stream.seq });
  }

  #pointer(page: SharePage, message: Extract<FromPage, { type: 'pointer' }>): void {
    if (page !== this.#followed || page.stream !== this.#shown || message.stream !== page.stream.id) return;
    const events = page.stream.pointers(message.events);
    if (events.length === 0) return;
    const frame = Buffer.from(JSON.stringify({ type: 'pointer', stream: page.stream.id, events }));
    for (const viewer of this.viewers) viewer.pointer(frame);
  }

  #pageSays(page: SharePage, said: PageState, now: number): void {
    page.isHidden = said.state !== 'live';
    if (said.state === 'live') {
      page.liveAt = now;
      if (page !== this.#followed) this.#follow(page);
    } else if (said.state === 'hidden' && page === this.#followed) {
      const other = [...this.pages.values()].find(({ isHidden, liveAt }) => !isHidden && liveAt > 0);
      if (other) this.#follow(other);
    }
    if (page === this.#followed) this.#pageIs(said);
  }

  /** The sender's masking proves nothing: address and title are masked again. */
  #pageIs({ type, state, url, title }: PageState): void {
    this.#state = {
      type,
      state,
      ...(url !== undefined && { url: maskPageUrl(url) }),
      ...(title !== undefined && { title: maskPageTitle(title) }),
    };
    for (const viewer of this.viewers) viewer.wire.send(this.#state);
  }

  #follow(page: SharePage): void {
    const before = this.#followed;
    this.#followed = page;
    // Its recorder pauses; what it kept would be old when it comes back. Viewers still see it until then.
    if (before) {
      before.stream.needsSnapshot = true;
      before.wire.send({ type: 'followed', followed: false });
    }
    page.wire.send({ type: 'followed', followed: true });
    const grant = this.#grantNow();
    if (grant) page.wire.send({ type: 'grant', grant });
    if (page.stream.needsSnapshot && page.stream.seq > 0) this.askSnapshot(true);
  }

  /** Asks the page for a snapshot, at most once in two seconds. */
  askSnapshot(urgent: boolean): void {
    const { clock, limits } = this.#options;
    const now = clock.monotonic();
    if (now - this.#askedAt < limits.snapshotEveryMs) {
      this.#asksUrgently = (this.#asksUrgently ?? false) || urgent;
      return;
    }
    this.#asksUrgently = undefined;
    if (!this.#followed) return;
    this.#askedAt = now;
    this.#followed.isAsked = true;
    this.#options.metrics.snapshotsAsked += 1;
    this.#followed.wire.send({ type: 'snapshot-asked', ...(urgent && { urgent }) });
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
    const before = this.agents.length;
    this.viewers.add(viewer);
    const grant = this.#grantNow();
    wire.send({
      type: 'welcome',
      share: this.share,
      viewers: this.agents,
      ...(grant && { grant }),
      assetOrigins: [...assetOrigins],
      viewer: viewerUrl,
      state: this.#state,
    });
    if (this.#shown) viewer.catchUp(this.#shown);
    // Too many frames have come since the last snapshot to keep them all.
    if (viewer.state === 'waiting' && this.#followed?.stream.needsSnapshot === false) this.askSnapshot(true);
    if (this.agents.length !== before) this.#tellViewers(viewer);
    return viewer;
  }

  viewerLeaves(viewer: ShareViewer): void {
    if (!this.viewers.delete(viewer)) return;
    this.#control.forget(viewer);
    this.#assets.forget(viewer);
    if (!this.agents.some(({ id }) => id === viewer.agent.id)) this.#tellViewers();
  }

  fromViewer(viewer: ShareViewer, message: FromViewer): void {
    if (this.#ended) return;
    const now = this.#options.clock.monotonic();
    switch (message.type) {
      case 'resync':
        if (viewer.resyncs.take(now)) this.#resync(viewer);
        return;
      case 'mark':
        if (viewer.mayAct && viewer.marks.take(now)) this.#followed?.wire.send(message);
        return;
      case 'act':
        this.#act(viewer, message, now);
        return;
      case 'asset-asked':
        this.#assets.wanted(message.asset, viewer, now);
    }
  }

  #act(viewer: ShareViewer, act: Extract<FromViewer, { type: 'act' }>, now: number): void {
    const stream = this.#followed && this.#shown === this.#followed.stream ? this.#shown.id : undefined;
    const admitted = this.#control.admit(act, viewer, this.#grantNow(), stream, now);
    if ('act' in admitted) this.#followed?.wire.send(admitted.act);
    else viewer.wire.send({ type: 'acted', request: act.request, refused: admitted.refused });
  }

  /** What came cannot be shown there: the page is told anew, from memory if that is new to the viewer. */
  #resync(viewer: ShareViewer): void {
    viewer.state = 'waiting';
    if (this.#followed) this.askSnapshot(true);
    else if (this.#shown) viewer.catchUp(this.#shown);
  }

  #tellViewers(except?: ShareViewer): void {
    const { agents } = this;
    for (const { wire } of this.pages.values()) wire.send({ type: 'viewers', agents });
    for (const viewer of this.viewers) if (viewer !== except) viewer.wire.send({ type: 'viewers', agents });
    this.#options.onViewers();
  }

  // What the log says

  /** The conversation as it is now: who may watch, who may act. */
  update(header: ConversationState): void {
    this.#header = header;
    this.#sendAway();
    const grant = this.#grantNow();
    if (grant?.id === this.#grant) return;
    this.#grant = grant?.id;
    const told = { type: 'grant' as const, ...(grant && { grant }) };
    for (const { wire } of this.pages.values()) wire.send(told);
    for (const { wire } of this.viewers) wire.send(told);
  }

  /** Who passed the conversation on sees no more of it (CO16). */
  #sendAway(): void {
    for (const viewer of [...this.viewers]) {
      viewer.mayAct = this.#header.agents.some(({ id }) => id === viewer.agent.id);
      if (viewer.mayAct || viewer.isSupervisor) continue;
      viewer.wire.send({ type: 'ended', reason: 'transferred' });
      viewer.wire.close(4010);
    }
  }

  #grantNow(): Grant | undefined {
    return grantOf(this.#header, this.#options.clock.now());
  }

  /** How far viewers should be, for their pings. */
  get beat(): { stream?: string; seq?: number; age?: number } {
    const age = this.#followed && Math.round(this.#options.clock.monotonic() - this.#followed.heardAt);
    return {
      ...(this.#shown && { stream: this.#shown.id, seq: this.#shown.seq }),
      ...(age !== undefined && { age }),
    };
  }

  /** Acks, questions that had to wait, grants that ran out, and viewers that are too slow; several times a second. */
  tick(): void {
    const now = this.#options.clock.monotonic();
    const page = this.#followed;
    if (page && page.stream.seq > page.acked) this.#acknowledge(page, now);
    if (this.#asksUrgently !== undefined) this.askSnapshot(this.#asksUrgently);
    this.update(this.#header);
    for (const viewer of [...this.viewers]) {
      if (viewer.isTooSlow(now)) viewer.wire.close(4008);
      else if (viewer.hasCaughtUp) this.#catchesUp(viewer);
    }
  }

  #catchesUp(viewer: ShareViewer): void {
    const stream = this.#shown;
    if (!stream) return;
    if (!this.#followed || stream.tailBytes <= this.#options.limits.viewerUnsentMaxBytes)
      viewer.catchUp(stream);
    else {
      viewer.state = 'waiting';
      this.askSnapshot(false);
    }
  }

  /** Over: everybody is told, and nothing is kept. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const wires = [...this.pages.values(), ...this.viewers].map(({ wire }) => wire);
    for (const { stream } of this.pages.values()) stream.forget();
    this.#shown?.forget();
    this.#shown = undefined;
    this.#followed = undefined;
    this.#assets.clear();
    this.#control.clear();
    this.pages.clear();
    this.viewers.clear();
    for (const wire of wires) {
      wire.send({ type: 'ended', reason });
      wire.close(4010);
    }
  }
}
