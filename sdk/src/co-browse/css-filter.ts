/**
 * Style sheets as they may cross: comments gone, addresses and texts only as a policy lets them, class and id names
 * renamed the same way as in the tree. Every token is judged wherever it stands, so that a sheet which is built to
 * confuse can lose rules but hides no address; the structure only serves names and strings.
 */
import { type CssToken, cssTokens } from './css-tokens.ts';

/** What a sheet may say. */
export interface CssPolicy {
  /** The name under which a class or id crosses. */
  rename(name: string): string;
  /** The address to load instead, or `undefined` for none. */
  url(value: string): string | undefined;
  /** Text as it may be seen; the same text when nothing is wrong with it. */
  text(value: string): string;
}

const NESTING_MAX = 32;
/** A name shorter than this says nothing about anybody. */
const TELLING_NAME_LENGTH = 8;
const CONTENT_MAX_LENGTH = 3;
/** Stands for a rule that was left out, so that the numbers of the others stay the same. */
const NO_RULE = 'x{}';
const BLOCK_RULES = new Set(
  (
    'media supports container layer scope starting-style keyframes -webkit-keyframes font-face page property ' +
    'counter-style font-feature-values position-try view-transition'
  ).split(' '),
);
const FETCHING = new Set(
  'src image image-set -webkit-image-set cross-fade -webkit-cross-fade element -moz-element paint expression'.split(
    ' ',
  ),
);
const STRING_PROPERTIES =
  /^(?:font|font-family|quotes|grid|grid-template|grid-template-areas|font-feature-settings|font-variation-settings|src)$/;
const FORBIDDEN_PROPERTIES = new Set(['behavior', '-moz-binding', '-ms-behavior']);
const PUBLIC_ATTRIBUTES =
  /^(?:type|dir|lang|role|open|hidden|disabled|rel|aria-[a-z]+|width|height|colspan|rowspan)$/i;
const NAME_ATTRIBUTES = /^(?:class|id|for)$/i;
const WORD = /[\p{L}\p{N}]/u;
/** Glyphs of icon fonts stand here. */
const PRIVATE_USE = /^[\ue000-\uf8ff\u{f0000}-\u{10fffd}]$/u;

/** A name written so that a browser reads exactly it. */
export function cssName(name: string): string {
  return name.replace(
    /^-?\d|^-$|[^\w\-\u0080-\uffff]/g,
    (found) => `${found.slice(0, -1)}\\${(found.codePointAt(found.length - 1) ?? 0).toString(16)} `,
  );
}

const quoted = (text: string): string =>
  `"${text.replace(/["\\\r\n\f]/g, (found) => `\\${(found.codePointAt(0) ?? 0).toString(16)} `)}"`;

/** Generated text: signs and icons only, because `content` is where a page prints values of attributes and fields. */
function isDecoration(text: string): boolean {
  const characters = Array.from(text);
  if (characters.length > CONTENT_MAX_LENGTH) return false;
  return characters.every((character) => PRIVATE_USE.test(character) || !WORD.test(character));
}

interface Place {
  readonly selector: boolean;
  /** Strings cross if the policy lets them; elsewhere only decoration does. */
  readonly strings: boolean;
}

interface Cursor {
  readonly tokens: readonly CssToken[];
  at: number;
}

/** Moves behind the bracket that closes the one just read; answers the first string or address inside. */
function skipCall(cursor: Cursor): string | undefined {
  let depth = 1;
  let address: string | undefined;
  while (depth > 0 && cursor.at < cursor.tokens.length) {
    const token = cursor.tokens[cursor.at++];
    if (token?.kind === 'function' || token?.raw === '(') depth++;
    else if (token?.raw === ')') depth--;
    else if (token?.kind === 'string') address ??= token.value;
  }
  return address;
}

function addressed(value: string | undefined, policy: CssPolicy): string {
  const url = value === undefined ? undefined : policy.url(value);
  return url === undefined ? 'none' : `url(${quoted(url)})`;
}

/** `[name op value]`, the opening bracket read already. */
function attributeSelector(cursor: Cursor, policy: CssPolicy): string {
  let name = '';
  let operator = '';
  let value: string | undefined;
  let flag = '';
  for (;;) {
    const token = cursor.tokens[cursor.at++];
    if (token === undefined || token.raw === ']') break;
    if (token.kind === 'name' && operator === '') name += token.value;
    else if ((token.kind === 'name' || token.kind === 'string') && value === undefined) value = token.value;
    else if (token.kind === 'name') flag = ` ${token.value.slice(0, 1)}`;
    else if (token.kind === 'mark' && /[=~|^$*]/.test(token.raw)) operator += token.raw;
  }
  if (value === undefined) return `[${cssName(name)}]`;
  let shown = '';
  if (PUBLIC_ATTRIBUTES.test(name)) shown = policy.text(value);
  else if (NAME_ATTRIBUTES.test(name)) {
    const renamed = policy.rename(value);
    shown = renamed === value || /^~?=$/.test(operator) ? renamed : '';
  }
  return `[${cssName(name)}${operator}${quoted(shown)}${/^ [is]$/i.test(flag) ? flag : ''}]`;
}

function stringToken(value: string, place: Place, policy: CssPolicy): string {
  if (isDecoration(value)) return quoted(value);
  return place.strings ? quoted(policy.text(value)) : '""';
}

function nameToken(token: CssToken & { readonly value: string }, policy: CssPolicy): string {
  const { value, raw } = token;
  return value.length < TELLING_NAME_LENGTH || policy.text(value) === value ? raw : 'x';
}

function oneToken(token: CssToken, cursor: Cursor, place: Place, policy: CssPolicy): string {
  switch (token.kind) {
    case 'space':
      return ' ';
    case 'bad':
      return '';
    case 'url':
      return addressed(token.value, policy);
    case 'string':
      return stringToken(token.value, place, policy);
    case 'function':
      if (token.value === 'url') return addressed(skipCall(cursor), policy);
      if (FETCHING.has(token.value)) {
        skipCall(cursor);
        return 'none';
      }
      return `${cssName(token.value)}(`;
    case 'hash':
      return place.selector ? `#${cssName(policy.rename(token.value))}` : token.raw;
    case 'name':
      return nameToken(token, policy);
    case 'at':
    case 'number':
      return token.raw;
    case 'mark':
      break;
  }
  if (!place.selector) return token.raw;
  if (token.raw === '[') return attributeSelector(cursor, policy);
  const next = cursor.tokens[cursor.at];
  if (token.raw !== '.' || next?.kind !== 'name') return token.raw;
  cursor.at++;
  return `.${cssName(policy.rename(next.value))}`;
}

function rewrite(tokens: readonly CssToken[], place: Place, policy: CssPolicy): string {
  const cursor: Cursor = { tokens, at: 0 };
  let written = '';
  while (cursor.at < tokens.length) {
    const token = tokens[cursor.at++];
    if (token) written += oneToken(token, cursor, place, policy);
  }
  return written.trim();
}

/** `name: value`, or nothing when it is no declaration or a forbidden one. */
function declaration(tokens: readonly CssToken[], policy: CssPolicy): string {
  const colon = tokens.findIndex(({ raw }) => raw === ':');
  const [first] = tokens;
  if (colon < 1 || first?.kind !== 'name') return '';
  const property = first.value.startsWith('--') ? first.value : first.value.toLowerCase();
  if (FORBIDDEN_PROPERTIES.has(property)) return '';
  const place = { selector: false, strings: STRING_PROPERTIES.test(property) };
  const name = nameToken(first, policy) === first.raw ? cssName(property) : '--x';
  return `${name}:${rewrite(tokens.slice(colon + 1), place, policy)};`;
}

class SheetFilter {
  readonly #policy: CssPolicy;
  readonly #inline: boolean;
  #written = '';
  #statement: CssToken[] = [];
  #brackets = 0;
  #broken = false;
  #depth = 0;
  /** How many blocks are open inside one that is left out. */
  #dropped = 0;

  constructor(policy: CssPolicy, inline: boolean) {
    this.#policy = policy;
    this.#inline = inline;
  }

  run(text: string): string {
    for (const token of cssTokens(text)) this.#take(token);
    this.#end();
    return this.#written + '}'.repeat(this.#depth);
  }

  #take(token: CssToken): void {
    if (this.#dropped > 0) {
      if (token.raw === '{') this.#dropped++;
      else if (token.raw === '}') this.#dropped--;
      return;
    }
    if (token.raw === '{') this.#open();
    else if (token.raw === '}') this.#close();
    else if (token.raw === ';' && this.#brackets === 0) this.#end();
    else this.#collect(token);
  }

  #collect(token: CssToken): void {
    if (token.kind === 'space' && this.#statement.length === 0) return;
    if (token.kind === 'function' || token.raw === '(' || token.raw === '[') this.#brackets++;
    else if (token.raw === ')' || token.raw === ']') this.#brackets = Math.max(0, this.#brackets - 1);
    if (this.#brackets > NESTING_MAX) this.#broken = true;
    this.#statement.push(token);
  }

  #reset(): void {
    this.#statement = [];
    this.#brackets = 0;
    this.#broken = false;
  }

  #open(): void {
    const [first] = this.#statement;
    const isRule = first?.kind === 'at';
    const allowed = !isRule || BLOCK_RULES.has(first.value);
    if (this.#broken || this.#inline || !allowed || this.#depth >= NESTING_MAX) {
      this.#dropped = 1;
      if (!this.#inline) this.#written += NO_RULE;
    } else {
      const place = { selector: !isRule || first.value === 'scope', strings: isRule };
      this.#written += `${rewrite(this.#statement, place, this.#policy)}{`;
      this.#depth++;
    }
    this.#reset();
  }

  #close(): void {
    this.#end();
    if (this.#depth === 0) return;
    this.#depth--;
    this.#written += '}';
  }

  #end(): void {
    const [first] = this.#statement;
    if (first !== undefined && !this.#broken) {
      if (first.kind !== 'at') this.#written += declaration(this.#statement, this.#policy);
      else if (first.value === 'layer') {
        this.#written += `${rewrite(this.#statement, { selector: false, strings: false }, this.#policy)};`;
      } else if (first.value !== 'charset') this.#written += NO_RULE;
    }
    this.#reset();
  }
}

/** A whole sheet, or one or several rules of one. */
export const filterStyleSheet = (text: string, policy: CssPolicy): string =>
  new SheetFilter(policy, false).run(text);

/** What stands in a `style` attribute. */
export const filterDeclarations = (text: string, policy: CssPolicy): string =>
  new SheetFilter(policy, true).run(text);

/** The value of one property; `undefined` when the property may not be set at all. */
export function filterValue(property: string, value: string, policy: CssPolicy): string | undefined {
  if (!/^-{0,2}[a-zA-Z][\w-]{0,99}$/.test(property)) return undefined;
  const written = filterDeclarations(`${property}:${value.replace(/[;{}]/g, ' ')}`, policy);
  if (!written.endsWith(';')) return undefined;
  const colon = written.indexOf(':');
  const kept = written.slice(0, colon).toLowerCase() === property.toLowerCase();
  return kept ? written.slice(colon + 1, -1) : undefined;
}
