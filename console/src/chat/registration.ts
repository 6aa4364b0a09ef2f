import type { Registration } from '../shell/registration.ts';
import { composerOf } from './composer-state.ts';
import { Composer } from './composer.tsx';
import { MessageCard, NoteCard } from './message-card.tsx';
import { PendingCard } from './pending-card.tsx';

/** Chat in the console: what was said, notes, and where to write. */
export const chat: Registration = {
  name: 'chat',
  cards: { 'chat.message': MessageCard, 'chat.noted': NoteCard },
  pendingCard: PendingCard,
  Composer,
  offerTitle: (offer) => (offer.channel === 'chat' ? 'New chat' : undefined),
  conversationActions: [
    {
      id: 'reply',
      name: 'Write a reply',
      icon: 'pencil',
      key: 'R',
      place: 'palette',
      available: () => true,
      run: (conversation) => {
        composerOf(conversation).setNote(false);
        conversation.requestFocus();
      },
    },
    {
      id: 'note',
      name: 'Write a note',
      icon: 'note',
      key: 'N',
      place: 'palette',
      available: () => true,
      run: (conversation) => {
        composerOf(conversation).setNote(true);
        conversation.requestFocus();
      },
    },
    {
      id: 'canned',
      name: 'Insert a canned reply',
      icon: 'pencil',
      key: '/',
      place: 'palette',
      available: () => true,
      run: (conversation) => {
        composerOf(conversation).beginReply();
        conversation.requestFocus();
      },
    },
    {
      id: 'finish',
      name: 'Finish',
      icon: 'finish',
      key: 'E',
      place: 'header',
      available: (conversation, row) => {
        const { sitting } = conversation.view.value.header;
        return sitting?.state === 'active' && row?.state === 'active' && !row.first;
      },
      run: (conversation) => {
        conversation.dialog.value = 'finish';
      },
    },
  ],
};
