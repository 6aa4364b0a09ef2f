import type { Holding } from './capacity.ts';
import { type Floor, closedFor } from './eligibility.ts';
import { Holdings } from './holdings.ts';
import { addTo, put, removeFrom } from './index-maps.ts';
import type { OpeningHours } from './hours.ts';
import { dueOf, openingsOf } from './item-times.ts';
import { QueueIndex } from './queue-index.ts';
import { Changes } from './routing-changes.ts';
import {
  type Agent,
  CHANNELS,
  type Pace,
  type Queue,
  type SiteRouting,
  type Totals,
  type WaitingItem,
  type WorkItem,
  isHeld,
  secondOf,
} from './routing-model.ts';
import { SortedList } from './sorted-list.ts';

export type { Agent, Queue, WorkItem, WorkItemState } from './routing-model.ts';

/**
 * Something that falls due by itself: an offer, a wrap-up, a relaxation, or the grace of an agent whose lease
 * was lost.
 */
export interface Timer {
  readonly at: number;
  readonly of: 'agent' | 'item';
  readonly id: string;
}

function compareTimers(left: Timer, right: Timer): number {
  return left.at - right.at || compareText(left.of, right.of) || compareText(left.id, right.id);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * The routing of one site: a fold of its routing events. Read it freely; only `applyRouting` changes it, in
 * place. Agents, items and queues are immutable values, and every index is derived from them in the three
 * `put…` methods, so a change is undone by putting the old value back.
 */
export class RoutingState implements Floor {
  /** Time of the last event; what fell due until then has been seen to. */
  clock = 0;
  /** The order number that the next item gets. */
  nextOrder = 1;
  site: SiteRouting = { chats: undefined, afterHours: 'leave-message' };
  totals: Totals = { enqueued: 0, answered: 0, abandoned: 0, deflected: 0, expired: 0 };
  /** Offers, wrap-ups, relaxations and graces: each falls due once, with an event. */
  readonly timers = new SortedList<Timer>(compareTimers);
  /** Ends of exclusions, preferences and ownership: nothing happens but that the item may suit others. */
  readonly openings = new SortedList<Timer>(compareTimers);

  readonly #agents = new Map<string, Agent>();
  readonly #items = new Map<string, WorkItem>();
  readonly #queues = new Map<string, Queue>();
  readonly #hours = new Map<string, OpeningHours>();
  /** By `paceKey`. */
  readonly #paces = new Map<string, Pace>();
  readonly #queueIndexes = new Map<string, QueueIndex>();
  readonly #holdings = new Holdings();
  /** Nearly always one of each, so a list and no set. */
  readonly #itemsByConversation = new Map<string, readonly string[]>();
  readonly #waitingBySticky = new Map<string, Set<string>>();
  readonly #waitingWithExclusions = new Set<string>();
  /** By agent: the channels for which their queues hold them open, a bit each in the order of `CHANNELS`. */
  readonly #openChannels = new Map<string, number>();
  #changes: Changes | undefined;

  get agents(): ReadonlyMap<string, Agent> {
    return this.#agents;
  }

  /** Every item that is not done; a done one is forgotten, only counted in `totals`. */
  get items(): ReadonlyMap<string, WorkItem> {
    return this.#items;
  }

  get queues(): ReadonlyMap<string, Queue> {
    return this.#queues;
  }

  get hours(): ReadonlyMap<string, OpeningHours> {
    return this.#hours;
  }

  get paces(): ReadonlyMap<string, Pace> {
    return this.#paces;
  }

  /** What the agent's slots are taken by. */
  holding(agent: string): Holding {
    return this.#holdings.of(agent);
  }

  queueIndex(queue: string): QueueIndex {
    let index = this.#queueIndexes.get(queue);
    if (!index) {
      index = new QueueIndex();
      this.#queueIndexes.set(queue, index);
    }
    return index;
  }

  get queueIndexes(): Iterable<QueueIndex> {
    return this.#queueIndexes.values();
  }

  /** The items of a conversation that are not done. */
  itemsOf(conversation: string): WorkItem[] {
    const ids = this.#itemsByConversation.get(conversation) ?? [];
    return ids.flatMap((id) => this.#items.get(id) ?? []);
  }

  putQueue(id: string, next: Queue | undefined): void {
    this.#changes?.keep({ of: 'queue', id, before: this.#queues.get(id) });
    put(this.#queues, id, next);
  }

  putHours(id: string, next: OpeningHours | undefined): void {
    this.#changes?.keep({ of: 'hours', id, before: this.#hours.get(id) });
    put(this.#hours, id, next);
  }

  putPace(id: string, next: Pace | undefined): void {
    this.#changes?.keep({ of: 'pace', id, before: this.#paces.get(id) });
    put(this.#paces, id, next);
  }

  putItem(id: string, next: WorkItem | undefined): void {
    const before = this.#items.get(id);
    this.#changes?.keep({ of: 'item', id, before });
    if (before) this.#forgetItem(before);
    if (next && next.state !== 'done') {
      if (!before) this.#joinConversation(next);
      this.#indexItem(next);
    } else if (before) {
      this.#leaveConversation(before);
      this.#items.delete(id);
    }
    if (before && isHeld(before)) {
      this.#refreshOpen(before.agent);
      this.#changes?.agents.add(before.agent);
    }
    if (next && isHeld(next) && !(before && isHeld(before) && before.agent === next.agent)) {
      this.#refreshOpen(next.agent);
    }
    const [had, has] = [before && secondOf(before), next && secondOf(next)];
    if (had) {
      this.#refreshOpen(had.agent);
      this.#changes?.agents.add(had.agent);
    }
    if (has) this.#refreshOpen(has.agent);
  }

  putAgent(id: string, next: Agent | undefined): void {
    const before = this.#agents.get(id);
    this.#changes?.keep({ of: 'agent', id, before });
    if (before?.presence.kind === 'disconnected') {
      this.timers.delete({ at: before.presence.graceUntil, of: 'agent', id });
    }
    if (next?.presence.kind === 'disconnected') {
      this.timers.add({ at: next.presence.graceUntil, of: 'agent', id });
    }
    if (before && before.memberships !== next?.memberships) this.#leaveQueues(before);
    if (next && next.memberships !== before?.memberships) this.#joinQueues(next);
    put(this.#agents, id, next);
    this.#refreshOpen(id);
    if (!before || !next || isOtherToTheMatcher(before, next)) this.#markAgent(id);
  }

  /** Starts to record what changes, until {@link undo} or {@link settle}. Records do not nest. */
  track(): Changes {
    this.#changes = new Changes(this);
    return this.#changes;
  }

  /** Ends the record and keeps what changed. */
  settle(): void {
    this.#changes = undefined;
  }

  /** Ends the record and puts everything back that changed since {@link track}. */
  undo(changes: Changes): void {
    this.#changes = undefined;
    changes.putBack(this);
  }

  #indexItem(item: WorkItem): void {
    this.#items.set(item.id, item);
    if (item.state === 'waiting') this.#indexWaiting(item);
    const due = dueOf(item);
    if (due !== undefined) this.timers.add({ at: due, of: 'item', id: item.id });
    if (isHeld(item)) this.#holdings.add(item);
  }

  #forgetItem(item: WorkItem): void {
    if (item.state === 'waiting') this.#forgetWaiting(item);
    const due = dueOf(item);
    if (due !== undefined) this.timers.delete({ at: due, of: 'item', id: item.id });
    if (isHeld(item)) this.#holdings.remove(item);
  }

  #indexWaiting(item: WaitingItem): void {
    this.queueIndex(item.queue).addWaiting(item);
    if (item.helper !== undefined) this.queueIndex(item.helper).addGuest(item);
    if (item.sticky) addTo(this.#waitingBySticky, item.sticky.agent, item.id);
    if (item.exclusions.length > 0) this.#waitingWithExclusions.add(item.id);
    for (const at of openingsOf(item)) this.openings.add({ at, of: 'item', id: item.id });
    this.#changes?.items.add(item.id);
  }

  #forgetWaiting(item: WaitingItem): void {
    this.queueIndex(item.queue).removeWaiting(item);
    if (item.helper !== undefined) this.queueIndex(item.helper).removeGuest(item);
    if (item.sticky) removeFrom(this.#waitingBySticky, item.sticky.agent, item.id);
    this.#waitingWithExclusions.delete(item.id);
    for (const at of openingsOf(item)) this.openings.delete({ at, of: 'item', id: item.id });
  }

  #joinConversation({ id, conversation }: WorkItem): void {
    const others = this.#itemsByConversation.get(conversation);
    this.#itemsByConversation.set(conversation, others ? [...others, id] : [id]);
  }

  #leaveConversation({ id, conversation }: WorkItem): void {
    const others = this.#itemsByConversation.get(conversation)?.filter((each) => each !== id) ?? [];
    if (others.length > 0) this.#itemsByConversation.set(conversation, others);
    else this.#itemsByConversation.delete(conversation);
  }

  #joinQueues(agent: Agent): void {
    this.#openChannels.delete(agent.id);
    for (const { queue, delay } of agent.memberships) {
      const index = this.queueIndex(queue);
      index.members.add(agent.id);
      index.addDelay(delay);
    }
  }

  #leaveQueues(agent: Agent): void {
    this.#openChannels.delete(agent.id);
    for (const { queue, delay } of agent.memberships) {
      const index = this.queueIndex(queue);
      index.members.delete(agent.id);
      index.removeDelay(delay);
      for (const channel of CHANNELS) index.open[channel].delete(agent.id);
    }
  }

  #refreshOpen(id: string): void {
    const agent = this.#agents.get(id);
    if (!agent) return;
    const holding = this.holding(id);
    let openChannels = 0;
    let bit = 1;
    for (const channel of CHANNELS) {
      if (closedFor(agent, holding, channel) === undefined) openChannels |= bit;
      bit <<= 1;
    }
    if (this.#openChannels.get(id) === openChannels) return;
    this.#openChannels.set(id, openChannels);
    for (const { queue } of agent.memberships) this.#open(id, this.queueIndex(queue), openChannels);
  }

  #open(id: string, { open }: QueueIndex, openChannels: number): void {
    let bit = 1;
    for (const channel of CHANNELS) {
      if ((openChannels & bit) === 0) open[channel].delete(id);
      else open[channel].add(id);
      bit <<= 1;
    }
  }

  /** An agent who is another one to the matcher: for all items, and for those whose obstacle they are. */
  #markAgent(id: string): void {
    if (!this.#changes) return;
    this.#changes.agents.add(id);
    this.#changes.staff.add(id);
    for (const item of this.#waitingBySticky.get(id) ?? []) this.#changes.items.add(item);
    for (const item of this.#waitingWithExclusions) this.#changes.items.add(item);
  }
}

function isOtherToTheMatcher(before: Agent, next: Agent): boolean {
  return (
    before.presence !== next.presence ||
    before.next !== next.next ||
    before.skills !== next.skills ||
    before.memberships !== next.memberships ||
    before.limits !== next.limits
  );
}
