/** A part of a text: marked where it is what was looked for. */
export interface SnippetPart {
  text: string;
  hit: boolean;
}

/** One thing that must be found: words that follow each other, of which the last may be the beginning of one. */
export interface SearchTerm {
  words: readonly string[];
  isPrefix: boolean;
}

/** Longer words are cut, in the index and in the query alike (Postgres allows 2 KB a word). */
const WORD_MAX_LENGTH = 60;
/** Postgres numbers words up to this. */
const WORDS_MAX = 16_000;
const TERMS_MAX = 12;
/** About a line and a half of a search result. */
const SNIPPET_LENGTH = 160;
const SNIPPET_BEFORE_HIT = 50;

/** Scripts that are written without spaces: each character is a word, and a run of them is looked for as one. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const WORD_OR_RUN = /[\p{L}\p{N}\p{M}]+/gu;

interface FoundWord {
  word: string;
  /** Where it stands in the text. */
  start: number;
  end: number;
  /** Belongs to one run with the word before it. */
  joined: boolean;
}

/** Without case, accents and other forms of the same letter; nothing but letters and digits is left. */
function folded(text: string): string {
  const plain = text.normalize('NFKD').toLowerCase().normalize('NFKD');
  return plain.slice(0, WORD_MAX_LENGTH).replace(/[^\p{L}\p{N}]/gu, '');
}

/** The words of a text and where they stand: the same for what is indexed, what is asked and what is shown. */
function* wordsIn(text: string): Generator<FoundWord> {
  for (const { 0: run, index } of text.matchAll(WORD_OR_RUN)) {
    let joined = false;
    for (const [start, part] of pieces(run)) {
      const word = folded(part);
      if (word === '') continue;
      yield { word, start: index + start, end: index + start + part.length, joined };
      joined = true;
    }
  }
}

/** A run of letters, taken apart where its script has no spaces. */
function* pieces(run: string): Generator<[number, string]> {
  let start = 0;
  let held = '';
  for (const character of run) {
    if (UNSPACED.test(character)) {
      if (held !== '') yield [start, held];
      start += held.length;
      yield [start, character];
      start += character.length;
      held = '';
    } else {
      held += character;
    }
  }
  if (held !== '') yield [start, held];
}

/** The words of a text, in order. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const { word } of wordsIn(text)) {
    if (words.length >= WORDS_MAX) break;
    words.push(word);
  }
  return words;
}

/** What a query asks for: every term must be found. Whatever signs it has, they have no meaning. */
export function termsOf(query: string): SearchTerm[] {
  const terms: { words: string[]; isPrefix: boolean }[] = [];
  let end = 0;
  for (const found of wordsIn(query)) {
    const last = terms.at(-1);
    if (found.joined && last) last.words.push(found.word);
    else if (terms.length < TERMS_MAX) terms.push({ words: [found.word], isPrefix: false });
    end = found.end;
  }
  // The last word may still be in the writing.
  const last = terms.at(-1);
  if (last && end === query.length) last.isPrefix = true;
  return terms;
}

/** The text around the first hit, in parts of which the hits are marked. */
export function snippetOf(text: string, terms: readonly SearchTerm[]): SnippetPart[] {
  const hits = [...hitsIn(text, terms)];
  const firstStart = hits[0]?.start ?? 0;
  const from = firstStart <= SNIPPET_BEFORE_HIT ? 0 : wordStart(text, firstStart - SNIPPET_BEFORE_HIT);
  const to = wholeCharacter(text, from + SNIPPET_LENGTH);
  const parts: SnippetPart[] = [];
  const add = (start: number, end: number, hit: boolean) => {
    if (end > start) parts.push({ text: text.slice(start, end), hit });
  };
  if (from > 0) parts.push({ text: '…', hit: false });
  let at = from;
  for (const { start, end } of hits) {
    if (start < at || end > to) continue;
    add(at, start, false);
    add(start, end, true);
    at = end;
  }
  add(at, to, false);
  if (to < text.length) parts.push({ text: '…', hit: false });
  return parts;
}

function* hitsIn(text: string, terms: readonly SearchTerm[]): Generator<{ start: number; end: number }> {
  const found = [...wordsIn(text)];
  for (const [index, { start }] of found.entries()) {
    for (const { words, isPrefix } of terms) {
      const run = found.slice(index, index + words.length);
      const last = run.at(-1);
      if (run.length < words.length || !last) continue;
      const isHit = words.every((word, place) => {
        const other = run[place]?.word ?? '';
        return isPrefix && place === words.length - 1 ? other.startsWith(word) : other === word;
      });
      if (!isHit) continue;
      yield { start, end: last.end };
      break;
    }
  }
}

/** The first place from `at` on at which a word begins, or `at` where none does soon. */
function wordStart(text: string, at: number): number {
  const space = text.slice(at, at + SNIPPET_BEFORE_HIT).search(/\s\S/);
  if (space >= 0) return at + space + 1;
  return wholeCharacter(text, at);
}

/** The place itself, or the one after it where it is between the two halves of a character. */
function wholeCharacter(text: string, at: number): number {
  return Math.min(/[\udc00-\udfff]/.test(text.charAt(at)) ? at + 1 : at, text.length);
}
