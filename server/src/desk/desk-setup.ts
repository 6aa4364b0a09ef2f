import type { AgentCard } from '@alongside/sdk/protocol';
import { must } from '@alongside/sdk/shared';
import type { RoutingCommand } from '../routing/routing-commands.ts';
import type { WorkItem } from '../routing/routing-model.ts';
import { DEFAULT_QUEUE, DecidedSettings } from '../settings/decided-settings.ts';
import { deskCommands, surplusOf } from './desk-plan.ts';
import type { DeskService } from './desk-service.ts';

/**
 * Makes the desk work by a site's settings and for its agents. What it knows already is not written again, so that a
 * start costs nothing. `not-yet`: a queue that is gone from the settings still has somebody's work; to be asked
 * again when that may be done. @throws Error where the store takes nothing at present
 */
export async function configureDesk(
  desk: DeskService,
  site: string,
  agents: readonly AgentCard[],
  settings = new DecidedSettings(0, []),
): Promise<'done' | 'not-yet'> {
  const known = (await desk.look(site))?.routing;
  for (const command of deskCommands(known, settings, agents)) await told(desk, site, command);
  if (!known) return 'done';
  const surplus = surplusOf(known, settings, agents);
  for (const agent of surplus.agents) await told(desk, site, { type: 'remove-agent', agent });
  const kept = await Promise.all(surplus.queues.map((queue) => clear(desk, site, queue)));
  for (const hours of surplus.hours) await desk.run(site, { type: 'remove-hours', hours });
  return kept.includes(true) ? 'not-yet' : 'done';
}

async function told(desk: DeskService, site: string, command: RoutingCommand): Promise<void> {
  const answer = await desk.run(site, command);
  if (!answer.ok) throw new Error(`${command.type} was answered ${answer.code}: ${answer.message}`);
}

const WAITS: ReadonlySet<WorkItem['state']> = new Set(['waiting', 'offered']);

/** What waits in a queue that is no more waits in the usual one; answers whether it still has work in hand. */
async function clear(desk: DeskService, site: string, queue: string): Promise<boolean> {
  const { routing } = must(await desk.look(site), 'a desk with a queue');
  const to = routing.site.chats ?? DEFAULT_QUEUE;
  for (const item of [...routing.items.values()].filter((each) => each.queue === queue)) {
    if (WAITS.has(item.state)) await desk.run(site, { type: 'transfer-to-queue', item: item.id, queue: to });
  }
  const answer = await desk.run(site, { type: 'remove-queue', queue });
  return !answer.ok && answer.code !== 'not-found';
}
