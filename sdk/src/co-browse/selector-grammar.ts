import { type CssToken, cssTokens } from './css-tokens.ts';
import {
  type PrivacySettings,
  SELECTOR_LISTS,
  type SelectorFault,
  writtenFault,
} from './privacy-settings.ts';

/**
 * Whether a text is a list of selectors, by the grammar of Selectors 4 without namespaces. It says so where there is
 * no browser to ask, and knows no list of pseudo-classes: what it lets pass, a browser may still refuse.
 */
export function isSelectorList(text: string): boolean {
  const reader = new Reader([...cssTokens(text)]);
  return readList(reader, false) && reader.isAtEnd;
}

/** Selectors that cannot be used, as far as that shows without a browser (CO4). */
export function writtenSelectorFaults(settings: PrivacySettings): SelectorFault[] {
  return SELECTOR_LISTS.flatMap((list) =>
    (settings[list] ?? []).flatMap((selector) => {
      const reason =
        writtenFault(selector) ??
        (isSelectorList(selector) ? undefined : 'it is not written as a selector is');
      return reason === undefined ? [] : [{ list, selector, reason }];
    }),
  );
}

/** Pseudo-classes whose argument is a list of selectors; those of the second list may be empty. */
const TAKE_SELECTORS = new Set(['not', 'has', 'is', 'where', 'host', 'host-context', 'slotted']);
const MAY_BE_EMPTY = new Set(['is', 'where']);
const COMBINATORS = new Set(['>', '+', '~']);
const COMPARISONS = new Set(['~', '|', '^', '$', '*']);
/** A hash is a name of any characters, an id begins as a name does. */
const ID = /^#(?:--|-?(?:[a-zA-Z_\u0080-\uffff]|\\))/;

class Reader {
  readonly #tokens: readonly CssToken[];
  #at = 0;

  constructor(tokens: readonly CssToken[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  get next(): CssToken | undefined {
    return this.#tokens[this.#at];
  }

  take(): CssToken | undefined {
    return this.#tokens[this.#at++];
  }

  takes(kind: CssToken['kind']): boolean {
    if (this.next?.kind !== kind) return false;
    this.#at++;
    return true;
  }

  takesMark(raw: string): boolean {
    if (this.next?.kind !== 'mark' || this.next.raw !== raw) return false;
    this.#at++;
    return true;
  }

  isMarkOf(marks: ReadonlySet<string>): boolean {
    return this.next?.kind === 'mark' && marks.has(this.next.raw);
  }
}

/** `relative`: each may begin with a combinator, as inside of `:has()`. */
function readList(reader: Reader, relative: boolean): boolean {
  do {
    if (!readComplex(reader, relative)) return false;
  } while (reader.takesMark(','));
  return true;
}

function readComplex(reader: Reader, relative: boolean): boolean {
  reader.takes('space');
  if (relative && reader.isMarkOf(COMBINATORS)) {
    reader.take();
    reader.takes('space');
  }
  for (;;) {
    if (!readCompound(reader)) return false;
    const hasSpace = reader.takes('space');
    if (reader.isMarkOf(COMBINATORS)) {
      reader.take();
      reader.takes('space');
    } else if (!hasSpace || reader.isAtEnd || reader.isMarkOf(new Set([',', ')']))) {
      return true;
    }
  }
}

function readCompound(reader: Reader): boolean {
  let isAny = reader.takes('name') || reader.takesMark('*');
  for (;;) {
    const { next } = reader;
    if (next?.kind === 'hash') {
      if (!ID.test(next.raw)) return false;
      reader.take();
    } else if (reader.takesMark('.')) {
      if (!reader.takes('name')) return false;
    } else if (reader.takesMark('[')) {
      if (!readAttribute(reader)) return false;
    } else if (reader.takesMark(':')) {
      reader.takesMark(':');
      if (!readPseudo(reader)) return false;
    } else {
      return isAny;
    }
    isAny = true;
  }
}

function readAttribute(reader: Reader): boolean {
  reader.takes('space');
  if (!reader.takes('name')) return false;
  reader.takes('space');
  if (reader.takesMark(']')) return true;
  if (reader.isMarkOf(COMPARISONS)) reader.take();
  if (!reader.takesMark('=')) return false;
  reader.takes('space');
  if (!reader.takes('string') && !reader.takes('name')) return false;
  reader.takes('space');
  if (reader.next?.kind === 'name' && /^[is]$/i.test(reader.next.raw)) reader.take();
  reader.takes('space');
  return reader.takesMark(']');
}

function readPseudo(reader: Reader): boolean {
  const token = reader.take();
  if (token?.kind === 'name') return true;
  if (token?.kind !== 'function') return false;
  if (!TAKE_SELECTORS.has(token.value)) return skipToClose(reader);
  reader.takes('space');
  if (MAY_BE_EMPTY.has(token.value) && reader.takesMark(')')) return true;
  return readList(reader, token.value === 'has') && reader.takesMark(')');
}

/** Past the bracket that closes a function whose argument is something else, such as `2n + 1`. */
function skipToClose(reader: Reader): boolean {
  let open = 1;
  let isEmpty = true;
  while (open > 0) {
    const token = reader.take();
    if (!token || token.kind === 'bad') return false;
    if (token.kind === 'function' || token.raw === '(') open++;
    else if (token.kind === 'mark' && token.raw === ')') open--;
    if (open > 0 && token.kind !== 'space') isEmpty = false;
  }
  return !isEmpty;
}
