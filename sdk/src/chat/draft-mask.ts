import { MASK, maskPatterns } from '../lib/mask-page.ts';
import { DRAFT_SHOWN_MAX_LENGTH } from '../protocol/draft-limits.ts';

/**
 * A draft is seen while it grows, so that a number must be hidden before it is whole: from this many digits on,
 * however they are grouped. Fewer tell nothing that PCI DSS 4.0, 3.4.1 does not allow to be shown (the first six).
 */
const LONG_NUMBER = /\p{Nd}(?:[\s().\-/\u2010-\u2015]{0,3}\p{Nd}){4,}/gu;
/** An account number begins with letters. */
const IBAN_BEGUN = /\b[A-Z]{2}\d{2}(?: ?[A-Z\d]){3,30}\b/gi;
/** An address is one as soon as its sign is there. Bounded, as in the patterns of a finished text. */
const ADDRESS = /[^\s@<>()]{1,64}@[^\s<>()]{0,255}/g;
/** What is said to be a secret (security.md's hard list), with what follows the word. */
const SAID_SECRET =
  /((?:pass(?:word|wort|phrase|code)?|passwd|pwd|kennwort|contraseña|mot de passe|senha|wachtwoord|pin|cv[vc]2?|ssn|iban)\b[\s:=]{0,3}(?:(?:is|ist|est|es|è|é)\s{1,3})?)\S+/giu;

/** What of an unsent text agents may see: its end, with everything that might become a number of somebody's masked. */
export function maskDraft(text: string): string {
  const masked = maskPatterns(text.replace(IBAN_BEGUN, MASK).replace(LONG_NUMBER, MASK))
    .replace(ADDRESS, MASK)
    .replace(SAID_SECRET, `$1${MASK}`);
  const isWhole = masked.length <= DRAFT_SHOWN_MAX_LENGTH;
  const shown = isWhole ? masked : `…${masked.slice(1 - DRAFT_SHOWN_MAX_LENGTH)}`;
  // A pair that was cut, or half of one that was typed: no schema takes it.
  return shown.replace(/[\ud800-\udfff\0]/gu, '\ufffd');
}
