import type { Role } from '@alongside/sdk/agent';
import type { FunctionComponent } from 'preact';
import type { IconName } from '../ui/icon.tsx';
import type { Action } from './actions.ts';
import type { OpenConversation } from './open-conversation.ts';
import type { PlaceName } from './router.ts';
import type { Workspace } from './workspace.ts';

/** A part of the console beside the inbox. Only the entry file lists them; who may not enter one does not see it. */
export interface Place {
  name: PlaceName;
  /** What the navigation calls it. */
  title: string;
  icon: IconName;
  roles: readonly Role[];
  /** `part` is what follows the place in the address, for the place to read; empty at its entrance. */
  Screen: FunctionComponent<{ part: string }>;
  /** What stands over a conversation that this agent looks at, where the place has something to say about it. */
  ConversationBar?: FunctionComponent<{ conversation: OpenConversation }>;
  /** What the command palette offers of it, from everywhere. */
  actions?(workspace: Workspace): Action[];
}

/** The places that a role may enter. */
export function placesFor(places: readonly Place[], role: Role): Place[] {
  return places.filter((place) => place.roles.includes(role));
}
