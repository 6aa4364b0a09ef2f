import type { AgentCard } from '@alongside/sdk/protocol';
import { Allowance } from '../lib/allowance.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareWire, ToViewer } from '../events/share-ports.ts';
import type { PageStream } from './page-stream.ts';

/** What a viewer cannot do anything about. */
export interface ViewerCounts {
  pointersDropped: number;
  viewersBehind: number;
}

/**
 * One who watches. What was not sent yet is bounded: one checkpoint and a megabyte. Past it frames are skipped until
 * the viewer has caught up, and then it gets the page as it is by then; who does not catch up is closed (R17).
 */
export class ShareViewer {
  readonly agent: AgentCard;
  /** Who has the conversation points and may be given control; others watch only (CO16). */
  mayAct: boolean;
  /** Watches whoever has the conversation. */
  readonly isSupervisor: boolean;
  readonly wire: ShareWire<ToViewer>;
  readonly marks: Allowance;
  readonly acts: Allowance;
  readonly resyncs: Allowance;
  readonly assets: Allowance;
  /** `waiting`: for a checkpoint; `behind`: for its own socket. */
  state: 'waiting' | 'live' | 'behind' = 'waiting';
  /** When it fell behind, or began to wait. Monotonic milliseconds. */
  since: number;
  readonly #limits: ShareLimits;
  readonly #counts: ViewerCounts;
  /** Bytes of the checkpoint and tail that it got last: they may be unsent as well. */
  #granted = 0;
  /** Parts of assets that wait until the socket is free, so that they never delay a frame for long. */
  #parts: ToViewer[] = [];

  constructor(options: {
    agent: AgentCard;
    mayAct: boolean;
    isSupervisor: boolean;
    wire: ShareWire<ToViewer>;
    limits: ShareLimits;
    counts: ViewerCounts;
    now: number;
  }) {
    const { limits, now } = options;
    this.agent = options.agent;
    this.mayAct = options.mayAct;
    this.isSupervisor = options.isSupervisor;
    this.wire = options.wire;
    this.#limits = limits;
    this.#counts = options.counts;
    this.since = now;
    this.marks = Allowance.of(limits.marks, now);
    this.acts = Allowance.of(limits.acts, now);
    this.resyncs = Allowance.of(limits.resyncs, now);
    this.assets = Allowance.of(limits.assets, now);
  }

  /** The page as it is now. */
  catchUp(stream: PageStream): void {
    if (stream.checkpoint.length === 0) {
      this.state = 'waiting';
      return;
    }
    this.state = 'live';
    this.#granted = stream.checkpointBytes + stream.tailBytes;
    for (const frame of stream.checkpoint) this.wire.send(frame);
    for (const frame of stream.tail) this.wire.send(frame);
  }

  /** What is new; skipped where the viewer is too far behind. */
  frames(frames: readonly Buffer[], now: number): void {
    if (this.state !== 'live') return;
    if (this.wire.unsentBytes > this.#granted + this.#limits.viewerUnsentMaxBytes) {
      this.state = 'behind';
      this.since = now;
      this.#counts.viewersBehind += 1;
      return;
    }
    for (const frame of frames) this.wire.send(frame);
  }

  /** Latest wins: what finds the socket busy is gone (CO14). */
  pointer(frame: Buffer): void {
    if (this.state !== 'live' || this.wire.unsentBytes > this.#limits.viewerPointerMaxBytes) {
      this.#counts.pointersDropped += 1;
      return;
    }
    this.wire.send(frame);
  }

  /** Parts of an asset, behind what is on its way. */
  give(parts: readonly ToViewer[]): void {
    this.#parts.push(...parts);
    this.giveOn();
  }

  /** What there is room for by now. */
  giveOn(): void {
    while (this.#parts.length > 0 && this.wire.unsentBytes < this.#limits.viewerAssetsMaxBytes) {
      const part = this.#parts.shift();
      if (part) this.wire.send(part);
    }
  }

  /** What was skipped can be made up for now. */
  get hasCaughtUp(): boolean {
    return this.state === 'behind' && this.wire.unsentBytes < this.#limits.viewerCaughtUpBytes;
  }

  /** The page is shown anew with its next checkpoint. */
  awaitCheckpoint(now: number): void {
    this.state = 'waiting';
    this.since = now;
  }

  /** No checkpoint came: what there is must do. */
  hasWaitedLong(now: number): boolean {
    return this.state === 'waiting' && now - this.since > this.#limits.viewerWaitMaxMs;
  }

  isTooSlow(now: number): boolean {
    return this.state === 'behind' && now - this.since > this.#limits.viewerBehindMaxMs;
  }
}
