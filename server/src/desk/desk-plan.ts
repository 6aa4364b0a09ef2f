import { isDeepStrictEqual } from 'node:util';
import type { AgentCard } from '@alongside/sdk/protocol';
import type { Assignment, QueueSettings } from '@alongside/sdk/shared';
import type { ConfigureAgent, ConfigureQueue, RoutingCommand } from '../routing/routing-commands.ts';
import type { Requirement, WrapUp } from '../routing/routing-model.ts';
import type { RoutingState } from '../routing/routing-state.ts';
import type { DecidedSettings } from '../settings/decided-settings.ts';

const SECOND_MS = 1_000;

/**
 * What routing has to be told so that it works by the settings of a site: only what it does not know already, each
 * after what it names. What it knows and the settings do not is left to {@link surplusOf}.
 */
export function deskCommands(
  routing: RoutingState | undefined,
  settings: DecidedSettings,
  agents: readonly AgentCard[],
): RoutingCommand[] {
  const hours: RoutingCommand[] = settings.list('hours').map(({ id, value }) => {
    const { zone, weekly, exceptions } = value;
    return { type: 'configure-hours', hours: id, opens: { zone, weekly, exceptions } };
  });
  const queues = settings
    .list('queues')
    .map(({ id, value }) => queueCommand(id, value, settings.options.hours));
  const people = agents.map((agent) => agentCommand(agent, settings.assignmentOf(agent.id).value));
  const { queue: chats, afterHours } = settings.options;
  return [
    ...hours,
    // A queue may be helped by one that comes after it.
    ...queues.filter(({ queue }) => !routing?.queues.has(queue)).map(withoutHelp),
    ...queues,
    { type: 'configure-site' as const, ...(chats !== undefined && { chats }), afterHours },
    ...people,
  ].filter((command) => !routing || !isKnown(command, routing));
}

/** What routing knows and no setting says any more. */
export function surplusOf(
  routing: RoutingState,
  settings: DecidedSettings,
  agents: readonly AgentCard[],
): { agents: string[]; queues: string[]; hours: string[] } {
  return {
    agents: [...routing.agents.keys()].filter((id) => !agents.some((agent) => agent.id === id)),
    queues: [...routing.queues.keys()].filter((id) => !settings.find('queues', id)),
    hours: [...routing.hours.keys()].filter((id) => !settings.find('hours', id)),
  };
}

function queueCommand(queue: string, value: QueueSettings, usualHours: string | undefined): ConfigureQueue {
  const { name, wrapUp, requirements, relaxation, closing, overflow, hours = usualHours } = value;
  return {
    type: 'configure-queue',
    ...{ queue, name, closing },
    wrapUp: wrapUpOf(wrapUp),
    requirements: requirements.map(requirementOf),
    steps: relaxation.map((step) => ({
      after: step.afterSeconds * SECOND_MS,
      requirements: step.requirements.map(requirementOf),
    })),
    ...(hours !== undefined && { hours }),
    ...(overflow && { overflow: overflowOf(overflow) }),
  };
}

function overflowOf(
  overflow: NonNullable<QueueSettings['overflow']>,
): NonNullable<ConfigureQueue['overflow']> {
  const { waitingMax, waitSecondsMax, offer, second } = overflow;
  return {
    ...(waitingMax !== undefined && { waitingMax }),
    ...(waitSecondsMax !== undefined && { waitMsMax: waitSecondsMax * SECOND_MS }),
    offer,
    ...(second && { second: { queue: second.queue, after: second.afterSeconds * SECOND_MS } }),
  };
}

function wrapUpOf({ mode, seconds = 0 }: QueueSettings['wrapUp']): WrapUp {
  return mode === 'time-boxed' ? { mode, ms: seconds * SECOND_MS } : { mode };
}

/** Levels are 1 to 5 by the schema. */
function requirementOf({ skill, level }: { skill: string; level: number }): Requirement {
  return { skill, level: level as Requirement['level'] };
}

function agentCommand({ id, name }: AgentCard, { memberships, skills, limits }: Assignment): ConfigureAgent {
  return {
    type: 'configure-agent',
    ...{ agent: id, name, limits },
    memberships: memberships.map(({ queue, tier, delaySeconds }) => ({
      ...{ queue, tier },
      delay: delaySeconds * SECOND_MS,
    })),
    skills: skills.map(requirementOf),
  };
}

function withoutHelp({ overflow, ...command }: ConfigureQueue): ConfigureQueue {
  if (!overflow) return command;
  const { second: _second, ...rest } = overflow;
  return { ...command, overflow: rest };
}

/** Whether the command would leave routing as it is. */
function isKnown(command: RoutingCommand, routing: RoutingState): boolean {
  switch (command.type) {
    case 'configure-hours':
      return isSame(routing.hours.get(command.hours), command.opens);
    case 'configure-queue': {
      const { type: _type, queue: id, ...asked } = command;
      return isSame(routing.queues.get(id), { id, ...asked });
    }
    case 'configure-site':
      return isSame(routing.site, { chats: command.chats, afterHours: command.afterHours });
    case 'configure-agent': {
      const agent = routing.agents.get(command.agent);
      if (!agent) return false;
      const { name, memberships, limits } = agent;
      const skills = [...agent.skills].map(([skill, level]) => ({ skill, level }));
      const { type: _type, agent: _agent, ...asked } = command;
      return isSame({ name, memberships, limits, skills }, asked);
    }
    default:
      return false;
  }
}

/** By what is stored of them: a key without a value is none. */
function isSame(left: unknown, right: unknown): boolean {
  return left !== undefined && isDeepStrictEqual(plain(left), plain(right));
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
