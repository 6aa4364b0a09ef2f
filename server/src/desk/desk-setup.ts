import type { AgentCard } from '@alongside/sdk/protocol';
import { DEFAULT_QUEUE } from './desk-effects.ts';
import type { DeskService } from './desk-service.ts';

/**
 * Makes the desk know a site's queue and agents. What it knows already is not written again, so that a start
 * costs nothing.
 */
export async function configureDesk(
  desk: DeskService,
  site: string,
  agents: readonly AgentCard[],
): Promise<void> {
  const known = (await desk.look(site))?.routing;
  if (!known?.queues.has(DEFAULT_QUEUE)) {
    await desk.run(site, { type: 'configure-queue', queue: DEFAULT_QUEUE, name: 'Chats' });
  }
  for (const { id, name } of agents) {
    if (known?.agents.get(id)?.name === name) continue;
    const memberships = [{ queue: DEFAULT_QUEUE, tier: 1, delay: 0 }];
    await desk.run(site, { type: 'configure-agent', agent: id, name, memberships });
  }
  for (const id of known?.agents.keys() ?? []) {
    if (!agents.some((agent) => agent.id === id)) {
      await desk.run(site, { type: 'remove-agent', agent: id });
    }
  }
}
