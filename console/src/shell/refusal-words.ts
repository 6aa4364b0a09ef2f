import type { ErrorCode } from '@alongside/sdk/agent';

/** What was asked for when the server refused it. */
export type Asked =
  'transfer' | 'transfer-to-queue' | 'withdraw' | 'consult' | 'wrap-up' | 'finish' | 'status';

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

/** Where more is known of what the code means. */
const WORDS_WHEN: Record<Asked, Partial<Record<ErrorCode, string>>> = {
  transfer: {
    invalid: 'They cannot take it just now: no room, or no longer available. The chat is still with you.',
    stale: 'This chat is not with you any more.',
    'not-found': 'This colleague is not here any more. The chat is still with you.',
  },
  'transfer-to-queue': {
    stale: 'This chat is not with you any more.',
    'not-found': 'This queue is not here any more. The chat is still with you.',
  },
  withdraw: { stale: 'They have answered already.' },
  consult: { stale: 'One of you has left already.' },
  'wrap-up': { stale: 'The time for it was over.' },
  finish: { invalid: 'This chat is finished already.' },
  status: {
    invalid:
      'You still have chats. Finish them or pass them on first, or choose to finish them and take no new ones.',
  },
};

/** A sentence for a refusal; `asked` makes it more exact. */
export function refusalWords(code: ErrorCode | undefined, asked?: Asked): string {
  if (code === undefined) return 'It was not accepted. Try again.';
  return (asked && WORDS_WHEN[asked][code]) ?? WORDS[code];
}
