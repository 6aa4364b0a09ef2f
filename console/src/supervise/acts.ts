import type { Outcome } from '@alongside/sdk/agent';
import { refusalWords } from '../shell/refusal-words.ts';
import type { Workspace } from '../shell/workspace.ts';
import { plainName } from '../ui/person.tsx';

/** A piece of work that a supervisor acts on. */
export interface Work {
  item: string;
  visitorName: string;
}

/** Puts it into somebody's hands; true when it is there. */
export async function assignTo(
  workspace: Workspace,
  work: Work,
  agent: { id: string; name: string },
): Promise<boolean> {
  const outcome = await workspace.client.assign(work.item, agent.id);
  const toMe = agent.id === workspace.identity.agent.id;
  return tell(
    workspace,
    outcome,
    `${plainName(work.visitorName)} is with ${toMe ? 'you' : plainName(agent.name)} now.`,
  );
}

/** Lets it wait in a queue, in its place by age; true when it does. */
export async function moveTo(
  workspace: Workspace,
  work: Work,
  queue: { id: string; name: string },
): Promise<boolean> {
  const outcome = await workspace.client.transfer(work.item, { queue: queue.id });
  return tell(workspace, outcome, `${plainName(work.visitorName)} waits in ${plainName(queue.name)} now.`);
}

function tell(workspace: Workspace, outcome: Outcome, done: string): boolean {
  if (outcome.ok) workspace.notices.say(done);
  else workspace.notices.say(refusedWords(outcome), 'problem');
  return outcome.ok;
}

/** What the routing says against it is the best there is to read; for the rest there are sentences of our own. */
function refusedWords({ refusal }: Extract<Outcome, { ok: false }>): string {
  if (refusal.code !== 'invalid') return refusalWords(refusal.code);
  return `Nothing was changed: ${refusal.message}.`;
}
