import { closedFor } from './eligibility.ts';
import { askedOf, helpOf, storedAsks } from './enqueue-decisions.ts';
import { refuse } from './refuse.ts';
import { risingStep } from './relaxation.ts';
import type {
  Assign,
  EndConsult,
  Refused,
  RoutingCommand,
  TransferToAgent,
  TransferToQueue,
} from './routing-commands.ts';
import { type ActiveItem, type RingingTransfer, type WorkItem, secondOf } from './routing-model.ts';
import { type Decision, dismissSecond, endConsult, endTransfer, rescind } from './routing-steps.ts';
import { describeIneligibility } from './why-not.ts';

type TransferCommand = Extract<
  RoutingCommand,
  { type: 'transfer-to-queue' | 'transfer-to-agent' | 'withdraw-transfer' | 'end-consult' | 'assign' }
>;

/** An item that rings at a colleague of its agent. */
export type TransferredItem = ActiveItem & { readonly second: RingingTransfer };

/** The item, when it is being transferred to the agent and rings there. */
export function transferTo(item: WorkItem, agent: string): TransferredItem | undefined {
  if (item.state !== 'active' || item.second?.kind !== 'ringing') return undefined;
  return item.second.agent === agent ? { ...item, second: item.second } : undefined;
}

/** RT13: at every moment someone is responsible. */
export function decideTransfer(decision: Decision, command: TransferCommand): Refused | undefined {
  switch (command.type) {
    case 'transfer-to-queue':
      return transferToQueue(decision, command);
    case 'transfer-to-agent':
      return transferToAgent(decision, command);
    case 'withdraw-transfer':
      return withdraw(decision, command.item, command.agent);
    case 'end-consult':
      return endConsultation(decision, command);
    case 'assign':
      return assign(decision, command);
  }
}

function transferToQueue(decision: Decision, command: TransferToQueue): Refused | undefined {
  const { state, now, limits } = decision;
  const { queue, keepsPlace = true } = command;
  const item = movable(decision, command.item);
  if ('refused' in item) return item;
  if (command.agent !== undefined && !isHolder(item, command.agent)) return notYours();
  const home = state.queues.get(queue);
  if (!home) return refuse('not-found', `there is no queue ${queue}`);
  const { requirements, steps } = askedOf(home, command);
  const rise = risingStep(requirements, steps);
  if (rise !== undefined) return refuse('invalid', rise);
  free(decision, item);
  const from = item.state === 'active' || item.state === 'parked' ? item.agent : undefined;
  const exclusions = from === undefined ? [] : [{ agent: from, until: now + limits.transferExclusionMs }];
  decision.emit({
    type: 'item-transferred',
    item: item.id,
    ...(from !== undefined && { agent: from }),
    queue,
    enqueuedAt: keepsPlace ? item.enqueuedAt : now,
    ...storedAsks({ requirements, steps }),
    ...helpOf(home),
    exclusions,
  });
  return undefined;
}

/** It rings at the colleague as an offer does; the sender keeps it until it is taken. */
function transferToAgent(decision: Decision, command: TransferToAgent): Refused | undefined {
  const { now, limits, newId, emit } = decision;
  const { agent, to, warm = false } = command;
  const item = decision.state.items.get(command.item);
  if (item?.state !== 'active' || item.agent !== agent) return notYours();
  if (item.second) return refuse('invalid', 'another agent was asked already');
  if (to === agent) return refuse('invalid', 'it is with this agent already');
  const obstacle = cannotTake(decision, item, to);
  if (obstacle) return obstacle;
  const expiresAt = now + limits.offerMs[item.channel];
  emit({ type: 'transfer-offered', item: item.id, agent, offer: newId('off'), to, warm, expiresAt });
  return undefined;
}

function withdraw(decision: Decision, id: string, agent: string): Refused | undefined {
  const item = decision.state.items.get(id);
  if (item?.state !== 'active' || item.agent !== agent || item.second?.kind !== 'ringing') {
    return refuse('stale', 'no transfer rings');
  }
  endTransfer(decision, item, item.second, 'withdrawn');
  return undefined;
}

function endConsultation(decision: Decision, command: EndConsult): Refused | undefined {
  const { agent, handOver } = command;
  const item = decision.state.items.get(command.item);
  const second = item && secondOf(item);
  if (item?.state !== 'active' || second?.kind !== 'joined') return refuse('stale', 'nobody has joined');
  const mayEnd = agent === item.agent || (agent === second.agent && !handOver);
  if (!mayEnd) return notYours();
  endConsult(decision, item, second.agent, handOver ? 'handed-over' : 'left');
  return undefined;
}

/** Without an offer, but not beyond what the agent may hold (RT4). */
function assign(decision: Decision, { item: id, to }: Assign): Refused | undefined {
  const item = movable(decision, id);
  if ('refused' in item) return item;
  if (item.state === 'active' && item.agent === to) {
    return refuse('invalid', 'it is with this agent already');
  }
  free(decision, item);
  const obstacle = cannotTake(decision, item, to);
  if (obstacle) return obstacle;
  const from = item.state === 'active' || item.state === 'parked' ? item.agent : undefined;
  decision.emit({ type: 'item-assigned', item: id, agent: to, ...(from !== undefined && { from }) });
  return undefined;
}

function movable({ state }: Decision, id: string): WorkItem | Refused {
  const item = state.items.get(id);
  if (!item || item.state === 'wrap-up' || item.state === 'done') {
    return refuse('stale', 'the work item is over');
  }
  return item;
}

/** Ends what rings, and whoever else was asked for goes. */
function free(decision: Decision, item: WorkItem): void {
  if (item.state === 'offered') rescind(decision, item, 'moved');
  dismissSecond(decision, item, 'withdrawn');
}

function isHolder(item: WorkItem, agent: string): boolean {
  return (item.state === 'active' || item.state === 'parked') && item.agent === agent;
}

/** RT4 for somebody who was named: queue and skills are the sender's to judge. */
function cannotTake({ state, now }: Decision, item: WorkItem, to: string): Refused | undefined {
  const agent = state.agents.get(to);
  if (!agent) return refuse('not-found', `there is no agent ${to}`);
  const obstacle = closedFor(agent, state.holding(to), item.channel);
  return obstacle && refuse('invalid', `cannot take it now: ${describeIneligibility(obstacle, now)}`);
}

function notYours(): Refused {
  return refuse('stale', 'the work item is not with this agent');
}
