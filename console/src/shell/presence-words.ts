import type { ChosenPresence, Presence } from '@alongside/sdk/agent';

/** What an agent can choose, in the order of the list. */
export const CHOICES: readonly { presence: ChosenPresence; name: string }[] = [
  { presence: 'available', name: 'Available' },
  { presence: 'away', name: 'Away' },
  { presence: 'break', name: 'Break' },
  { presence: 'training', name: 'Training' },
  { presence: 'offline', name: 'Offline' },
];

/** Statuses that the server finds out by itself, as the list shows them. */
const FOUND: Partial<Record<Presence, string>> = {
  'not-responding': 'Not responding',
  disconnected: 'Disconnected',
};

/** The option that stands for a status: who is busy chose to be available. */
export function shownPresence(presence: Presence): { value: string; extra?: string } {
  if (presence === 'busy') return { value: 'available' };
  const extra = FOUND[presence];
  return { value: presence, ...(extra !== undefined && { extra }) };
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
