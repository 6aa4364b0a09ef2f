import { must } from '../../sdk/src/shared.ts';
import type { RoutingCommand } from '../../server/src/routing/routing-commands.ts';
import { decideAndApplyRouting, nextDeadline } from '../../server/src/routing/routing-engine.ts';
import type { RoutingEvent } from '../../server/src/routing/routing-events.ts';
import { RoutingState } from '../../server/src/routing/routing-state.ts';
import { SortedList } from '../../server/src/routing/sorted-list.ts';
import { SeededRandom } from '../support/simulation/seeded-random.ts';
import type { CentrePlan } from './centre-plan.ts';
import { DayMeter, type DayFigures } from './day-meter.ts';

/** A day that runs away is a fault of the plan or of the engine, and ends with an error instead of going on. */
const DECISIONS_MAX = 5_000_000;
const QUEUE = 'chats';

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly then: () => void;
}

/**
 * A day of a whole centre over the very engine of the server, on a clock that jumps from one happening to the
 * next. What a visitor brings (patience, length, kind) depends on the seed and the visitor's number only, so two
 * plans are compared over the same visitors. The same plan and seed give the same figures.
 */
export class SimulatedDay {
  readonly #plan: CentrePlan;
  readonly #seed: number;
  readonly #state = new RoutingState();
  readonly #agenda = new SortedList<Happening>(
    (left, right) => left.at - right.at || left.order - right.order,
  );
  readonly #meter: DayMeter;
  readonly #arrivals: SeededRandom;
  readonly #answers: SeededRandom;
  #now = 0;
  #orders = 0;
  #ids = 0;
  #visitors = 0;
  #decisions = 0;

  constructor(plan: CentrePlan, seed: number) {
    this.#plan = plan;
    this.#seed = seed;
    this.#meter = new DayMeter(plan);
    this.#arrivals = new SeededRandom(seed);
    this.#answers = new SeededRandom(seed ^ 0x5bd1e995);
  }

  /** @throws Error when a command is refused that cannot be, or when the day does not end. */
  run(): DayFigures {
    this.#do({ type: 'configure-queue', queue: QUEUE, name: 'Chats' });
    for (const { id, skills, memberships, limits, from, to } of this.#plan.agents) {
      this.#do({ type: 'configure-agent', agent: id, name: id, skills, memberships, limits });
      this.#at(from, () => {
        this.#do({ type: 'set-presence', agent: id, presence: 'available' });
      });
      this.#at(to, () => {
        this.#do({ type: 'set-presence', agent: id, presence: 'offline', drain: true });
      });
    }
    this.#nextVisitor();
    for (;;) {
      const happening = this.#agenda.first();
      const due = nextDeadline(this.#state);
      const next = Math.min(happening?.at ?? Infinity, due ?? Infinity);
      if (next >= this.#plan.dayMs) break;
      this.#now = next;
      if (happening?.at === next && due !== next) {
        this.#agenda.delete(happening);
        happening.then();
      } else {
        this.#do({ type: 'tick' });
      }
    }
    this.#now = this.#plan.dayMs;
    return this.#meter.figures(this.#state, this.#now);
  }

  #at(at: number, then: () => void): void {
    this.#agenda.add({ at, order: (this.#orders += 1), then });
  }

  #nextVisitor(): void {
    const gap = exponential(this.#arrivals, this.#plan.arrivalMeanMs);
    this.#at(this.#now + gap, () => {
      this.#visitorComes((this.#visitors += 1));
      this.#nextVisitor();
    });
  }

  #visitorComes(number: number): void {
    const item = `item-${number}`;
    const own = this.#ownRandom(number);
    const total = this.#plan.kinds.reduce((sum, { weight }) => sum + weight, 0);
    let draw = own.fraction() * total;
    const kind = must(
      this.#plan.kinds.find(({ weight }) => (draw -= weight) < 0) ?? this.#plan.kinds[0],
      'a kind',
    );
    const patience = exponential(own, this.#plan.patienceMeanMs);
    this.#do({
      type: 'enqueue',
      item,
      conversation: item,
      queue: QUEUE,
      channel: 'chat',
      requirements: kind.requirements,
      steps: kind.steps,
    });
    if (patience === Infinity) return;
    this.#at(this.#now + patience, () => {
      const state = this.#state.items.get(item)?.state;
      if (state !== 'waiting' && state !== 'offered') return;
      this.#do({ type: 'abandon', item, outcome: 'abandoned' });
    });
  }

  /** For how long this visitor's chat is handled: their own, whoever has it. */
  #handlingOf(item: string): number {
    return exponential(this.#ownRandom(Number(item.slice('item-'.length)) + 0.5), this.#plan.handlingMeanMs);
  }

  #ownRandom(number: number): SeededRandom {
    return new SeededRandom(Math.imul(this.#seed + 1, 0x9e3779b1) ^ Math.imul(number * 2, 0x85ebca6b));
  }

  #do(command: RoutingCommand): void {
    if ((this.#decisions += 1) > DECISIONS_MAX) throw new Error('the day does not end');
    const decided = decideAndApplyRouting(this.#state, command, {
      now: this.#now,
      newId: (prefix) => `${prefix}_${(this.#ids += 1)}`,
      limits: this.#plan.limits,
    });
    if ('refused' in decided) throw new Error(`${command.type} was refused: ${decided.reason}`);
    for (const event of decided.events) this.#happened(event);
  }

  #happened(event: RoutingEvent): void {
    this.#meter.saw(event, () => this.#passedBy(event), this.#now);
    if (event.type === 'item-offered') {
      const { item, offer, agent } = event;
      if (this.#answers.chance(this.#plan.missShare)) return;
      const answer = exponential(this.#answers, this.#plan.answerMeanMs);
      this.#at(this.#now + answer, () => {
        if (this.#rings(item, offer)) this.#do({ type: 'accept', item, offer, agent });
      });
    }
    if (event.type === 'offer-accepted') {
      const { item, agent } = event;
      this.#at(this.#now + this.#handlingOf(item), () => {
        this.#do({ type: 'finish', item, agent });
      });
    }
    if (event.type === 'agent-presence' && event.presence === 'not-responding') {
      const { agent } = event;
      const shift = must(
        this.#plan.agents.find(({ id }) => id === agent),
        agent,
      );
      const back = this.#now + this.#plan.backAfterMs;
      if (back >= shift.to) return;
      this.#at(back, () => {
        this.#do({ type: 'set-presence', agent, presence: 'available' });
      });
    }
  }

  /** How many that still wait stand before the item of an offer in the order of RT2. */
  #passedBy(event: RoutingEvent): number {
    const item = event.type === 'item-offered' ? this.#state.items.get(event.item) : undefined;
    return item ? this.#state.queueIndex(item.queue).waiting[item.channel].before(item) : 0;
  }

  #rings(id: string, offer: string): boolean {
    const item = this.#state.items.get(id);
    return item?.state === 'offered' && item.offer === offer && this.#now < item.expiresAt;
  }
}

/** A whole number of milliseconds; Infinity for an infinite mean. */
function exponential(random: SeededRandom, mean: number): number {
  const draw = -Math.log(1 - random.fraction());
  return mean === Infinity ? Infinity : Math.round(draw * mean);
}
