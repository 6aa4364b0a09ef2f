import type { Outcome } from '@alongside/sdk/agent';
import { refusalWords } from '../shell/refusal-words.ts';
import type { Workspace } from '../shell/workspace.ts';
import { plainName } from '../ui/person.tsx';

/** A piece of work that a supervisor acts on. */
export interface Work {
  item: string;
  visitorName: string;
  /** Where it waits. */
  queue?: string;
}

/** What an act came to: undefined when it is done, else a sentence about what stands against it. */
export type Problem = string | undefined;

/** Puts it into somebody's hands. */
export async function assignTo(
  workspace: Workspace,
  work: Work,
  agent: { id: string; name: string },
): Promise<Problem> {
  const outcome = await workspace.client.assign(work.item, agent.id);
  const toMe = agent.id === workspace.identity.agent.id;
  const whose = toMe ? 'you' : plainName(agent.name);
  return toldOf(workspace, outcome, `${plainName(work.visitorName)} is with ${whose} now.`);
}

/** Lets it wait in a queue, in its place by age. */
export async function moveTo(
  workspace: Workspace,
  work: Work,
  queue: { id: string; name: string },
): Promise<Problem> {
  const outcome = await workspace.client.transfer(work.item, { queue: queue.id });
  return toldOf(workspace, outcome, `${plainName(work.visitorName)} waits in ${plainName(queue.name)} now.`);
}

/** What the routing says against it is the best there is to read; for the rest there are sentences of our own. */
function toldOf(workspace: Workspace, outcome: Outcome, done: string): Problem {
  if (outcome.ok) {
    workspace.notices.say(done);
    return undefined;
  }
  const { code, message } = outcome.refusal;
  return code === 'invalid' ? `Nothing was changed: ${message}.` : refusalWords(code);
}
