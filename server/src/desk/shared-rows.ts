import type { DeskRow } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type { SharedDeskRows } from '../events/handlers.ts';
import { closedFor } from '../routing/eligibility.ts';
import type { Agent } from '../routing/routing-model.ts';
import type { RoutingState } from '../routing/routing-state.ts';

/** Queues and colleagues are told to everybody at most this often, in milliseconds, however much happens. */
export const SHARED_EVERY_MS = 250;

type ColleagueRow = Extract<DeskRow, { type: 'colleague' }>;
type QueueRow = Extract<DeskRow, { type: 'queue' }>;

interface Kept {
  shared: SharedDeskRows;
  /** Nothing was told since that they may lack. */
  isFresh: boolean;
}

/**
 * The rows that all agents of a site see alike: put together once for all, at most four times a second, with what is
 * different from the time before. So a change costs one row for each who looks, and nobody reads everybody again.
 */
export class SharedRowsOfSites {
  readonly #clock: Clock;
  readonly #tell: (site: string) => void;
  readonly #kept = new Map<string, Kept>();
  readonly #timers = new Map<string, () => void>();
  readonly #dirty = new Set<string>();

  /** `tell` is called when the rows may differ from what was last answered. */
  constructor(clock: Clock, tell: (site: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Something happened at a site: told now, or with everything else that happens until the time is over. */
  changed(site: string): void {
    if (this.#timers.has(site)) {
      this.#dirty.add(site);
      return;
    }
    const kept = this.#kept.get(site);
    if (kept) kept.isFresh = false;
    const cancel = this.#clock.after(SHARED_EVERY_MS, () => {
      this.#timers.delete(site);
      if (this.#dirty.delete(site)) this.changed(site);
    });
    this.#timers.set(site, cancel);
    this.#tell(site);
  }

  of(site: string, routing: RoutingState): SharedDeskRows {
    const kept = this.#kept.get(site);
    if (kept?.isFresh) return kept.shared;
    const shared = sharedRows(routing, kept?.shared);
    this.#kept.set(site, { shared, isFresh: true });
    return shared;
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}

/** A row that is as before is the same object; where all are, so is the answer. */
export function sharedRows(routing: RoutingState, before: SharedDeskRows | undefined): SharedDeskRows {
  const rows = new Map<string, DeskRow>();
  const put: DeskRow[] = [];
  for (const made of [...queueRows(routing), ...colleagueRows(routing)]) {
    const known = before?.rows.get(made.key);
    const row = known && isSame(known, made) ? known : made;
    if (row === made) put.push(row);
    rows.set(row.key, row);
  }
  const removed = before ? [...before.rows.keys()].filter((key) => !rows.has(key)) : [];
  if (before && put.length === 0 && removed.length === 0) return before;
  return { version: (before?.version ?? 0) + 1, rows, put, removed };
}

/** Where an agent's own row stands among those of the colleagues. */
export function colleagueKey(agent: string): string {
  return `colleague:${agent}`;
}

function isSame(left: DeskRow, right: DeskRow): boolean {
  if (left.type === 'queue' && right.type === 'queue') {
    return (
      left.queue === right.queue && left.waiting === right.waiting && left.oldestSince === right.oldestSince
    );
  }
  if (left.type !== 'colleague' || right.type !== 'colleague') return false;
  return (
    left.agent.name === right.agent.name &&
    left.presence === right.presence &&
    left.items === right.items &&
    left.room === right.room
  );
}

function* queueRows(routing: RoutingState): Iterable<QueueRow> {
  for (const queue of routing.queues.values()) {
    const index = routing.queueIndex(queue.id);
    const oldest = index.oldest();
    yield {
      type: 'queue',
      key: `queue:${queue.id}`,
      id: queue.id,
      queue: queue.name,
      waiting: index.length,
      ...(oldest && { oldestSince: oldest.enqueuedAt }),
    };
  }
}

function* colleagueRows(routing: RoutingState): Iterable<ColleagueRow> {
  for (const agent of routing.agents.values()) yield colleagueRow(routing, agent);
}

function colleagueRow(routing: RoutingState, agent: Agent): ColleagueRow {
  const { id, name, presence } = agent;
  const holding = routing.holding(id);
  return {
    type: 'colleague',
    key: colleagueKey(id),
    agent: { id, name },
    presence: presence.kind,
    items: holding.items.size,
    room: closedFor(agent, holding, 'chat') === undefined,
  };
}
