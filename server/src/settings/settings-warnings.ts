import type { SettingsKind, SettingsWarning } from '@alongside/sdk/shared';
import type { DecidedSettings } from './decided-settings.ts';

type Warn = (settings: DecidedSettings, agents: readonly string[]) => SettingsWarning[];

/**
 * What holds and will hardly be meant, for one kind. `agents`: ids of all who may sign in. It is found anew at each
 * look, because the last member of a queue may go long after the queue was saved.
 */
export function warningsOf(
  kind: SettingsKind,
  settings: DecidedSettings,
  agents: readonly string[],
): SettingsWarning[] {
  return WARNINGS[kind]?.(settings, agents) ?? [];
}

const WARNINGS: { readonly [Kind in SettingsKind]?: Warn } = {
  queues: (settings, agents) =>
    settings
      .list('queues')
      .flatMap(({ id }) => [
        ...withoutMembers(id, settings, agents),
        ...neverServed(id, settings, agents),
        ...helpless(id, settings, agents),
      ]),
  skills: (settings, agents) =>
    settings
      .list('skills')
      .filter(({ id }) => !agents.some((agent) => levelOf(id, agent, settings) > 0))
      .map(({ id, value }) => ({ id, field: '', message: `nobody has the skill “${value.name}”` })),
  assignments: (settings, agents) =>
    agents
      .filter((agent) => settings.assignmentOf(agent).value.memberships.length === 0)
      .map((id) => ({ id, field: 'memberships', message: 'a member of no queue is offered nothing' })),
};

function membersOf(queue: string, settings: DecidedSettings, agents: readonly string[]): string[] {
  return agents.filter((agent) =>
    settings.assignmentOf(agent).value.memberships.some((each) => each.queue === queue),
  );
}

/** 0 without the skill. */
function levelOf(skill: string, agent: string, settings: DecidedSettings): number {
  return settings.assignmentOf(agent).value.skills.find((each) => each.skill === skill)?.level ?? 0;
}

function withoutMembers(id: string, settings: DecidedSettings, agents: readonly string[]): SettingsWarning[] {
  const queue = settings.find('queues', id);
  if (!queue || membersOf(id, settings, agents).length > 0) return [];
  return [
    { id, field: '', message: `“${queue.value.name}” has no members: what waits there is offered to nobody` },
  ];
}

/** What even the last step asks for, and no member has all of. */
function neverServed(id: string, settings: DecidedSettings, agents: readonly string[]): SettingsWarning[] {
  const queue = settings.find('queues', id)?.value;
  const members = membersOf(id, settings, agents);
  if (!queue || members.length === 0) return [];
  const last = queue.relaxation.at(-1)?.requirements ?? queue.requirements;
  const suits = (agent: string): boolean =>
    last.every(({ skill, level }) => levelOf(skill, agent, settings) >= level);
  if (members.some(suits)) return [];
  const words = last.map(({ skill, level }) => {
    const name = settings.find('skills', skill)?.value.name ?? skill;
    return `${name} ${level}`;
  });
  const field =
    queue.relaxation.length === 0
      ? 'requirements'
      : `relaxation[${queue.relaxation.length - 1}].requirements`;
  return [{ id, field, message: `no member of “${queue.name}” has ${words.join(' and ')}`.slice(0, 300) }];
}

/** Another queue that is to help out, and has nobody either. */
function helpless(id: string, settings: DecidedSettings, agents: readonly string[]): SettingsWarning[] {
  const second = settings.find('queues', id)?.value.overflow?.second;
  if (!second || membersOf(second.queue, settings, agents).length > 0) return [];
  const name = settings.find('queues', second.queue)?.value.name ?? second.queue;
  return [{ id, field: 'overflow.second.queue', message: `“${name}” is to help out and has no members` }];
}
