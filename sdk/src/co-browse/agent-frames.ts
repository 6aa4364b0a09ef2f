import type { CoBrowseAgentDown } from '../protocol/index.ts';
import { PAGE_SNAPSHOT_MAX_LENGTH } from '../protocol/index.ts';

type Frame = Extract<CoBrowseAgentDown, { type: 'frame' }>;
type FramePart = Extract<CoBrowseAgentDown, { type: 'frame-part' }>;

/** What becomes of a frame: text to show, nothing, or the reason why only a snapshot helps. */
export type TakenFrame =
  { kind: 'show'; text: string; snapshot: boolean } | { kind: 'wait' } | { kind: 'gap'; reason: string };

const WAIT: TakenFrame = { kind: 'wait' };
const gap = (reason: string): TakenFrame => ({ kind: 'gap', reason });

/** A frame of which not all parts are here. */
interface Joining {
  readonly stream: string;
  readonly seq: number;
  readonly parts: number;
  readonly snapshot: boolean;
  readonly texts: string[];
  length: number;
}

/**
 * Puts the frames of a shared page in order (CO7): joins parts, passes over what was shown already, and finds what is
 * missing. After a gap nothing is shown until a snapshot comes.
 */
export class FrameOrder {
  #stream: string | undefined;
  #last = 0;
  #joining: Joining | undefined;

  /** The stream and the number of the last frame that was shown; undefined while a snapshot is waited for. */
  get shown(): { stream: string; seq: number } | undefined {
    return this.#stream === undefined ? undefined : { stream: this.#stream, seq: this.#last };
  }

  /** Only a snapshot can be shown next: a new connection, a new viewer, or a gap. */
  expectSnapshot(): void {
    this.#stream = undefined;
    this.#joining = undefined;
  }

  take(frame: Frame | FramePart): TakenFrame {
    if (frame.type === 'frame-part') return this.#join(frame);
    if (this.#joining) {
      this.expectSnapshot();
      if (frame.snapshot !== true) return gap('a frame came in the middle of another');
    }
    return this.#show(frame.stream, frame.seq, frame.snapshot === true, () => JSON.stringify(frame.events));
  }

  /** The relay says which frame is its newest; a reason where one of those before did not come. */
  newestIs(stream: string, seq: number): string | undefined {
    if (this.#joining?.stream === stream && this.#joining.seq >= seq) return undefined;
    if (this.#stream === stream && this.#last >= seq) return undefined;
    this.expectSnapshot();
    return 'the newest frame did not come';
  }

  #join(part: FramePart): TakenFrame {
    const { stream, seq, parts, snapshot = false } = part;
    if (part.part === 0) {
      if (this.#isOld(stream, seq) && !snapshot) return WAIT;
      this.#joining = { stream, seq, parts, snapshot, texts: [], length: 0 };
    }
    const joining = this.#joining;
    const fits =
      joining?.stream === stream &&
      joining.seq === seq &&
      joining.parts === parts &&
      joining.texts.length === part.part;
    // Parts of what is passed over.
    if (!joining && this.#isOld(stream, seq)) return WAIT;
    if (!joining || !fits) return this.#broken('a part of a frame did not come');
    joining.texts.push(part.text);
    joining.length += part.text.length;
    if (joining.length > PAGE_SNAPSHOT_MAX_LENGTH) return this.#broken('a frame is too long');
    if (joining.texts.length < parts) return WAIT;
    this.#joining = undefined;
    return this.#show(stream, seq, joining.snapshot, () => joining.texts.join(''));
  }

  #show(stream: string, seq: number, snapshot: boolean, text: () => string): TakenFrame {
    if (!snapshot) {
      // Until the snapshot that was asked for is here, what comes belongs to a page that is not shown.
      if (this.#stream === undefined || this.#isOld(stream, seq)) return WAIT;
      if (this.#stream !== stream || seq !== this.#last + 1) return this.#broken('a frame did not come');
    }
    this.#stream = stream;
    this.#last = seq;
    try {
      return { kind: 'show', text: text(), snapshot };
    } catch {
      return this.#broken('a frame nests too deep');
    }
  }

  #isOld(stream: string, seq: number): boolean {
    return this.#stream === stream && seq <= this.#last;
  }

  #broken(reason: string): TakenFrame {
    this.expectSnapshot();
    return gap(reason);
  }
}
