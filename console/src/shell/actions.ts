import { conversationActionsOf } from '../inbox/desk-actions.ts';
import type { IconName } from '../ui/icon.tsx';
import { plainName } from '../ui/person.tsx';
import { CHOICES } from './presence-words.ts';
import type { OpenConversation } from './open-conversation.ts';
import type { Theme } from './preferences.ts';
import { type Surface, focusSearch } from './surface.ts';
import type { Workspace } from './workspace.ts';

/** Something an agent can do now: by its name in the palette, or by its key. */
export interface Action {
  id: string;
  name: string;
  group: 'Conversation' | 'Go to' | 'Status' | 'Settings' | 'Offers' | 'Floor';
  icon: IconName;
  /** A single letter in upper case, or `?`. */
  key?: string;
  run(): void;
}

/** Every action that exists now, in the palette's order. */
export function actionsOf(workspace: Workspace, surface: Surface, signOut: () => void): Action[] {
  return [
    ...offerActions(workspace),
    ...conversationActions(workspace, surface),
    ...goToActions(workspace, surface),
    ...placeActions(workspace),
    ...statusActions(workspace),
    ...settingActions(workspace, surface, signOut),
  ];
}

function offerActions(workspace: Workspace): Action[] {
  return workspace.offers.value.flatMap((offer): Action[] => {
    const of = plainName(offer.visitorName);
    return [
      {
        id: `accept:${offer.offer}`,
        name: `Accept ${of}`,
        group: 'Offers',
        icon: 'finish',
        run: () => void workspace.accept(offer),
      },
      {
        id: `decline:${offer.offer}`,
        name: `Decline ${of}`,
        group: 'Offers',
        icon: 'close',
        run: () => void workspace.decline(offer),
      },
    ];
  });
}

function conversationActions(workspace: Workspace, surface: Surface): Action[] {
  const conversation = workspace.selected.value;
  if (!conversation) return [];
  const row = workspace.rowOf(conversation.id);
  const own = conversationActionsOf(workspace.registrations);
  return [
    ...own
      .filter((action) => action.available(conversation, row))
      .map((action): Action => ({
        id: action.id,
        name: action.name,
        group: 'Conversation',
        icon: action.icon,
        ...(action.key !== undefined && { key: action.key }),
        run: () => {
          action.run(conversation, workspace);
        },
      })),
    ...tagActions(workspace, conversation),
    {
      id: 'details',
      name: 'Show or hide details',
      group: 'Conversation',
      icon: 'details',
      run: () => {
        toggleDetails(workspace, surface);
      },
    },
    {
      id: 'close',
      name: 'Back to the list',
      group: 'Conversation',
      icon: 'back',
      run: () => {
        workspace.show(undefined);
      },
    },
  ];
}

function tagActions(workspace: Workspace, conversation: OpenConversation): Action[] {
  const on = conversation.view.value.header.tags ?? [];
  return workspace.lists.of('tags').value.map(({ id, value }) => ({
    id: `tag:${id}`,
    name: `${on.includes(id) ? 'Remove' : 'Add'} the tag ${value.name}`,
    group: 'Conversation',
    icon: 'tag',
    run: () => void workspace.tag(conversation, id, !on.includes(id)),
  }));
}

function goToActions(workspace: Workspace, surface: Surface): Action[] {
  const step = (id: string, name: string, key: string, by: 1 | -1): Action => ({
    id,
    name,
    key,
    group: 'Go to',
    icon: 'inbox',
    run: () => {
      workspace.step(by);
    },
  });
  return [
    step('next', 'Next conversation', 'J', 1),
    step('previous', 'Previous conversation', 'K', -1),
    {
      id: 'search',
      name: 'Search messages',
      group: 'Go to',
      icon: 'search',
      key: 'S',
      run: () => {
        surface.overlay.value = 'none';
        if (focusSearch()) return;
        // On a small screen, and in another place, the list is not there: it is drawn first.
        workspace.show(undefined);
        requestAnimationFrame(focusSearch);
      },
    },
    ...workspace.conversations.value.map((row): Action => ({
      id: `open:${row.conversation}`,
      name: `Open ${plainName(row.visitorName)}`,
      group: 'Go to',
      icon: 'person',
      run: () => {
        workspace.show(row.conversation);
      },
    })),
  ];
}

function placeActions(workspace: Workspace): Action[] {
  return workspace.places.flatMap((place) => [
    {
      id: `place:${place.name}`,
      name: `Go to ${place.title}`,
      group: 'Go to',
      icon: place.icon,
      run: () => {
        workspace.router.go({ place: place.name });
      },
    },
    ...(place.actions?.(workspace) ?? []),
  ]);
}

function statusActions(workspace: Workspace): Action[] {
  const { presence: present, reason: because } = workspace.me.value ?? {};
  const others = CHOICES.filter(({ presence, reason }) => presence !== present || reason !== because);
  const action = ({ presence, name, reason }: (typeof CHOICES)[number], next: boolean): Action => ({
    id: `status:${name}${next ? ':next' : ''}`,
    name: `Set status to ${name}${next ? ', after my chats' : ''}`,
    group: 'Status',
    icon: 'clock',
    run: () => void workspace.setPresence(presence, reason, next),
  });
  return [
    ...others.map((choice) => action(choice, false)),
    ...(workspace.hasWork
      ? others.filter(({ presence }) => presence !== 'available').map((choice) => action(choice, true))
      : []),
  ];
}

function settingActions(workspace: Workspace, surface: Surface, signOut: () => void): Action[] {
  const { letters, sound, notifications, theme } = workspace.preferences;
  const setting = (id: string, name: string, icon: IconName, run: () => void): Action => ({
    id,
    name,
    group: 'Settings',
    icon,
    run,
  });
  const themes: [Theme, string][] = [
    ['system', 'Theme: as the system'],
    ['light', 'Theme: light'],
    ['dark', 'Theme: dark'],
  ];
  return [
    {
      ...setting('shortcuts', 'Keyboard shortcuts', 'keyboard', () => {
        surface.overlay.value = 'shortcuts';
      }),
      key: '?',
    },
    setting('letters', `Turn single-letter shortcuts ${letters.value ? 'off' : 'on'}`, 'keyboard', () => {
      letters.value = !letters.value;
    }),
    setting('sound', `Turn sounds ${sound.value ? 'off' : 'on'}`, 'sound', () => {
      sound.value = !sound.value;
    }),
    setting(
      'notifications',
      `Turn desktop notifications ${notifications.value ? 'off' : 'on'}`,
      'bell',
      () => {
        notifications.value = !notifications.value;
      },
    ),
    ...themes
      .filter(([value]) => value !== theme.value)
      .map(([value, name]) =>
        setting(`theme:${value}`, name, 'theme', () => {
          theme.value = value;
        }),
      ),
    setting('sign-out', 'Sign out', 'leave', signOut),
  ];
}

/** Beside the conversation where there is room, else as a drawer over it. */
export function toggleDetails(workspace: Workspace, surface: Surface): void {
  const { details } = workspace.preferences;
  if (surface.wide.value) details.value = !details.value;
  else surface.drawer.value = !surface.drawer.value;
}
