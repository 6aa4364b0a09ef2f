/** Stands for what was left out. */
export const MASK = '••••••';
const URL_MAX_LENGTH = 2_000;
const TITLE_MAX_LENGTH = 300;
/** What ids, tokens and addresses of people look like in a path. */
const ID_LIKE = new RegExp(
  [
    // hexadecimal, a UUID too
    '^(?=.*\\d)[\\da-fA-F-]{8,}$',
    // a number that is no year
    '^(?!(?:19|20)\\d\\d$)\\d{4,}$',
    // letters and digits in one piece; where a capital is among them already a short one, with dashes too
    '^(?=.*\\d)(?=.*[a-zA-Z])[\\w.~=]{16,}$',
    '^(?=.*\\d)(?=.*[A-Z])[\\w.~=-]{6,}$',
    '^[\\w.~=]{32,}$',
    '@',
  ].join('|'),
);

/** What often stands before a code that opens something: any digit in the next segment makes it one. */
const OPENER = /^(log|sign)-?in|magic|reset|verif|confirm|invit|token|auth|activat/i;

/** A segment as it is meant; what cannot be decoded is masked like an id. */
function isIdLike(segment: string): boolean {
  try {
    return ID_LIKE.test(decodeURIComponent(segment));
  } catch {
    return true;
  }
}

/** Origin and path of a page's address, as agents may see it: no query, no hash, id-like segments masked. */
export function maskPageUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return '';
  }
  if (!/^https?:$/.test(parsed.protocol)) return '';
  const path = parsed.pathname.split('/').map((segment, index, all) => {
    const opens = OPENER.test(all[index - 1] ?? '') && /\d/.test(segment);
    return opens || isIdLike(segment) ? MASK : segment;
  });
  return (parsed.origin + path.join('/')).slice(0, URL_MAX_LENGTH);
}

/** Bounded, because a text without spaces would be searched from each of its characters on. */
const E_MAIL = /[^\s@<>()]{1,64}@[^\s@<>()]{1,255}\.[^\s@<>()]{1,63}/g;
const JWT_OR_BEARER = /\bey[\w-]{8,}\.[\w-]+\.[\w-]*|\bBearer\s+\S+/gi;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z\d]){11,30}\b/gi;
const CARD = /\b\d(?:[ -]?\d){12,18}\b/g;
const PHONE = /(?:\+|\b00|\(?\b0)[\d() /.-]{6,}\d/g;
const TOKEN = /[\w~+/=-]{20,}/g;

/** A page's title, as agents may see it: card, account and phone numbers, e-mail addresses and tokens masked. */
export function maskPageTitle(title: string): string {
  return maskPatterns(title.slice(0, 4 * TITLE_MAX_LENGTH)).slice(0, TITLE_MAX_LENGTH);
}

/** Text without card, account and phone numbers, e-mail addresses and tokens. */
export function maskPatterns(text: string): string {
  return text
    .replace(JWT_OR_BEARER, MASK)
    .replace(E_MAIL, MASK)
    .replace(IBAN, (found) => (isIban(found) ? MASK : found))
    .replace(CARD, (found) => (isCard(found) ? MASK : found))
    .replace(PHONE, MASK)
    .replace(TOKEN, (found) => (isRandom(found) ? MASK : found));
}

/** Both, as one value. */
export function maskPage(page: { url: string; title: string }): { url: string; title: string } {
  return { url: maskPageUrl(page.url), title: maskPageTitle(page.title) };
}

/** ISO/IEC 7812-1, annex B (Luhn). */
function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits.at(-1 - index));
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 13616: the first four characters moved to the end, letters as 10 to 35, mod 97 is 1. */
function isIban(text: string): boolean {
  const compact = text.replace(/ /g, '').toUpperCase();
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    rest = Number(String(rest) + String(parseInt(character, 36))) % 97;
  }
  return rest === 1;
}

/** Words repeat their letters and rarely mix in digits and capitals; random text does not care. */
function isRandom(text: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(text)).length;
  return kinds >= 2 && new Set(text).size >= 10 && /\d/.test(text);
}
