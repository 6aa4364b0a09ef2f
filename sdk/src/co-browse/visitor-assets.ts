import type { Clock } from '../lib/clock.ts';
import type { AssetRefusal } from '../protocol/co-browse-assets.ts';
import { type AssetBytes, readAsset } from './asset-bytes.ts';
import type { AssetNames } from './asset-names.ts';
import { idleTimer } from './idle-timer.ts';
import type { NodePrivacy } from './node-privacy.ts';
import { privateAddresses, withoutFragment } from './private-addresses.ts';
import type { Said, Told } from './visitor-share-ports.ts';

/** Questions that wait; whoever asks more is told to ask later. */
const WAITING_MAX = 64;
/** Read and named, but not asked for by hash yet. */
const NAMED_MAX = 4;
/** Divisible by three, so that the text of each part stands for whole bytes. */
const PART_BYTES = 60_000;
/** With more on the socket's way, changes of the page go first. */
const BEHIND_CHARACTERS = 64 * 1024;
const LOOK_AGAIN_MS = 50;
/** Below what the relay takes of a page (server/src/lib/share-limits.ts), so that it never holds up its changes. */
const BURST_BYTES = 3 * 1024 * 1024;
const BYTES_PER_MS = 192;
/** All of one page; a page has no business to show more behind a login. */
const PAGE_MAX_BYTES = 32 * 1024 * 1024;
/** What is private is looked for again after this: pages change. */
const PRIVATE_LASTS_MS = 250;
const BASE64_TURN_BYTES = 6_000;

export interface VisitorAssetsOptions {
  readonly window: Window & typeof globalThis;
  readonly clock: Clock;
  readonly names: AssetNames;
  readonly privacy: Pick<NodePrivacy, 'hides'>;
  readonly answer: (part: Said<'asset'>) => void;
  /** Characters that were sent and have not left yet. */
  readonly buffered: () => number;
}

/**
 * The page's side of pictures and fonts behind a login (CO13): reads what a viewer asks for, if the page has named it
 * and nothing private shows it, and hands it over, one after the other and behind the page's own changes.
 */
export class VisitorAssets {
  readonly #options: VisitorAssetsOptions;
  readonly #idle: ReturnType<typeof idleTimer>;
  readonly #waiting: Told<'asset-asked'>[] = [];
  readonly #named = new Map<string, AssetBytes>();
  #private: { readonly at: number; readonly addresses: ReadonlySet<string> } | undefined;
  #isWorking = false;
  #isOver = false;
  #given = 0;
  #owed = 0;
  #owedAt = 0;

  constructor(options: VisitorAssetsOptions) {
    this.#options = options;
    this.#idle = idleTimer(options.window, options.clock);
  }

  /** A viewer asks; the answer follows in its turn. */
  asked(question: Told<'asset-asked'>): void {
    if (this.#waiting.length >= WAITING_MAX) this.#refuse(question.asset, 'busy');
    else this.#waiting.push(question);
    if (!this.#isWorking) void this.#work();
  }

  /** Nothing is handed over from now on. */
  stop(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
    this.#named.clear();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        const refused = await this.#give(next);
        if (refused !== undefined) this.#refuse(next.asset, refused);
      } catch {
        this.#refuse(next.asset, 'failed');
      }
    }
    this.#isWorking = false;
  }

  #refuse(asset: string, refused: AssetRefusal): void {
    if (!this.#isOver) this.#options.answer({ type: 'asset', asset, part: 0, parts: 1, refused });
  }

  async #give({ asset, sha256 }: Told<'asset-asked'>): Promise<AssetRefusal | undefined> {
    const { answer, names, window } = this.#options;
    const address = names.addressOf(asset);
    if (address === undefined) return 'unknown';
    const read = this.#named.get(asset) ?? (await readAsset(window, address));
    if (typeof read === 'string') return read;
    const hash = await hashOf(window, read.bytes);
    // Last, so that a mask which came meanwhile counts.
    if (await this.#isPrivate(address)) return 'private';
    if (this.#isOver) return undefined;
    if (hash !== undefined && hash !== sha256) {
      this.#keep(asset, read);
      answer({ type: 'asset', asset, part: 0, parts: 1, mime: read.type, sha256: hash });
      return undefined;
    }
    this.#named.delete(asset);
    if (this.#given + read.bytes.length > PAGE_MAX_BYTES) return 'busy';
    await this.#send(asset, read, hash);
    return undefined;
  }

  #keep(asset: string, read: AssetBytes): void {
    this.#named.set(asset, read);
    for (const oldest of this.#named.keys()) {
      if (this.#named.size <= NAMED_MAX) break;
      this.#named.delete(oldest);
    }
  }

  async #isPrivate(address: string): Promise<boolean> {
    const { clock, privacy, window } = this.#options;
    if (!this.#private || clock.monotonic() - this.#private.at > PRIVATE_LASTS_MS) {
      const at = clock.monotonic();
      const pause = (): Promise<void> => new Promise((resolve) => void this.#idle.nextIdle(resolve));
      this.#private = { at, addresses: await privateAddresses(window.document, privacy, { clock, pause }) };
    }
    return this.#private.addresses.has(withoutFragment(address));
  }

  async #send(asset: string, { type, bytes }: AssetBytes, hash: string | undefined): Promise<void> {
    this.#given += bytes.length;
    const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    for (let part = 0; part < parts; part++) {
      const piece = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      await this.#room(piece.length);
      if (this.#isOver) return;
      const head = part === 0 ? { mime: type, ...(hash !== undefined && { sha256: hash }) } : {};
      this.#options.answer({ type: 'asset', asset, part, parts, ...head, data: base64Of(piece) });
    }
  }

  /** Waits until a part delays nothing else. */
  async #room(length: number): Promise<void> {
    const { buffered, clock } = this.#options;
    const wait = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => void clock.after(milliseconds, resolve));
    while (buffered() > BEHIND_CHARACTERS && !this.#isOver) await wait(LOOK_AGAIN_MS);
    const now = clock.monotonic();
    this.#owed = Math.max(0, this.#owed - (now - this.#owedAt) * BYTES_PER_MS) + length;
    this.#owedAt = now;
    if (this.#owed > BURST_BYTES) await wait((this.#owed - BURST_BYTES) / BYTES_PER_MS);
  }
}

/** SHA-256 in hex; browsers make none on pages without https. */
async function hashOf(window: Window, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  if (!window.isSecureContext) return undefined;
  const digest = new Uint8Array(await window.crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += BASE64_TURN_BYTES) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + BASE64_TURN_BYTES)));
  }
  return text;
}
