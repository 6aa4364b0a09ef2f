import { must } from '@alongside/sdk/shared';
import type { RoutingCommand } from '../../../server/src/routing/routing-commands.ts';
import { decideAndApplyRouting } from '../../../server/src/routing/routing-engine.ts';
import type { RoutingEvent, RoutingEventOf } from '../../../server/src/routing/routing-events.ts';
import { RoutingState } from '../../../server/src/routing/routing-state.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median, ratios } from '../harness/statistics.ts';

const AGENTS = 500;
const WAITING_FEW = 100;
const WAITING_SOME = 1_000;
const WAITING_MANY = 10_000;
const BUDGET_MICROS = 10;
const ROUNDS = 15;
/** Chats that end one after the other before their successors are taken; fewer than wait, so that each agent finds one. */
const PHASE = 50;
const PHASES_PER_ROUND = 80;
const WARM_UP_PHASES = 400;
const READINGS = 200;
const SKILLS = ['de', 'en', 'fr', 'tax', 'returns'];

/** A centre under load: every agent is full, `waiting` chats wait, and each finished chat brings the next offer. */
class BusyCentre {
  readonly state = new RoutingState();
  now = 1_000_000;
  #ids = 0;
  #items = 0;
  readonly #held: string[] = [];

  constructor(waiting: number) {
    this.do({ type: 'configure-queue', queue: 'sales', name: 'Sales' });
    for (let index = 0; index < AGENTS; index++) {
      const agent = `agent-${index}`;
      const skills = SKILLS.map((skill, place) => ({
        skill,
        level: (1 + ((index + place) % 5)) as 1 | 2 | 3 | 4 | 5,
      }));
      const memberships = [{ queue: 'sales', tier: index % 3, delay: 0 }];
      this.do({ type: 'configure-agent', agent, name: agent, skills, memberships });
      this.do({ type: 'set-presence', agent, presence: 'available' });
    }
    while (this.waiting < waiting) for (const offer of offersIn(this.enqueue())) this.accept(offer);
  }

  get waiting(): number {
    return this.state.queueIndex('sales').length;
  }

  /** Decides and keeps. Answers the events. */
  do(command: RoutingCommand): RoutingEvent[] {
    const decided = decideAndApplyRouting(this.state, command, {
      now: (this.now += 1),
      newId: (prefix) => `${prefix}_${(this.#ids += 1)}`,
    });
    if ('refused' in decided) throw new Error(`refused: ${decided.reason}`);
    return decided.events;
  }

  enqueue(): RoutingEvent[] {
    const number = (this.#items += 1);
    const requirements = [{ skill: SKILLS[number % SKILLS.length] ?? 'en', level: 1 as const }];
    const [item, conversation] = [`item-${number}`, `conversation-${number}`];
    return this.do({ type: 'enqueue', item, conversation, queue: 'sales', channel: 'chat', requirements });
  }

  accept({ agent, item, offer }: RoutingEventOf<'item-offered'>): void {
    this.#held.push(item);
    this.do({ type: 'accept', agent, item, offer });
  }

  /** The longest-held chat ends; answers what the engine decided, which is an offer of the next one. */
  finish(): RoutingEvent[] {
    return this.do({ type: 'finish', item: must(this.#held.shift(), 'a held item') });
  }
}

type Kind = 'finish' | 'accept' | 'enqueue';
type Size = 'few' | 'some' | 'many';

function offersIn(events: readonly RoutingEvent[]): RoutingEventOf<'item-offered'>[] {
  return events.filter((event) => event.type === 'item-offered');
}

/** Microseconds of processor time, so that what else runs on the machine counts little. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Microseconds that one reading takes, which is as long as several decisions. */
function costOfReading(): number {
  const begin = cpuMicros();
  for (let count = 1; count < READINGS; count++) cpuMicros();
  return (cpuMicros() - begin) / READINGS;
}

/** Chats end, the next ones are offered and taken, as many come in anew: the queue stays as long. µs per decision. */
function timeDecisions(centre: BusyCentre, phases: number): Record<Kind, number> {
  const reading = costOfReading();
  const spent = { finish: 0, accept: 0, enqueue: 0 };
  for (let phase = 0; phase < phases; phase++) {
    const begin = cpuMicros();
    const offers: RoutingEventOf<'item-offered'>[] = [];
    for (let count = 0; count < PHASE; count++) offers.push(...offersIn(centre.finish()));
    const finished = cpuMicros();
    for (const offer of offers) centre.accept(offer);
    const accepted = cpuMicros();
    for (let count = 0; count < PHASE; count++) centre.enqueue();
    spent.finish += finished - begin;
    spent.accept += accepted - finished;
    spent.enqueue += cpuMicros() - accepted;
    if (offers.length !== PHASE) throw new Error(`${offers.length} offers for ${PHASE} chats that ended`);
  }
  const perDecision = (micros: number): number => (micros / phases - reading) / PHASE;
  return {
    finish: perDecision(spent.finish),
    accept: perDecision(spent.accept),
    enqueue: perDecision(spent.enqueue),
  };
}

async function measure(context: BenchContext): Promise<Row[]> {
  await Promise.resolve();
  const few = new BusyCentre(WAITING_FEW);
  const some = new BusyCentre(WAITING_SOME);
  const many = new BusyCentre(WAITING_MANY);
  timeDecisions(few, WARM_UP_PHASES);
  timeDecisions(some, WARM_UP_PHASES);
  timeDecisions(many, WARM_UP_PHASES);
  const times: Record<Size, Record<Kind, number>[]> = { few: [], some: [], many: [] };
  for (let round = 0; round < rounds(context, ROUNDS); round++) {
    times.few.push(timeDecisions(few, PHASES_PER_ROUND));
    times.some.push(timeDecisions(some, PHASES_PER_ROUND));
    times.many.push(timeDecisions(many, PHASES_PER_ROUND));
  }
  if (many.waiting !== WAITING_MANY) throw new Error(`${many.waiting} wait instead of ${WAITING_MANY}`);
  const of = (size: Size, kind: Kind): number[] => times[size].map((each) => each[kind]);
  const growth = median(ratios(of('many', 'finish'), of('few', 'finish')));
  const others = `accept ${figure(median(of('many', 'accept')))} µs, enqueue ${figure(median(of('many', 'enqueue')))} µs`;
  return [
    judged({
      name: 'router-decision',
      what: `router decision with ${figure(WAITING_MANY)} waiting, ${AGENTS} agents (a chat ends, the next is offered)`,
      budgetMax: BUDGET_MICROS,
      peers: 'full rematch 47 ms at 2,000',
      measured: median(of('many', 'finish')),
      unit: 'µs',
      baseline: `${figure(median(of('few', 'finish')))} µs with ${WAITING_FEW} waiting, ${figure(median(of('some', 'finish')))} µs with ${figure(WAITING_SOME)}`,
      note: `processor time, every agent full, skills required; also with ${figure(WAITING_MANY)} waiting: ${others}`,
    }),
    judged({
      name: 'router-growth',
      what: `router decision, ${figure(WAITING_MANY)} waiting ÷ ${WAITING_FEW} waiting`,
      budgetMax: 1.5,
      peers: '–',
      measured: growth,
      unit: '×',
      baseline: 'the same centre with the short queue, round by round',
      note: 'a sorted list costs its logarithm; 1.5 leaves room for that and for the cache',
    }),
  ];
}

export const router: RowModule = { name: 'router', measure };
