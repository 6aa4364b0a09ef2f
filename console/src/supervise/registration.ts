import type { Place } from '../shell/place.ts';
import { FloorScreen } from './floor-screen.tsx';
import { floorActions } from './moving.ts';
import { ReadAlongBar } from './read-along-bar.tsx';

/** What supervisors have beside an agent's desk. */
export const floor: Place = {
  name: 'floor',
  title: 'Floor',
  icon: 'floor',
  roles: ['supervisor', 'admin'],
  Screen: FloorScreen,
  ConversationBar: ReadAlongBar,
  actions: floorActions,
};
