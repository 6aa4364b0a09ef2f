import type { Infer, pageState } from '@alongside/sdk/protocol';
import { type Clock, maskPageTitle, maskPageUrl } from '@alongside/sdk/shared';
import type { PageHello, ShareWire, ToPage } from '../events/share-ports.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareMetrics } from '../lib/share-metrics.ts';
import { PageStream } from './page-stream.ts';
import { SharePage } from './share-page.ts';

export type PageState = Infer<typeof pageState>;

export interface TabsOptions {
  readonly assetOrigins: readonly string[];
  readonly limits: ShareLimits;
  readonly metrics: ShareMetrics;
  readonly clock: Clock;
  /** What the followed page does has changed. */
  readonly onState: (state: PageState) => void;
  /** Another tab is followed. */
  readonly onFollowed: (page: SharePage) => void;
}

const LEAVING: PageState = { type: 'page-state', state: 'leaving' };

/** The tabs of a share: the one that was looked at last is followed, and only its frames are taken (CO8). */
export class ShareTabs {
  readonly pages = new Map<string, SharePage>();
  followed: SharePage | undefined;
  state: PageState = LEAVING;
  readonly #options: TabsOptions;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** A question that has to wait, and how urgent it is. */
  #asksUrgently: boolean | undefined;

  constructor(options: TabsOptions) {
    this.#options = options;
  }

  /** A tab arrives. The same tab on a new page, or on a new socket, takes the place of what it was before. */
  arrives(
    hello: PageHello,
    wire: ShareWire<ToPage>,
    shown: PageStream | undefined,
  ): { page: SharePage; takesOver: boolean } {
    const { limits, assetOrigins, clock } = this.#options;
    const before = this.pages.get(hello.tab);
    const known = [before?.stream, shown].find((stream) => stream?.id === hello.stream);
    const stream = known ?? new PageStream(hello.stream, assetOrigins, limits);
    const page = new SharePage({ hello, wire, stream, limits, now: clock.monotonic() });
    this.pages.set(hello.tab, page);
    const takesOver = this.followed === undefined || this.followed === before;
    if (takesOver) this.followed = page;
    before?.wire.close(1001);
    return { page, takesOver };
  }

  /** Answers false where another socket of the tab has taken its place. */
  leaves(page: SharePage): boolean {
    if (this.pages.get(page.tab) !== page) return false;
    this.pages.delete(page.tab);
    if (this.followed === page) {
      this.followed = undefined;
      const next = [...this.pages.values()].toSorted((one, other) => other.liveAt - one.liveAt)[0];
      if (next) this.#follow(next);
      else this.becomes(LEAVING);
    }
    return true;
  }

  says(page: SharePage, said: PageState): void {
    page.isHidden = said.state !== 'live';
    if (said.state === 'live') {
      page.liveAt = this.#options.clock.monotonic();
      if (page !== this.followed) this.#follow(page);
    } else if (said.state === 'hidden' && page === this.followed) {
      const other = [...this.pages.values()].find(({ isHidden, liveAt }) => !isHidden && liveAt > 0);
      if (other) this.#follow(other);
    }
    if (page === this.followed) this.becomes(said);
  }

  /** The sender's masking proves nothing: address and title are masked again. */
  becomes({ type, state, url, title, scheme }: PageState): void {
    this.state = {
      type,
      state,
      ...(url !== undefined && { url: maskPageUrl(url) }),
      ...(title !== undefined && { title: maskPageTitle(title) }),
      ...(scheme && { scheme }),
    };
    this.#options.onState(this.state);
  }

  /** Asks the followed page for a snapshot, at most once in two seconds. */
  askSnapshot(urgent: boolean): void {
    const { clock, limits, metrics } = this.#options;
    const now = clock.monotonic();
    if (now - this.#askedAt < limits.snapshotEveryMs) {
      this.#asksUrgently = (this.#asksUrgently ?? false) || urgent;
      return;
    }
    this.#asksUrgently = undefined;
    if (!this.followed) return;
    this.#askedAt = now;
    this.followed.isAsked = true;
    metrics.snapshotsAsked += 1;
    this.followed.wire.send({ type: 'snapshot-asked', ...(urgent && { urgent }) });
  }

  /** A snapshot has come: nothing is left to ask. */
  answered(): void {
    this.#asksUrgently = undefined;
  }

  /** Asks what had to wait. */
  tick(): void {
    if (this.#asksUrgently !== undefined) this.askSnapshot(this.#asksUrgently);
  }

  /** No tab here is followed; the one that was goes on when it is looked at again. */
  yield(): void {
    const { followed } = this;
    if (!followed) return;
    followed.stream.needsSnapshot = true;
    followed.wire.send({ type: 'followed', followed: false });
    this.followed = undefined;
  }

  clear(): void {
    for (const { stream } of this.pages.values()) stream.forget();
    this.pages.clear();
    this.followed = undefined;
  }

  #follow(page: SharePage): void {
    const before = this.followed;
    this.followed = page;
    // Its recorder pauses; what it kept would be old when it comes back. Viewers still see it until then.
    if (before) {
      before.stream.needsSnapshot = true;
      before.wire.send({ type: 'followed', followed: false });
    }
    page.wire.send({ type: 'followed', followed: true });
    this.#options.onFollowed(page);
    if (page.stream.needsSnapshot && page.stream.seq > 0) this.askSnapshot(true);
  }
}
