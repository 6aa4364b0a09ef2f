import type { FromPage } from '../events/share-ports.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import { type PageEvent, StreamFirewall, readFrame } from '@alongside/sdk/shared';
import { PAGE_FRAME_MAX_LENGTH } from '@alongside/sdk/protocol';

type Frame = Extract<FromPage, { type: 'frame' }>;
type Part = Extract<FromPage, { type: 'frame-part' }>;

/** What became of a frame. */
export type Taken =
  /** Held; `frames` is what viewers get, `checkpoint`: it begins a page anew. */
  | { readonly kind: 'held'; readonly frames: readonly Buffer[]; readonly checkpoint: boolean }
  /** A part of one, a repeat, or of no use until a snapshot comes. */
  | { readonly kind: 'nothing' }
  /** Frames are missing, or what came is no page: only a snapshot helps. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'too-large' };

const NOTHING: Taken = { kind: 'nothing' };
const GAP: Taken = { kind: 'gap' };
const TOO_LARGE: Taken = { kind: 'too-large' };
const FULL_SNAPSHOT = 2;

/** The parts of one frame that have come. */
interface Assembly {
  readonly seq: number;
  readonly parts: number;
  readonly snapshot: boolean;
  readonly texts: string[];
  characters: number;
  wireBytes: number;
}

/**
 * One run of a page's recorder, as viewers may see it: each frame is read by the stream firewall and written anew,
 * once for all viewers. The last snapshot (the checkpoint) and the frames after it (the tail) are kept in memory,
 * so that whoever comes later costs the visitor nothing (CO6); nothing is kept elsewhere.
 */
export class PageStream {
  readonly id: string;
  /** The last frame that is held: numbers have no gap up to here (CO7). */
  seq = 0;
  /** Frames are of no use until a snapshot comes. */
  needsSnapshot = true;
  checkpoint: readonly Buffer[] = [];
  tail: Buffer[] = [];
  checkpointBytes = 0;
  tailBytes = 0;
  /** Events that the firewall did not let through, or not as they came. */
  dropped = 0;
  readonly #limits: ShareLimits;
  readonly #firewall: StreamFirewall;
  #assembly: Assembly | undefined;

  constructor(id: string, assetOrigins: readonly string[], limits: ShareLimits) {
    this.id = id;
    this.#limits = limits;
    this.#firewall = new StreamFirewall(assetOrigins);
  }

  get heldBytes(): number {
    return this.checkpointBytes + this.tailBytes + (this.#assembly?.characters ?? 0);
  }

  /** `mayBegin`: a snapshot may be taken now. */
  frame(frame: Frame, characters: number, mayBegin: () => boolean): Taken {
    if (characters > this.#limits.frameMaxCharacters + ENVELOPE_CHARACTERS) return TOO_LARGE;
    this.#assembly = undefined;
    return this.#judged(frame, frame.events, mayBegin);
  }

  /** One part; the last one completes the frame. */
  part(part: Part, wireBytes: number, mayBegin: () => boolean): Taken {
    const { seq, parts, snapshot = false, text } = part;
    if (part.part === 0) {
      this.#assembly = { seq, parts, snapshot, texts: [], characters: 0, wireBytes: 0 };
    }
    const assembly = this.#assembly;
    const isNext =
      assembly?.seq === seq &&
      assembly.parts === parts &&
      assembly.snapshot === snapshot &&
      assembly.texts.length === part.part;
    if (!isNext) return this.#broken(seq);
    assembly.texts.push(text);
    assembly.characters += text.length;
    assembly.wireBytes += wireBytes;
    const { snapshotMaxCharacters, snapshotWireMaxBytes } = this.#limits;
    if (assembly.characters > snapshotMaxCharacters || assembly.wireBytes > snapshotWireMaxBytes) {
      this.#assembly = undefined;
      return TOO_LARGE;
    }
    if (assembly.texts.length < parts) return NOTHING;
    this.#assembly = undefined;
    const events = readFrame(assembly.texts.join(''));
    return events ? this.#judged({ seq, snapshot }, events, mayBegin) : this.#broken(seq);
  }

  /** Pointers are in no order; what the firewall lets through of them. */
  pointers(events: readonly unknown[]): PageEvent[] {
    return this.needsSnapshot ? [] : this.#accepted(events);
  }

  /** Drops what is kept; the next frame that counts is a snapshot. */
  forget(): void {
    this.checkpoint = [];
    this.tail = [];
    this.checkpointBytes = 0;
    this.tailBytes = 0;
    this.needsSnapshot = true;
    this.#assembly = undefined;
  }

  #broken(seq: number): Taken {
    this.#assembly = undefined;
    if (seq <= this.seq || this.needsSnapshot) return this.needsSnapshot ? GAP : NOTHING;
    this.needsSnapshot = true;
    return GAP;
  }

  #judged(
    { seq, snapshot = false }: Pick<Frame, 'seq' | 'snapshot'>,
    events: readonly unknown[],
    mayBegin: () => boolean,
  ): Taken {
    if (seq <= this.seq) return NOTHING;
    if (snapshot) return mayBegin() ? this.#begun(seq, events) : this.#broken(seq);
    if (this.needsSnapshot) return GAP;
    if (seq !== this.seq + 1) return this.#broken(seq);
    this.seq = seq;
    const frames = this.#written(seq, this.#accepted(events), false);
    for (const frame of frames) {
      this.tail.push(frame);
      this.tailBytes += frame.length;
    }
    // Viewers go on; whoever comes later waits for the snapshot that was asked for long before.
    if (this.tailBytes > this.#limits.tailMaxBytes) this.#forgetTail();
    return { kind: 'held', frames, checkpoint: false };
  }

  #begun(seq: number, events: readonly unknown[]): Taken {
    const accepted = this.#accepted(events);
    if (!accepted.some(({ type }) => type === FULL_SNAPSHOT)) {
      this.needsSnapshot = true;
      return GAP;
    }
    this.seq = seq;
    this.needsSnapshot = false;
    this.checkpoint = this.#written(seq, accepted, true);
    this.checkpointBytes = this.checkpoint.reduce((sum, { length }) => sum + length, 0);
    this.tail = [];
    this.tailBytes = 0;
    return { kind: 'held', frames: this.checkpoint, checkpoint: true };
  }

  #forgetTail(): void {
    this.checkpoint = [];
    this.checkpointBytes = 0;
    this.tail = [];
    this.tailBytes = 0;
  }

  /** A hostile event costs that event. */
  #accepted(events: readonly unknown[]): PageEvent[] {
    const accepted: PageEvent[] = [];
    for (const event of events) {
      try {
        const allowed = this.#firewall.accept(event);
        if (allowed) accepted.push(allowed);
        else this.dropped += 1;
      } catch {
        this.dropped += 1;
      }
    }
    return accepted;
  }

  #written(seq: number, events: readonly PageEvent[], isSnapshot: boolean): Buffer[] {
    const text = JSON.stringify(events);
    const base = { stream: this.id, seq, ...(isSnapshot && { snapshot: true }) };
    if (text.length <= PAGE_FRAME_MAX_LENGTH) {
      const head = JSON.stringify({ type: 'frame', ...base });
      return [Buffer.from(`${head.slice(0, -1)},"events":${text}}`)];
    }
    const parts = Math.ceil(text.length / PAGE_FRAME_MAX_LENGTH);
    return Array.from({ length: parts }, (_, part) => {
      const piece = text.slice(part * PAGE_FRAME_MAX_LENGTH, (part + 1) * PAGE_FRAME_MAX_LENGTH);
      return Buffer.from(JSON.stringify({ type: 'frame-part', ...base, part, parts, text: piece }));
    });
  }
}

/** Of a frame besides its events. */
const ENVELOPE_CHARACTERS = 1_024;
