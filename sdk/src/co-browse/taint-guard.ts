import { decodeCssEscapes } from './css-tokens.ts';

/** Shorter values are in every text by chance. */
const TAINT_MIN_LENGTH = 4;
/** So many digits in a row are a number of somebody’s, however they are grouped. */
const DIGITS_MIN_LENGTH = 6;
const TAINTS_MAX = 2_000;
const VALUE_MAX_LENGTH = 2_000;
const GRAM_LENGTH = 4;
/** With few values, asking for each is quicker than looking up every place of the text. */
const FEW_TAINTS = 16;
/** Deeper than this nobody encodes by accident. */
const DECODINGS_MAX = 3;
/** Values that controls hold by default, and that say nothing. */
const NOTHING = new Set([
  'true',
  'false',
  'none',
  'null',
  'undefined',
  'auto',
  'default',
  'submit',
  'search',
]);

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (all, decimal, hex, name) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? all;
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** Byte by byte where it can be, so that one broken escape does not hide the others. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text.replace(/%([\da-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  }
}

function decodeJson(text: string): string {
  return text
    .replace(/\\u([\da-f]{4})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\(["\\/])/g, '$1');
}

const decoder = new TextDecoder();

function decodeBase64(text: string): string {
  return text.replace(/[A-Za-z\d+/_-]{8,}={0,2}/g, (found) => {
    // Words of prose are no base64 worth a try.
    if (!/[A-Z\d]/.test(found.slice(1))) return found;
    try {
      const binary = atob(found.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, ''));
      return decoder.decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
    } catch {
      return found;
    }
  });
}

/** A text and what it may stand for after one more decoding. */
function* readingsOf(text: string): Generator<string> {
  yield text;
  if (text.includes('%') || text.includes('+')) yield decodePercent(text);
  if (text.includes('&')) yield decodeEntities(text);
  if (text.includes('\\')) {
    yield decodeJson(text);
    yield decodeCssEscapes(text);
  }
}

/** Most texts need no more than lower case, and there are many of them. */
const plain = (text: string): string =>
  (/^[ -~]*$/.test(text) && !text.includes('  ')
    ? text
    : text.normalize('NFKC').replace(/\s+/g, ' ')
  ).toLowerCase();
/** What a page offers to choose: prose, without anything that could be a key or a number of somebody’s. */
const PROSE = /^[\p{L} ]{1,24}$/u;
const LETTER = /[\p{L}\p{N}]/u;
const digitsOf = (text: string): string => text.replace(/[\s().\-/\u2010-\u2015\u00a0]/g, '');

/**
 * Knows what stood in masked controls, and finds it again wherever a page repeats it: in error texts, labels, names,
 * style sheets and addresses, in any case, encoded or grouped otherwise.
 */
export class TaintGuard {
  /** In order of arrival, so that the oldest goes first. */
  readonly #values = new Set<string>();
  readonly #byGram = new Map<string, Set<string>>();
  /** Values that are found as words only. */
  readonly #words = new Set<string>();

  /**
   * Remembers a value for the rest of the session; what is too short or says nothing is left out. `isChoice`: the page
   * wrote it, and somebody chose it. Its words are found as words and not inside of others, unless they were typed too.
   */
  remember(value: string, isChoice = false): void {
    const text = plain(value).trim().slice(0, VALUE_MAX_LENGTH);
    if (text.length < TAINT_MIN_LENGTH || NOTHING.has(text)) return;
    if (!isChoice) this.#words.delete(text);
    else if (!this.#values.has(text) && PROSE.test(text)) this.#words.add(text);
    this.#add(text);
    const digits = digitsOf(text);
    if (digits.length >= DIGITS_MIN_LENGTH && /^\+?\d+$/.test(digits)) this.#add(digits.replace(/^\+/, ''));
  }

  #add(value: string): void {
    if (this.#values.has(value)) return;
    this.#values.add(value);
    const gram = value.slice(0, GRAM_LENGTH);
    const same = this.#byGram.get(gram);
    if (same) same.add(value);
    else this.#byGram.set(gram, new Set([value]));
    if (this.#values.size <= TAINTS_MAX) return;
    const [oldest] = this.#values;
    if (oldest === undefined) return;
    this.#values.delete(oldest);
    this.#words.delete(oldest);
    this.#byGram.get(oldest.slice(0, GRAM_LENGTH))?.delete(oldest);
  }

  /** Takes back what was only on the way to something longer. */
  forget(value: string): void {
    const text = plain(value).trim().slice(0, VALUE_MAX_LENGTH);
    if (this.#values.delete(text)) this.#byGram.get(text.slice(0, GRAM_LENGTH))?.delete(text);
  }

  /** Whether any remembered value is in the text. */
  finds(text: string): boolean {
    if (this.#values.size === 0 || text.length < TAINT_MIN_LENGTH) return false;
    let round = new Set([text]);
    for (let decoding = 0; decoding <= DECODINGS_MAX; decoding++) {
      const next = new Set<string>();
      for (const candidate of round) {
        for (const reading of readingsOf(candidate)) {
          if (this.#has(reading)) return true;
          if (reading !== candidate) next.add(reading);
        }
      }
      if (next.size === 0) break;
      round = next;
    }
    return /[A-Za-z\d+/_-]{8}/.test(text) && this.#has(decodeBase64(text));
  }

  #has(text: string): boolean {
    const lower = plain(text);
    if (this.#contains(lower)) return true;
    return /\d[\s().\-/\u2010-\u2015]+\d/.test(lower) && this.#contains(digitsOf(lower));
  }

  #contains(text: string): boolean {
    if (this.#values.size <= FEW_TAINTS) {
      for (const value of this.#values) {
        for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
          if (this.#isThere(text, value, at)) return true;
        }
      }
      return false;
    }
    for (let at = 0; at + GRAM_LENGTH <= text.length; at++) {
      const values = this.#byGram.get(text.slice(at, at + GRAM_LENGTH));
      if (!values) continue;
      for (const value of values)
        if (text.startsWith(value, at) && this.#isThere(text, value, at)) return true;
    }
    return false;
  }

  /** Whether a value that stands in a text counts: always, or as a word of its own. */
  #isThere(text: string, value: string, at: number): boolean {
    if (!this.#words.has(value)) return true;
    return !LETTER.test(text.charAt(at - 1)) && !LETTER.test(text.charAt(at + value.length));
  }
}
