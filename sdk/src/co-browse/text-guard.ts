import { MASK, maskPageUrl, maskPatterns } from '../lib/mask-page.ts';
import type { CssPolicy } from './css-filter.ts';
import type { NodePrivacy } from './node-privacy.ts';
import type { PrivacySettings } from './privacy-settings.ts';
import type { TaintGuard } from './taint-guard.ts';

/** One mark stands for so many characters, so that a mask wraps like text and tells no length. */
const CHARACTERS_PER_MARK = 12;
const MARKS_MAX = 40;
const SEGMENT_MAX_LENGTH = 24;
const NAME_MAX_LENGTH = 200;
const URL_MAX_LENGTH = 2_000;
const DATA_IMAGE_MAX_LENGTH = 4_096;
const DATA_IMAGE = /^data:image\/(?:png|gif|jpeg|webp);base64,[A-Za-z\d+/=]*$/;
/** What follows one of these in a path opens a door. */
const DOOR =
  /^(?:log-?in|sign-?in|reset|verify|confirm|invite|invitation|magic|token|auth|oauth|activate|unsubscribe|password|session|share)$/i;
const PLAIN_SEGMENT = /^\.?[a-z]+(?:[-_.][a-z]+)*$/i;
const TELLING_NAME = /@|\d{5,}/;
/** Prose without any of it needs no closer look. */
const MAY_HOLD_PATTERN = /[@\d]|[\w~+/=-]{20}|bearer/i;
const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5;

function hash(text: string, seed: number): number {
  let value = (FNV_OFFSET ^ seed) >>> 0;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), FNV_PRIME) >>> 0;
  return value;
}

/** A mask for text: marks that tell roughly how much room it takes, never how long it is. */
export function maskText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return text;
  const marks = Math.min(MARKS_MAX, Math.ceil(trimmed.length / CHARACTERS_PER_MARK));
  const before = /^\s/.test(text) ? ' ' : '';
  return before + Array<string>(marks).fill(MASK).join(' ') + (/\s$/.test(text) ? ' ' : '');
}

/** The id under which viewers may ask for a resource that they cannot load, if it has one (CO13). */
export type AssetNamer = (url: string) => string | undefined;

interface GuardParts {
  readonly settings: PrivacySettings;
  readonly privacy: NodePrivacy;
  readonly taint: TaintGuard;
  /** Makes the names of one session worthless in another. */
  readonly salt: number;
  /** The page's address. */
  readonly base: () => string;
  readonly asset: AssetNamer | undefined;
}

/** Decides on strings alone, whichever part of the page they come from. */
export class TextGuard implements CssPolicy {
  /** The element whose attribute is being looked at: its images are as private as it is. */
  about: Element | undefined;
  readonly #settings: PrivacySettings;
  readonly #taint: TaintGuard;
  readonly #salt: number;
  readonly #base: () => string;
  readonly #privacy: NodePrivacy;
  readonly #asset: AssetNamer | undefined;
  readonly #names = new Map<string, string>();

  constructor({ settings, privacy, taint, salt, base, asset }: GuardParts) {
    this.#settings = settings;
    this.#privacy = privacy;
    this.#taint = taint;
    this.#salt = salt;
    this.#base = base;
    this.#asset = asset;
  }

  get isStrict(): boolean {
    return this.#settings.preset === 'strict';
  }

  /** Page text that may be seen: nothing typed, no numbers or addresses of people. */
  text(value: string): string {
    if (this.#taint.finds(value)) return maskText(value);
    return MAY_HOLD_PATTERN.test(value) ? maskPatterns(value) : value;
  }

  /** Whether the text repeats something that was masked. */
  isTainted(value: string): boolean {
    return this.#taint.finds(value);
  }

  /** A class or id name: as it is, or one that stands for it. In `strict` no name of the page's crosses. */
  rename(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const telling =
      this.isStrict || name.length > NAME_MAX_LENGTH || TELLING_NAME.test(name) || this.text(name) !== name;
    if (!telling) return name;
    const made = `n${hash(name, this.#salt).toString(36)}${hash(name, ~this.#salt).toString(36)}`;
    this.#names.set(name, made);
    return made;
  }

  #resolve(value: string): URL | undefined {
    try {
      const url = new URL(value, this.#base());
      return /^https?:$/.test(url.protocol) ? url : undefined;
    } catch {
      return undefined;
    }
  }

  /** Origin and path of an address; segments that could be ids, names or keys are marks. */
  address(value: string): string {
    const url = this.#resolve(value);
    if (!url) return '';
    if (this.isStrict) return `${url.origin}/`;
    const cleaned = maskPageUrl(url.href).slice(url.origin.length).split('/');
    let isOpen = false;
    const path = cleaned.map((segment) => {
      const hidden = isOpen || !this.#isPlainSegment(segment);
      isOpen ||= DOOR.test(segment);
      return segment === '' || !hidden ? segment : MASK;
    });
    return (url.origin + path.join('/')).slice(0, URL_MAX_LENGTH);
  }

  #isPlainSegment(segment: string): boolean {
    return segment.length <= SEGMENT_MAX_LENGTH && PLAIN_SEGMENT.test(segment) && !this.#taint.finds(segment);
  }

  /** The address of an image or font that an agent's browser may load, or its name to ask for it by. */
  url(value: string): string | undefined {
    const { about } = this;
    const trimmed = value.trim();
    if (trimmed.startsWith('#')) return `#${this.rename(trimmed.slice(1))}`;
    if (trimmed === '' || (about && this.#privacy.hides(about))) return undefined;
    if (/^data:/i.test(trimmed)) {
      return trimmed.length <= DATA_IMAGE_MAX_LENGTH && DATA_IMAGE.test(trimmed) ? trimmed : undefined;
    }
    const url = this.#resolve(trimmed);
    if (!url) return undefined;
    const plain = url.origin + url.pathname;
    // An address that only works with its key, or whose path is one, is better not asked for.
    const isPublic = url.search === '' && maskPageUrl(plain) === plain && !this.#taint.finds(plain);
    if (isPublic && this.#settings.assetOrigins.includes(url.origin)) return plain;
    // What only this visitor can load is content, as text is.
    const isSeen = !this.isStrict || (about && this.#privacy.of(about).shown);
    return isSeen ? this.#asset?.(url.href) : undefined;
  }
}
