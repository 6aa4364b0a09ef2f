import { presenceLine } from '../shell/people.ts';
import type { Registration } from '../shell/registration.ts';
import { Bubble } from './bubble.tsx';
import { Composer } from './composer.tsx';

/** Text chat. */
export const chat: Registration = {
  name: 'chat',
  homeRow: (shell) => ({
    icon: 'chat',
    label: shell.language.words.chat,
    description: presenceLine(shell),
    press: () => shell.show('conversation'),
  }),
  cards: { 'chat.message': (item, shell) => <Bubble key={item.key} item={item} shell={shell} /> },
  composer: (shell) => <Composer shell={shell} />,
};
