import { PAGE_FRAME_MAX_LENGTH, PAGE_SNAPSHOT_MAX_LENGTH } from '@alongside/sdk/protocol';
import type { Rate } from './rate.ts';

/** Limits of shared pages (T4, CO6, CO14, R17); bytes are of memory and characters of text unless they say otherwise. */
export interface ShareLimits {
  /** One message, inflated; ws closes with 1009 beyond it. A snapshot goes in parts. */
  readonly messageMaxBytes: number;
  /** Text of one frame or part. */
  readonly frameMaxCharacters: number;
  /** Text of all parts of a snapshot. */
  readonly snapshotMaxCharacters: number;
  /** A snapshot on the wire, compressed. */
  readonly snapshotWireMaxBytes: number;
  /** What a page may send besides snapshots, on the wire. */
  readonly wireBurstBytes: number;
  readonly wireBytesPerSecond: number;
  /** The same inflated, so that well compressed nonsense costs no more than this. */
  readonly rawBurstBytes: number;
  readonly rawBytesPerSecond: number;
  /** Between snapshots that are not the first of their stream, and of all of them. */
  readonly snapshotEveryMs: number;
  readonly snapshotsPerPage: Rate;
  readonly framesPerPage: Rate;

  /** Frames after the checkpoint: past the first number a fresh one is asked for, past the second all is dropped. */
  readonly tailAskBytes: number;
  /** Between two such questions: a large page tells itself in pieces after its snapshot, which are tail too. */
  readonly tailAskEveryMs: number;
  readonly tailMaxBytes: number;
  /** Frames of them, for a page that sends many small ones. */
  readonly tailAskFrames: number;
  /** All checkpoints and tails of this process. */
  readonly heldMaxBytes: number;
  /** Assets of one share that are kept for the next viewer. */
  readonly assetsMaxBytes: number;
  readonly assetMaxBytes: number;
  /** Assets that a page is asked for at a time. */
  readonly assetsAskedMax: number;
  /** What they may weigh on the wire, apart from the page's frames. */
  readonly assetBurstBytes: number;
  readonly assetBytesPerSecond: number;
  /** Questions of a viewer. */
  readonly assets: Rate;

  /** Unsent bytes of a viewer beside its checkpoint; past it frames are skipped. */
  readonly viewerUnsentMaxBytes: number;
  /** A tail up to which a viewer that was behind gets what is kept; beyond it a fresh snapshot is asked for. */
  readonly viewerTailMaxBytes: number;
  /** From here on it gets a checkpoint and goes on. */
  readonly viewerCaughtUpBytes: number;
  /** Pointers are dropped from here on (CO14). */
  readonly viewerPointerMaxBytes: number;
  /** Assets wait from here on, and the page's changes go first. */
  readonly viewerAssetsMaxBytes: number;
  /** So long behind, it is closed as a slow consumer. */
  readonly viewerBehindMaxMs: number;
  /** A viewer that waits for a checkpoint gets the last one, with all that followed, when no new one comes. */
  readonly viewerWaitMaxMs: number;
  readonly pageUnsentMaxBytes: number;

  /** How long other processes are waited for to say that they have the page. */
  readonly pageElsewhereMs: number;
  /** Unsent bytes of a viewer whose page is at another process. */
  readonly farViewerUnsentMaxBytes: number;

  readonly viewersPerShare: number;
  readonly pagesPerShare: number;
  readonly sharesMax: number;
  readonly marks: Rate;
  readonly acts: Rate;
  readonly resyncs: Rate;
  readonly signals: Rate;
  /** Acts that wait for the page's answer, and how long. */
  readonly actsWaitingMax: number;
  readonly actAnswerMs: number;

  /** A viewer that comes back this soon never left. */
  readonly viewerReturnsMs: number;
  /** A share without a page for so long is over: the visitor has left. */
  readonly pageReturnsMs: number;
  /** Between acks of frames. */
  readonly ackEveryMs: number;
}

const KB = 1024;
const MB = KB * KB;
const SECOND_MS = 1_000;

export const defaultShareLimits: ShareLimits = {
  messageMaxBytes: 2 * MB,
  frameMaxCharacters: PAGE_FRAME_MAX_LENGTH,
  snapshotMaxCharacters: PAGE_SNAPSHOT_MAX_LENGTH,
  snapshotWireMaxBytes: 4 * MB,
  wireBurstBytes: 2 * MB,
  wireBytesPerSecond: 128 * KB,
  rawBurstBytes: 16 * MB,
  rawBytesPerSecond: 2 * MB,
  snapshotEveryMs: 2 * SECOND_MS,
  snapshotsPerPage: { burst: 30, perMinute: 30 },
  framesPerPage: { burst: 3_000, perMinute: 9_000 },

  tailAskBytes: 12 * MB,
  tailAskEveryMs: 30 * SECOND_MS,
  tailMaxBytes: 24 * MB,
  tailAskFrames: 20_000,
  heldMaxBytes: 512 * MB,
  assetsMaxBytes: 8 * MB,
  assetMaxBytes: 2 * MB,
  assetsAskedMax: 16,
  assetBurstBytes: 6 * MB,
  assetBytesPerSecond: 320 * KB,
  assets: { burst: 200, perMinute: 600 },

  viewerUnsentMaxBytes: MB,
  viewerTailMaxBytes: 2 * MB,
  viewerCaughtUpBytes: 64 * KB,
  viewerPointerMaxBytes: 64 * KB,
  viewerAssetsMaxBytes: 256 * KB,
  viewerBehindMaxMs: 10 * SECOND_MS,
  viewerWaitMaxMs: 3 * SECOND_MS,
  pageUnsentMaxBytes: MB,

  pageElsewhereMs: SECOND_MS / 2,
  farViewerUnsentMaxBytes: 16 * MB,

  viewersPerShare: 20,
  pagesPerShare: 20,
  sharesMax: 2_000,
  marks: { burst: 60, perMinute: 3_600 },
  acts: { burst: 20, perMinute: 1_200 },
  resyncs: { burst: 5, perMinute: 60 },
  signals: { burst: 120, perMinute: 7_200 },
  actsWaitingMax: 100,
  actAnswerMs: 10 * SECOND_MS,

  viewerReturnsMs: 5 * SECOND_MS,
  pageReturnsMs: 120 * SECOND_MS,
  ackEveryMs: 100,
};
