import type { Assignment, SettingsKind } from '@alongside/sdk/shared';
import type { AuditActor } from '../events/audit-store.ts';
import { DEFAULT_QUEUE, type DecidedSettings } from './decided-settings.ts';
import { SettingsFault } from './settings-fault.ts';
import { changeEntry } from './settings-log.ts';
import type { SettingsWrites } from './settings-store.ts';

export interface Removal {
  kind: SettingsKind;
  id: string;
  name: string;
  value: unknown;
  decided: DecidedSettings;
  actor: AuditActor;
  nameOfAgent: (agent: string) => string;
}

/**
 * What is written when a setting goes. Agents lose a queue or a skill that goes, each with a line of their own; what
 * else names it has to be changed first. @throws SettingsFault
 */
export function removal({ kind, id, name, value, decided, actor, nameOfAgent }: Removal): SettingsWrites {
  if (kind === 'queues' && id === DEFAULT_QUEUE) {
    throw new SettingsFault('invalid', 'this queue is where work goes that has no other; it stays');
  }
  const user = userOf(kind, id, decided);
  if (user !== undefined) throw new SettingsFault('invalid', `${user} uses it; change that first`);
  const changed = decided
    .list('assignments')
    .map((each) => ({ ...each, without: without(kind, id, each.value) }))
    .filter(
      ({ value: before, without: after }) =>
        after.memberships.length < before.memberships.length || after.skills.length < before.skills.length,
    );
  return {
    remove: [{ kind, id }],
    put: changed.map(({ id: agent, without: after }) => ({ kind: 'assignments', id: agent, value: after })),
    audit: [
      changeEntry({ actor, kind, id, name, before: value as object }),
      ...changed.map(({ id: agent, value: before, without: after }) =>
        changeEntry({ actor, kind: 'assignments', id: agent, name: nameOfAgent(agent), before, after }),
      ),
    ],
  };
}

function without(kind: SettingsKind, id: string, value: Assignment): Assignment {
  return {
    ...value,
    memberships: value.memberships.filter(({ queue }) => kind !== 'queues' || queue !== id),
    skills: value.skills.filter(({ skill }) => kind !== 'skills' || skill !== id),
  };
}

/** The first thing that would be left with a name of nothing. */
function userOf(kind: SettingsKind, id: string, decided: DecidedSettings): string | undefined {
  if (kind === 'queues') {
    if (decided.options.queue === id) return 'the site’s options';
    const helped = decided.list('queues').find(({ value }) => value.overflow?.second?.queue === id);
    if (helped) return `queue “${helped.value.name}”`;
    const reply = decided.list('canned-replies').find(({ value }) => value.queue === id);
    if (reply) return `reply “${reply.value.title}”`;
    const code = decided.list('wrap-up-codes').find(({ value }) => value.queue === id);
    return code && `wrap-up code “${code.value.name}”`;
  }
  if (kind === 'hours' && decided.options.hours === id) return 'the site’s options';
  if (kind !== 'hours' && kind !== 'skills') return undefined;
  const queue = decided
    .list('queues')
    .find(({ value }) =>
      kind === 'hours'
        ? value.hours === id
        : [value, ...value.relaxation].some(({ requirements }) =>
            requirements.some(({ skill }) => skill === id),
          ),
    );
  return queue && `queue “${queue.value.name}”`;
}
