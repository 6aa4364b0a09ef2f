import type { AgentCard } from '@alongside/sdk/protocol';
import type { ShellContext } from './context.ts';

/** Who is in the conversation, or was in it last. */
export function peopleOf({ conversation }: ShellContext): readonly AgentCard[] {
  const { agents, lastAgent } = conversation.header;
  return agents.length || !lastAgent ? agents : [lastAgent];
}

export function namesOf(people: readonly { name?: string }[], { language }: ShellContext): string {
  return language.list(people.map(({ name = '' }) => name));
}

/** One true line about who is there. */
export function presenceLine(shell: ShellContext): string {
  const { availability, connection, language } = shell;
  const { say, words } = language;
  const { state } = connection;
  if (state === 'offline') return words.youAreOffline;
  if (!availability || state !== 'online') return state === 'stopped' ? '' : words.connecting;
  const { agents, open } = availability;
  if (agents.length) return say(words.here, { names: namesOf(agents, shell) }, agents.length);
  return shell.more?.closedLine(shell) ?? (open ? words.soonHere : words.nobodyHere);
}

/** Under the names of those who are in the conversation: whether all of them are there. */
export function headerLine({ availability, connection, conversation, language }: ShellContext): string {
  const { words } = language;
  const { agents } = conversation.header;
  if (connection.state === 'offline') return words.youAreOffline;
  if (connection.state !== 'online') return words.connecting;
  const here = new Set(availability?.agents.map(({ id }) => id));
  return agents.length && agents.every(({ id }) => here.has(id)) ? words.hereNow : '';
}
