import type { FromPage, Weight } from '../events/share-ports.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareMetrics } from '../lib/share-metrics.ts';
import type { PageStream, Taken } from './page-stream.ts';
import type { SharePage } from './share-page.ts';
import type { ShareTabs } from './share-tabs.ts';
import type { ShareViewers } from './share-viewers.ts';

type Frame = Extract<FromPage, { type: 'frame' | 'frame-part' }>;

/** Frames on their way: in from the tab that is followed, acknowledged, and out to whoever watches. */
export class ShareFrames {
  /** What viewers see; the one of the page before until the next one has sent its snapshot. */
  shown: PageStream | undefined;
  readonly #limits: ShareLimits;
  readonly #metrics: ShareMetrics;
  readonly #tabs: ShareTabs;
  readonly #viewers: ShareViewers;
  #tailAskedAt = Number.NEGATIVE_INFINITY;

  constructor(
    options: { limits: ShareLimits; metrics: ShareMetrics },
    parts: { tabs: ShareTabs; viewers: ShareViewers },
  ) {
    this.#limits = options.limits;
    this.#metrics = options.metrics;
    this.#tabs = parts.tabs;
    this.#viewers = parts.viewers;
  }

  /** The stream that is both looked at and shown: acts and pointers are about it. */
  get live(): PageStream | undefined {
    return this.#tabs.followed?.stream === this.shown ? this.shown : undefined;
  }

  take(page: SharePage, message: Frame, weight: Weight, now: number): void {
    const metrics = this.#metrics;
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

  pointer(page: SharePage, message: Extract<FromPage, { type: 'pointer' }>): void {
    const stream = this.live;
    if (page.stream !== stream || message.stream !== stream.id) return;
    const events = stream.pointers(message.events);
    if (events.length === 0) return;
    this.#viewers.pointer(Buffer.from(JSON.stringify({ type: 'pointer', stream: stream.id, events })));
  }

  /** Tells the page of the last frames that are held. */
  tick(now: number): void {
    const page = this.#tabs.followed;
    if (page && page.stream.seq > page.acked) this.#acknowledge(page, now);
  }

  clear(): void {
    this.shown?.forget();
    this.shown = undefined;
  }

  #became(page: SharePage, taken: Taken, now: number): void {
    switch (taken.kind) {
      case 'nothing':
        this.#acknowledge(page, now);
        return;
      case 'gap':
        this.#metrics.gaps += 1;
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
    this.#metrics.snapshots += 1;
    this.#tabs.answered();
    if (this.shown !== stream) this.shown?.forget();
    this.shown = stream;
    this.#viewers.beginAnew(stream);
  }

  #goesOn(stream: PageStream, frames: readonly Buffer[], now: number): void {
    this.#viewers.frames(frames, now);
    const isLong =
      stream.tailBytes > this.#limits.tailAskBytes || stream.tail.length > this.#limits.tailAskFrames;
    if (isLong || stream.checkpoint.length === 0) this.askAnew(now);
  }

  /**
   * Asks the page for a snapshot because of what came after the last one; answers false where that was done lately. A
   * large page tells itself in pieces after each snapshot, so that asking again would only bring the same again.
   */
  askAnew(now: number): boolean {
    if (now - this.#tailAskedAt <= this.#limits.tailAskEveryMs) return false;
    this.#tailAskedAt = now;
    this.#tabs.askSnapshot(false);
    return true;
  }

  /** Frames are told to be held now and then, the last one soon after it came ({@link tick}). */
  #acknowledge(page: SharePage, now: number): void {
    if (now - page.ackAt < this.#limits.ackEveryMs) return;
    page.ackAt = now;
    page.acked = page.stream.seq;
    page.wire.send({ type: 'ack', stream: page.stream.id, seq: page.stream.seq });
  }
}
