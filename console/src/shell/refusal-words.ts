import type { ErrorCode } from '@alongside/sdk/agent';

/** What a refusal means to who reads it: what happened and what can be done. */
const WORDS: Record<ErrorCode, string> = {
  malformed: 'The server could not read it. Reload the page and try again.',
  'unknown-type': 'This server does not know how to do that. Reload the page and try again.',
  'too-large': 'It is too long. Shorten it and try again.',
  unauthenticated: 'You are signed out. Sign in again to go on.',
  'not-found': 'This conversation is not there, or not yours.',
  forbidden: 'Your role does not allow this.',
  invalid: 'That cannot be done now.',
  'out-of-order': 'It arrived out of order. Try again.',
  stale: 'Somebody was quicker, or it has ended.',
  'rate-limited': 'Too much at once. Try again in a moment.',
  unavailable: 'The server cannot store anything just now. Try again in a moment.',
  internal: 'The server had a fault; nothing was stored. Try again.',
};

/** A sentence for a refusal. */
export function refusalWords(code: ErrorCode | undefined): string {
  return code === undefined ? 'It was not accepted. Try again.' : WORDS[code];
}
