import type { ChosenPresence, Presence } from '@alongside/sdk/agent';

/** What an agent can choose, in the order of the list. */
export const CHOICES: readonly { presence: ChosenPresence; name: string; reason?: string }[] = [
  { presence: 'available', name: 'Available' },
  { presence: 'away', name: 'Away' },
  { presence: 'break', name: 'Break' },
  { presence: 'break', name: 'Lunch', reason: 'Lunch' },
  { presence: 'break', name: 'Meeting', reason: 'Meeting' },
  { presence: 'training', name: 'Training' },
  { presence: 'offline', name: 'Offline' },
];

/** Statuses that the server finds out by itself, as the list shows them. */
const FOUND: Partial<Record<Presence, string>> = {
  'not-responding': 'Not responding',
  disconnected: 'Disconnected',
};

/** What an option is called in the list's own terms; `next` for once the chats at hand are done. */
export function choiceValue(presence: string, reason?: string, next = false): string {
  return `${next ? 'next ' : ''}${presence}${reason === undefined ? '' : `:${reason}`}`;
}

/** The choice behind an option. */
export function choiceOf(value: string): { presence: ChosenPresence; reason?: string; next: boolean } {
  const next = value.startsWith('next ');
  const [presence, reason] = value.replace('next ', '').split(':');
  return { presence: presence as ChosenPresence, next, ...(reason !== undefined && { reason }) };
}

/** The option that stands for a status: who is busy chose to be available. A reason of another console is shown too. */
export function shownPresence(presence: Presence, reason?: string): { value: string; extra?: string } {
  if (presence === 'busy') return { value: 'available' };
  const extra = FOUND[presence];
  if (extra !== undefined) return { value: presence, extra };
  if (presence !== 'break' || reason === undefined) return { value: presence };
  const isKnown = CHOICES.some((each) => each.reason === reason);
  return { value: choiceValue(presence, reason), ...(!isKnown && { extra: reason }) };
}

/** A status in a sentence: its reason where it has one. */
export function statusName(presence: Presence, reason?: string): string {
  return reason ?? presenceName(presence);
}

/** A colleague's status in a word or two. */
export function presenceName(presence: Presence): string {
  if (presence === 'busy') return 'Busy';
  return FOUND[presence] ?? CHOICES.find((each) => each.presence === presence)?.name ?? presence;
}

/** What follows from the status, where the agent should know; undefined where all is well. */
export function presenceHint(presence: Presence): string | undefined {
  switch (presence) {
    case 'offline':
      return 'You are offline. Set your status to Available to receive chats.';
    case 'away':
    case 'break':
    case 'training':
      return 'You receive no new chats until your status is Available again.';
    case 'not-responding':
      return 'You missed an offer, so no more come to you. Set your status to Available to go on.';
    case 'disconnected':
      return 'The server lost sight of you. Your chats are kept while this page reconnects.';
    case 'busy':
      return 'You have all the chats you can take. New ones come when one ends.';
    case 'available':
      return undefined;
  }
}
