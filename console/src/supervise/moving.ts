import { type Signal, signal } from '@preact/signals';
import type { DeskRow } from '@alongside/sdk/agent';
import type { Action } from '../shell/actions.ts';
import type { Workspace } from '../shell/workspace.ts';
import { plainName } from '../ui/person.tsx';
import type { Work } from './acts.ts';

const requests = new WeakMap<Workspace, Signal<Work | undefined>>();

/** The piece of work whose dialog is open: a button or the command palette asks for it. */
export function movingIn(workspace: Workspace): Signal<Work | undefined> {
  const moving = requests.get(workspace) ?? signal<Work | undefined>(undefined);
  requests.set(workspace, moving);
  return moving;
}

/** What the floor offers by name, while it is shown. */
export function floorActions(workspace: Workspace): Action[] {
  if (workspace.router.route.value.place !== 'floor') return [];
  return [...workspace.client.desk.value.values()].flatMap(worksOf).flatMap((work): Action[] => {
    const name = plainName(work.visitorName);
    return [
      {
        id: `read:${work.item}`,
        name: `Read along with ${name}`,
        group: 'Floor',
        icon: 'eye',
        run: () => {
          workspace.show(work.conversation);
        },
      },
      {
        id: `move:${work.item}`,
        name: `Move or take ${name}`,
        group: 'Floor',
        icon: 'move',
        run: () => {
          movingIn(workspace).value = work;
        },
      },
    ];
  });
}

function worksOf(row: DeskRow): (Work & { conversation: string })[] {
  if (row.type === 'floor-item') return [row];
  return row.type === 'floor-agent' ? row.held.filter(({ state }) => state === 'active') : [];
}
