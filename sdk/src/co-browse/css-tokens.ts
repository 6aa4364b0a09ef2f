/**
 * A tokenizer of CSS (CSS Syntax 3, §4) that is just exact enough to filter: names come with their escapes decoded,
 * so that `\75rl(` is known as `url(`, and nothing that a browser could read as an address hides in another token.
 */
export type CssToken =
  | { readonly kind: 'space'; readonly raw: string }
  | { readonly kind: 'string'; readonly raw: string; readonly value: string }
  | { readonly kind: 'name'; readonly raw: string; readonly value: string }
  | { readonly kind: 'function'; readonly raw: string; readonly value: string }
  | { readonly kind: 'at'; readonly raw: string; readonly value: string }
  | { readonly kind: 'hash'; readonly raw: string; readonly value: string }
  | { readonly kind: 'url'; readonly raw: string; readonly value: string }
  | { readonly kind: 'number'; readonly raw: string }
  | { readonly kind: 'mark'; readonly raw: string }
  /** What a browser throws away: a string or an address that does not end well. */
  | { readonly kind: 'bad'; readonly raw: string };

const ESCAPE = '\\\\(?:[0-9a-fA-F]{1,6}(?:\\r\\n|[ \\t\\r\\n\\f])?|[^\\r\\n\\f0-9a-fA-F])';
const NAME_CHARACTER = `(?:[\\w\\-\\u0080-\\uffff]|${ESCAPE})`;
const NAME = `(?:--|-?(?:[a-zA-Z_\\u0080-\\uffff]|${ESCAPE}))${NAME_CHARACTER}*`;
const TOKEN = new RegExp(
  [
    '(?<space>(?:[ \\t\\r\\n\\f]+|/\\*[^]*?(?:\\*/|$)|<!--|-->)+)',
    '(?<string>"(?:[^"\\\\\\r\\n\\f]|\\\\[^])*"|\'(?:[^\'\\\\\\r\\n\\f]|\\\\[^])*\')',
    '(?<bad>["\'](?:[^\\r\\n\\f\\\\]|\\\\[^])*)',
    '(?<number>[+-]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[eE][+-]?\\d+)?(?:%|' + NAME + ')?)',
    `(?<call>${NAME})\\(`,
    `(?<name>${NAME})`,
    `(?<at>@${NAME})`,
    `(?<hash>#${NAME_CHARACTER}+)`,
    '(?<mark>[^])',
  ].join('|'),
  'y',
);
/** The rest of `url(…)` without quotes; what has quotes is an ordinary function. */
const BARE_URL = new RegExp(
  `[ \\t\\r\\n\\f]*((?:[^"'()\\\\ \\t\\r\\n\\f]|${ESCAPE})*)[ \\t\\r\\n\\f]*(?:\\)|$)`,
  'y',
);
const QUOTE_NEXT = /[ \t\r\n\f]*["']/y;
/** What a broken address takes with it. */
const BAD_URL = /(?:[^)\\]|\\[^])*(?:\)|$)/y;
const ESCAPED = /\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\r\n\f])?|(\r\n|[^]))/g;
const CODE_POINT_MAX = 0x10ffff;

/** Text with its CSS escapes resolved. */
export function decodeCssEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPED, (_all, hex: string | undefined, other: string | undefined) => {
    if (hex === undefined) return other !== undefined && /[\r\n\f]/.test(other) ? '' : (other ?? '');
    const code = parseInt(hex, 16);
    return code === 0 || code > CODE_POINT_MAX ? '\ufffd' : String.fromCodePoint(code);
  });
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** `url(` was read up to `at`: the whole token, or a function when its argument is a string. */
function urlToken(text: string, start: number, at: number): CssToken {
  if (match(QUOTE_NEXT, text, at)) return { kind: 'function', raw: text.slice(start, at), value: 'url' };
  const bare = match(BARE_URL, text, at);
  if (bare) {
    const raw = text.slice(start, at) + bare[0];
    return { kind: 'url', raw, value: decodeCssEscapes(bare[1] ?? '') };
  }
  return { kind: 'bad', raw: text.slice(start, at) + (match(BAD_URL, text, at)?.[0] ?? '') };
}

function tokenAt(text: string, at: number): CssToken {
  const found = match(TOKEN, text, at);
  const raw = found?.[0] ?? text.slice(at);
  const groups = found?.groups ?? {};
  if (groups['space'] !== undefined) return { kind: 'space', raw };
  if (groups['string'] !== undefined) {
    return { kind: 'string', raw, value: decodeCssEscapes(raw.slice(1, -1)) };
  }
  if (groups['bad'] !== undefined) return { kind: 'bad', raw };
  if (groups['number'] !== undefined) return { kind: 'number', raw };
  if (groups['call'] !== undefined) {
    const value = decodeCssEscapes(groups['call']).toLowerCase();
    if (value === 'url' || value === 'url-prefix' || value === 'domain') {
      return urlToken(text, at, at + raw.length);
    }
    return { kind: 'function', raw, value };
  }
  if (groups['name'] !== undefined) return { kind: 'name', raw, value: decodeCssEscapes(raw) };
  if (groups['at'] !== undefined) {
    return { kind: 'at', raw, value: decodeCssEscapes(raw.slice(1)).toLowerCase() };
  }
  if (groups['hash'] !== undefined) return { kind: 'hash', raw, value: decodeCssEscapes(raw.slice(1)) };
  return { kind: 'mark', raw };
}

/** The tokens of a text; joined again, their `raw` is the text. */
export function* cssTokens(text: string): Generator<CssToken> {
  let at = 0;
  while (at < text.length) {
    const token = tokenAt(text, at);
    at += token.raw.length;
    yield token;
  }
}
