import { Allowance } from '../lib/allowance.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { PageHello, ShareWire, ToPage, Weight } from '../events/share-ports.ts';
import type { PageStream } from './page-stream.ts';

/** A tab of the visitor that is shared. Only the frames of the one that is followed are taken. */
export class SharePage {
  readonly tab: string;
  readonly wire: ShareWire<ToPage>;
  readonly stream: PageStream;
  /** When it was last looked at; 0: not since it connected. Monotonic milliseconds. */
  liveAt = 0;
  isHidden = false;
  /** A snapshot was asked for, and has not come yet. */
  isAsked = false;
  heardAt: number;
  /** The last frame that it knows to be held, and when it was told. */
  acked: number;
  ackAt = 0;
  readonly #limits: ShareLimits;
  readonly #wireBytes: Allowance;
  readonly #rawBytes: Allowance;
  readonly #assetBytes: Allowance;
  readonly #frames: Allowance;
  readonly #snapshots: Allowance;
  #snapshotAt: number | undefined;

  constructor(options: {
    hello: PageHello;
    wire: ShareWire<ToPage>;
    stream: PageStream;
    limits: ShareLimits;
    now: number;
  }) {
    const { limits, now } = options;
    this.tab = options.hello.tab;
    this.wire = options.wire;
    this.stream = options.stream;
    this.heardAt = now;
    this.acked = options.stream.seq;
    this.#limits = limits;
    this.#wireBytes = Allowance.perSecond(limits.wireBurstBytes, limits.wireBytesPerSecond, now);
    this.#rawBytes = Allowance.perSecond(limits.rawBurstBytes, limits.rawBytesPerSecond, now);
    this.#assetBytes = Allowance.perSecond(limits.assetBurstBytes, limits.assetBytesPerSecond, now);
    this.#frames = Allowance.of(limits.framesPerPage, now);
    this.#snapshots = Allowance.of(limits.snapshotsPerPage, now);
  }

  /**
   * Counts a message. Past its rates the page is not read from until they have recovered: what it sends waits with
   * it, and nothing is lost. Snapshots have an allowance of their own, and so have assets that were asked for.
   */
  weigh({ characters, wireBytes }: Weight, kind: 'snapshot' | 'asset' | 'other', now: number): void {
    this.heardAt = now;
    const waits = [this.#frames.spend(1, now)];
    if (kind === 'asset') waits.push(this.#assetBytes.spend(wireBytes, now));
    if (kind === 'other')
      waits.push(this.#wireBytes.spend(wireBytes, now), this.#rawBytes.spend(characters, now));
    const wait = Math.max(...waits);
    if (wait > 0) this.wire.pauseFor(wait);
  }

  /**
   * At most one snapshot in two seconds, except the first of a page and those that were asked for, and thirty a
   * minute (T4).
   */
  mayBegin(now: number): boolean {
    const isSoon = this.#snapshotAt !== undefined && now - this.#snapshotAt < this.#limits.snapshotEveryMs;
    const isExpected = this.isAsked || this.stream.needsSnapshot;
    if ((isSoon && !isExpected) || !this.#snapshots.take(now)) return false;
    this.isAsked = false;
    this.#snapshotAt = now;
    return true;
  }
}
