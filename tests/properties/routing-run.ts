// Over 300 lines: the run keeps the engine, its oracle and the random steps in one state.
import * as fc from 'fast-check';
import type { RoutingCommand } from '../../server/src/routing/routing-commands.ts';
import { applyRouting, decideRouting, nextDeadline } from '../../server/src/routing/routing-engine.ts';
import { type RoutingEvent, decodeRoutingEvent } from '../../server/src/routing/routing-events.ts';
import type { RelaxationStep, Requirement } from '../../server/src/routing/routing-model.ts';
import { type RoutingSnapshot, routingSnapshot } from '../../server/src/routing/routing-snapshot.ts';
import { RoutingState } from '../../server/src/routing/routing-state.ts';

/** One random step: what is done, to whom (by number, resolved in the state at hand), after how much time. */
export interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly pick: number;
  readonly other: number;
  /** Milliseconds that pass first. */
  readonly after: number;
  /** Whether ticks come on time while it passes, or the step meets everything overdue. */
  readonly ticks: boolean;
}

/** A kind that stands more than once comes more often. */
const KINDS = [
  ...([
    'enqueue',
    'enqueue',
    'enqueue',
    'enqueue',
    'accept',
    'accept',
    'accept',
    'finish',
    'finish',
  ] as const),
  ...(['decline', 'late accept', 'park', 'resume', 'abandon', 'end wrap-up', 'server finish'] as const),
  ...(['deflect', 'configure hours'] as const),
  ...(['available', 'available', 'available', 'available', 'away', 'away', 'offline', 'drain'] as const),
  ...(['disconnect', 'connect'] as const),
  ...(['transfer to queue', 'transfer', 'transfer', 'take transfer', 'take transfer'] as const),
  ...(['decline transfer', 'end consult', 'withdraw transfer', 'assign'] as const),
  ...(['configure agent', 'remove agent', 'tick', 'start'] as const),
];

/** A quieter centre, in which colleagues have room for what is passed on to them. */
const QUIET_KINDS = [
  ...([
    'enqueue',
    'accept',
    'accept',
    'accept',
    'finish',
    'available',
    'available',
    'available',
    'tick',
  ] as const),
  ...(['transfer', 'transfer', 'transfer', 'take transfer', 'take transfer', 'take transfer'] as const),
  ...(['decline transfer', 'end consult', 'end consult', 'withdraw transfer', 'transfer to queue'] as const),
  ...([
    'assign',
    'disconnect',
    'connect',
    'park',
    'offline',
    'away',
    'remove agent',
    'configure agent',
  ] as const),
];

const LONG_AND_SHORT = fc.oneof(
  { weight: 6, arbitrary: fc.nat(2_000) },
  { weight: 2, arbitrary: fc.nat(25_000) },
  { weight: 1, arbitrary: fc.nat(100_000) },
  { weight: 1, arbitrary: fc.constant(0) },
);

export const steps = stepsOf(KINDS, LONG_AND_SHORT);
export const quietSteps = stepsOf(QUIET_KINDS, fc.nat(4_000));

function stepsOf(kinds: readonly Step['kind'][], after: fc.Arbitrary<number>): fc.Arbitrary<Step[]> {
  return fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      pick: fc.nat(1_000),
      other: fc.nat(1_000),
      after,
      ticks: fc.boolean(),
    }),
    { minLength: 20, maxLength: 150, size: 'max' },
  );
}

/** What one decision did, with the state before and after it. */
export interface Decided {
  readonly command: RoutingCommand;
  readonly now: number;
  readonly before: RoutingSnapshot;
  /** The state after each event. */
  readonly after: readonly { readonly event: RoutingEvent; readonly state: RoutingSnapshot }[];
  readonly refused: string | undefined;
}

type TransferKind = Extract<
  Step['kind'],
  | 'transfer to queue'
  | 'transfer'
  | 'take transfer'
  | 'decline transfer'
  | 'end consult'
  | 'withdraw transfer'
  | 'assign'
>;

const AGENTS = ['ana', 'ben', 'cem', 'dil'];
const QUEUES = ['sales', 'service', 'vip'] as const;
const CHANNELS = ['chat', 'chat', 'chat', 'callback', 'call'] as const;

let events = 0;

/** How many events all runs of this process have brought. */
export function eventsSeen(): number {
  return events;
}

/** A centre that random steps drive; every decision is shown to `watch`. */
export class RoutingRun {
  state = new RoutingState();
  now: number;
  readonly log: { readonly at: number; readonly event: RoutingEvent }[] = [];
  readonly #watch: (decided: Decided) => void;
  readonly #areAlike: boolean;
  readonly #endedOffers: { agent: string; item: string; offer: string }[] = [];
  #ids = 0;

  /** `areAlike`: every item is a chat for the same queue without conditions, so that only the order counts. */
  constructor(start: number, watch: (decided: Decided) => void, areAlike = false) {
    this.now = start;
    this.#watch = watch;
    this.#areAlike = areAlike;
    this.decide({ type: 'configure-queue', queue: 'sales', name: 'Sales' });
    const optional = { mode: 'optional' } as const;
    this.decide({ type: 'configure-queue', queue: 'service', name: 'Service', wrapUp: optional });
    const boxed = { mode: 'time-boxed', ms: 30_000 } as const;
    this.decide(configureHours(0));
    const deflects = { hours: 'evening', closing: 'deflect' } as const;
    this.decide({ type: 'configure-queue', queue: 'vip', name: 'VIP', wrapUp: boxed, ...deflects });
    const second = { queue: 'service', after: 12_000 };
    const overflow = { waitingMax: 1, offer: ['message'], second } as const;
    this.decide({ type: 'configure-queue', queue: 'sales', name: 'Sales', overflow });
    for (const [index, agent] of AGENTS.entries()) {
      this.decide(configureAgent(agent, index * 7));
      this.decide({ type: 'set-presence', agent, presence: 'available' });
    }
  }

  step(step: Step): void {
    this.#pass(step);
    this.decide(this.#command(step));
  }

  decide(command: RoutingCommand): void {
    const before = routingSnapshot(this.state);
    const answer = decideRouting(this.state, command, {
      now: this.now,
      newId: (prefix) => `${prefix}_${(this.#ids += 1)}`,
    });
    const untouched = routingSnapshot(this.state);
    if (JSON.stringify(untouched) !== JSON.stringify(before)) throw new Error('deciding changed the state');
    const after: { event: RoutingEvent; state: RoutingSnapshot }[] = [];
    for (const each of 'events' in answer ? answer.events : []) {
      const event = decodeRoutingEvent(JSON.parse(JSON.stringify(each)));
      applyRouting(this.state, event, this.now);
      this.log.push({ at: this.now, event });
      events += 1;
      after.push({ event, state: routingSnapshot(this.state) });
      if (event.type === 'item-offered') this.#endedOffers.push(event);
    }
    const refused = 'refused' in answer ? answer.refused : undefined;
    this.#watch({ command, now: this.now, before, after, refused });
  }

  #pass({ after, ticks }: Step): void {
    const end = this.now + after;
    while (ticks) {
      const due = nextDeadline(this.state);
      if (due === undefined || due > end) break;
      this.now = Math.max(this.now, due);
      this.decide({ type: 'tick' });
      const next = nextDeadline(this.state);
      if (next !== undefined && next <= this.now) throw new Error('what was seen to is due again');
    }
    this.now = end;
  }

  #command({ kind, pick, other }: Step): RoutingCommand {
    const agent = AGENTS[pick % AGENTS.length] ?? '';
    switch (kind) {
      case 'enqueue':
        return this.#enqueue(pick, other);
      case 'accept':
      case 'decline': {
        const item = this.#pickItem('offered', pick);
        const offer = item?.state.type === 'offered' ? item.state : { agent, offer: 'none' };
        return { type: kind, item: item?.id ?? 'none', agent: offer.agent, offer: offer.offer };
      }
      case 'late accept':
        return { type: 'accept', ...(this.#endedOffers[pick % this.#endedOffers.length] ?? NO_OFFER) };
      case 'finish':
      case 'server finish': {
        const item = this.#pickItem('active', pick) ?? this.#pickItem('parked', pick);
        const holder = item?.state.type === 'active' || item?.state.type === 'parked' ? item.state.agent : '';
        const finish = { type: 'finish', item: item?.id ?? 'none', wrapUp: other % 2 === 0 } as const;
        return kind === 'finish' ? { ...finish, agent: holder } : finish;
      }
      case 'end wrap-up': {
        const item = this.#pickItem('wrap-up', pick);
        const holder = item?.state.type === 'wrap-up' ? item.state.agent : agent;
        return { type: 'end-wrap-up', item: item?.id ?? 'none', agent: holder };
      }
      case 'park':
        return { type: 'park', item: this.#pickItem('active', pick)?.id ?? 'none' };
      case 'resume':
        return { type: 'resume', item: this.#pickItem('parked', pick)?.id ?? 'none' };
      case 'abandon': {
        const outcome = (['abandoned', 'deflected', 'expired'] as const)[other % 3] ?? 'abandoned';
        const item = this.#pickItem(other % 2 === 0 ? 'waiting' : 'offered', pick);
        return { type: 'abandon', item: item?.id ?? 'none', outcome };
      }
      case 'deflect':
        return {
          type: 'deflect',
          item: this.#pickItem(other % 3 ? 'waiting' : 'offered', pick)?.id ?? 'none',
        };
      case 'configure hours':
        return configureHours(pick);
      case 'transfer to queue':
      case 'transfer':
      case 'take transfer':
      case 'decline transfer':
      case 'end consult':
      case 'withdraw transfer':
      case 'assign':
        return this.#transfer(kind, pick, other);
      case 'available':
      case 'away':
      case 'offline':
        return { type: 'set-presence', agent, presence: kind };
      case 'drain':
        return { type: 'set-presence', agent, presence: 'break', reason: 'lunch', drain: true };
      case 'disconnect':
      case 'connect':
        return { type: kind, agent };
      case 'configure agent':
        return configureAgent(agent, other);
      case 'remove agent':
        return { type: 'remove-agent', agent };
      case 'tick':
      case 'start':
        return { type: kind };
    }
  }

  #transfer(kind: TransferKind, pick: number, other: number): RoutingCommand {
    const to = AGENTS[other % AGENTS.length] ?? '';
    const active = routingSnapshot(this.state).items.flatMap((item) =>
      item.state.type === 'active' ? { item: item.id, ...item.state } : [],
    );
    const some = active[pick % active.length] ?? NOTHING_ACTIVE;
    const mine = { item: some.item, agent: some.agent };
    switch (kind) {
      case 'transfer to queue': {
        const item = this.#pickItem(other % 3 === 0 ? 'waiting' : 'active', pick)?.id ?? 'none';
        const queue = (this.#areAlike ? undefined : QUEUES[other % QUEUES.length]) ?? 'sales';
        return { type: 'transfer-to-queue', item, queue, keepsPlace: other % 2 === 0 };
      }
      case 'transfer':
        return {
          type: 'transfer-to-agent',
          ...mine,
          to: this.#colleague(mine.agent) ?? to,
          warm: pick % 2 === 0,
        };
      case 'take transfer':
      case 'decline transfer': {
        const { item, ringing } = active.find((each) => each.ringing) ?? { item: 'none', ringing: NO_OFFER };
        const { agent = '', offer = '' } = ringing ?? {};
        return { type: kind === 'take transfer' ? 'accept' : 'decline', item, agent, offer };
      }
      case 'end consult': {
        const { item, agent, joined = '' } = active.find((each) => each.joined) ?? some;
        const handOver = other % 2 === 0;
        return { type: 'end-consult', item, agent: handOver || pick % 2 === 0 ? agent : joined, handOver };
      }
      case 'withdraw transfer':
        return { type: 'withdraw-transfer', ...(active.find((each) => each.ringing) ?? mine) };
      case 'assign': {
        const item = this.#pickItem(
          other % 3 === 0 ? 'waiting' : other % 3 === 1 ? 'active' : 'offered',
          pick,
        );
        return { type: 'assign', item: item?.id ?? 'none', to };
      }
    }
  }

  /** Somebody else who is available, if anybody is. */
  #colleague(agent: string): string | undefined {
    const isThere = (id: string) => this.state.agents.get(id)?.presence.kind === 'available';
    return AGENTS.find((id) => id !== agent && isThere(id) && this.state.holding(id).items.size === 0);
  }

  #pickItem(state: string, pick: number): RoutingSnapshot['items'][number] | undefined {
    const found = routingSnapshot(this.state).items.filter((item) => item.state.type === state);
    return found[pick % found.length];
  }

  #enqueue(pick: number, other: number): RoutingCommand {
    this.#ids += 1;
    const item = {
      type: 'enqueue',
      item: `item_${this.#ids}`,
      conversation: `conversation_${pick % 20}`,
      class: pick % 11 === 0 ? 1 : 0,
      enqueuedAt: this.now - (pick % 5 === 0 ? 10_000 : 0),
    } as const;
    if (this.#areAlike) return { ...item, queue: 'sales', channel: 'chat' };
    const until = this.now + 20_000;
    const requirements: Requirement[] = other % 3 === 0 ? [{ skill: 'zh', level: other % 2 ? 2 : 4 }] : [];
    const agent = AGENTS[other % AGENTS.length] ?? '';
    return {
      ...item,
      queue: QUEUES[pick % QUEUES.length] ?? 'sales',
      channel: CHANNELS[other % CHANNELS.length] ?? 'chat',
      requirements,
      ...(requirements[0]?.level === 4 && pick % 3 > 0 && { steps: STEPS }),
      ...(Math.floor(other / 16) % 5 < 2 && { sticky: { agent, until } }),
      ...(other % 13 === 1 && { ownerOnly: { agent, until: until + 10_000 } }),
    };
  }
}

const NOTHING_ACTIVE: { item: string; agent: string; joined?: string } = { item: 'none', agent: 'ana' };

/** RT5: for items that ask for much at first. */
export const STEPS: readonly RelaxationStep[] = [
  { after: 9_000, requirements: [{ skill: 'zh', level: 2 }] },
  { after: 24_000, requirements: [] },
];

/** Hours that open and close around the time at which runs begin, on every day alike. */
function configureHours(variant: number): RoutingCommand {
  const minutes = [13, 15, 17, 20, 24, 28, 35, 45];
  const times = minutes.map((minute) => `22:${String(minute + (variant % 2)).padStart(2, '0')}`);
  const weekly = [1, 2, 3, 4, 5, 6, 7].flatMap((day) =>
    [0, 2, 4, 6].map((at) => ({ day, from: times[at] ?? '', to: times[at + 1] ?? '' })),
  );
  return { type: 'configure-hours', hours: 'evening', opens: { zone: 'UTC', weekly, exceptions: [] } };
}

const NO_OFFER = { agent: 'ana', item: 'none', offer: 'none' };

/** An agent whose skills, queues and limits follow from a number. */
function configureAgent(agent: string, variant: number): RoutingCommand {
  const queues = QUEUES.filter((_, index) => (variant + index) % 4 !== 1);
  return {
    type: 'configure-agent',
    agent,
    name: agent,
    skills: variant % 3 === 0 ? [] : [{ skill: 'zh', level: variant % 2 ? 5 : 2 }],
    memberships: queues.map((queue, index) => ({
      queue,
      tier: (variant + index) % 3,
      delay: variant % 5 === 2 ? 8_000 : 0,
    })),
    limits: {
      chat: variant % 7 === 6 ? 0 : 1 + (variant % 3),
      callback: 1,
      call: variant % 4 === 3 ? 0 : 1,
      budget: variant % 6 === 5 ? 3 : 6,
    },
  };
}
