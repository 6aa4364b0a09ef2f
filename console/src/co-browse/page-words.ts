import type { EventBody, PageViewStatus, RefusalReason } from '@alongside/sdk/agent';

/** Why the visitor's page did not do it, for the agent who asked. */
const REFUSED: Record<RefusalReason, string> = {
  gone: 'It is not on their page any more.',
  hidden: 'They cannot see it just now, so it cannot be used.',
  covered: 'Something lies over it on their page.',
  masked: 'This is private. Only the visitor can use it.',
  blocked: 'This part is private. Only the visitor can use it.',
  denied: 'The site lets nobody else use this.',
  sensitive: 'Passwords, codes and payment data are the visitor’s alone.',
  submit: 'Sending a form is left to the visitor.',
  file: 'Choosing a file is left to the visitor.',
  download: 'Downloading is left to the visitor.',
  external: 'This leads to another site, which only the visitor can open.',
  frame: 'This is a part of another site in their page.',
  disabled: 'It is switched off on their page.',
  changed: 'Their page has changed meanwhile. Look, and try again.',
  paused: 'Their page is paused just now. Try again when it is live.',
  'no-grant': 'You do not have control. Ask for it first.',
  expired: 'Your control has run out. Ask for it again.',
  'too-fast': 'That was too quick. Try again.',
};

export function refusedWords(reason: RefusalReason): string {
  return REFUSED[reason];
}

export const NO_ANSWER = 'Their page did not answer. It may not have been done.';

/** In a line of the conversation: why it was not done, in few words. */
const REFUSED_SHORT: Record<RefusalReason, string> = {
  gone: 'it was gone',
  hidden: 'it was hidden',
  covered: 'something lay over it',
  masked: 'it is private',
  blocked: 'it is private',
  denied: 'the site allows nobody',
  sensitive: 'it is sensitive',
  submit: 'sending is the visitor’s',
  file: 'files are the visitor’s',
  download: 'downloads are the visitor’s',
  external: 'it leads to another site',
  frame: 'it belongs to another site',
  disabled: 'it was switched off',
  changed: 'the page had changed',
  paused: 'the page was paused',
  'no-grant': 'there was no control',
  expired: 'control had run out',
  'too-fast': 'it was too quick',
};

export function refusedShortly(reason: RefusalReason): string {
  return REFUSED_SHORT[reason];
}

type EndReason = Extract<EventBody, { type: 'co-browse.ended' }>['reason'];

/** What ended the share, or the asking; `name` is the visitor's. */
export function endedWords(reason: string, name: string): string {
  const words: Record<EndReason, string> = {
    visitor: `${name} stopped sharing the page.`,
    escape: `${name} stopped sharing the page.`,
    agent: 'Sharing was ended.',
    'sitting-closed': 'The chat is finished, and with it the sharing.',
    transferred: 'Their page went along with the chat.',
    expired: 'The time for it is over.',
    'not-answered': `${name} did not answer.`,
    left: `${name} has left the page.`,
    'signed-out': `${name} signed out, and with it the sharing ended.`,
  };
  return (words as Record<string, string | undefined>)[reason] ?? 'Sharing has ended.';
}

/** Why the picture cannot be had any more, though the page may still be shared. */
export function stoppedWords(reason: string | undefined): string {
  switch (reason) {
    case 'version':
      return 'This console is older than the server. Reload it.';
    case 'unauthenticated':
    case 'revoked':
      return 'You may not watch this page any more.';
    default:
      return 'The picture cannot be shown. Reload the console, and look again.';
  }
}

/** How good the picture is. */
export interface Quality {
  /** good: what one sees is now · still: nothing comes for a reason · bad: it may be old. */
  tone: 'good' | 'still' | 'bad';
  words: string;
}

/** Seconds without a sign of the page after which its age is said. */
const OLD_FROM_MS = 12_000;

/** The quality of the picture; `age`: milliseconds since the page was last heard. */
export function qualityOf(status: PageViewStatus, age: number | undefined): Quality {
  const { link, page, hasPicture, isBehind } = status;
  const since = age === undefined ? '' : ` What you see is ${seconds(age)} old.`;
  if (link === 'reconnecting') return { tone: 'bad', words: `Reconnecting.${hasPicture ? since : ''}` };
  if (link !== 'online' || (!hasPicture && page.state !== 'leaving')) {
    return { tone: 'still', words: 'Opening their page…' };
  }
  switch (page.state) {
    case 'leaving':
      return { tone: 'still', words: 'Changing page…' };
    case 'hidden':
      return { tone: 'still', words: 'They look at something else now' };
    case 'paused':
      return { tone: 'still', words: 'Paused. It goes on by itself' };
    case 'degraded':
      return { tone: 'bad', words: 'Their page changes very fast: small changes come late' };
    case 'live':
      if (isBehind) return { tone: 'bad', words: 'Catching up…' };
      if (age !== undefined && age > OLD_FROM_MS) {
        return { tone: 'bad', words: `Not heard for ${seconds(age)}` };
      }
      return { tone: 'good', words: 'Live' };
  }
}

function seconds(milliseconds: number): string {
  const whole = Math.max(1, Math.round(milliseconds / 1_000));
  return whole === 1 ? '1 second' : `${whole} seconds`;
}
