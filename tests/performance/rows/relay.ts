import {
  type EchoUnderLoad,
  type RelayUnderLoad,
  startEcho,
  startRelay,
} from '../harness/relay-under-load.ts';
import { type BenchContext, judged, rounds, type Row, type RowModule } from '../harness/row.ts';
import { figure, median, ratios } from '../harness/statistics.ts';

/** So many visitors write at the same time; an agent has four of them, which is a full desk. */
const VISITORS = 200;
const CONVERSATIONS_PER_AGENT = 4;
const WARM_UP_MESSAGES = 12_000;
const MESSAGES_PER_ROUND = 6_000;
const ROUNDS = 9;
const EXTRA_ROUNDS = 3;
const PACE = { perSecond: 1_000, total: 2_000 };
const BUDGET_RATIO = 3.5;

type UnderLoad = EchoUnderLoad | RelayUnderLoad;

/** Microseconds of the server's processor time for each of `messages`, with what follows from them later. */
async function costOf(
  { server }: UnderLoad,
  messages: number,
  send: () => Promise<unknown>,
): Promise<number> {
  const micros = await server.cpuDuring(async () => {
    await send();
    await server.settled();
  });
  return micros / messages;
}

const closedCost = (under: UnderLoad, messages: number): Promise<number> =>
  costOf(under, messages, () => under.client.ask('sendClosed', messages));

const pacedCost = (under: UnderLoad): Promise<number> =>
  costOf(under, PACE.total, () => under.client.ask('sendPaced', PACE));

/** Microseconds for each message of a round. */
interface Costs {
  readonly echo: number[];
  readonly relay: number[];
  /** What it costs more when the message becomes findable. */
  readonly search: number[];
  /** What it costs more when the agent gives a receipt for each message. */
  readonly receipt: number[];
  readonly echoPaced: number[];
  readonly relayPaced: number[];
}

async function closedRound(costs: Costs, echo: EchoUnderLoad, relay: RelayUnderLoad): Promise<void> {
  costs.echo.push(await closedCost(echo, MESSAGES_PER_ROUND));
  costs.relay.push(await closedCost(relay, MESSAGES_PER_ROUND));
}

async function extraRound(costs: Costs, echo: EchoUnderLoad, relay: RelayUnderLoad): Promise<void> {
  const { server, client } = relay;
  const plain = await closedCost(relay, MESSAGES_PER_ROUND);
  await client.ask('giveReceipts', true);
  costs.receipt.push((await closedCost(relay, MESSAGES_PER_ROUND)) - plain);
  await client.ask('giveReceipts', false);
  await server.ask('indexMessages', true);
  costs.search.push((await closedCost(relay, MESSAGES_PER_ROUND)) - plain);
  costs.echoPaced.push(await pacedCost(echo));
  costs.relayPaced.push(await pacedCost(relay));
  await server.ask('indexMessages', false);
}

async function costsOf(context: BenchContext, echo: EchoUnderLoad, relay: RelayUnderLoad): Promise<Costs> {
  const costs: Costs = { echo: [], relay: [], search: [], receipt: [], echoPaced: [], relayPaced: [] };
  await closedCost(echo, WARM_UP_MESSAGES);
  await relay.server.ask('indexMessages', false);
  await closedCost(relay, WARM_UP_MESSAGES);
  for (let round = 0; round < rounds(context, ROUNDS); round++) {
    await closedRound(costs, echo, relay);
    context.say(`round ${round + 1}: ${figure((costs.relay.at(-1) ?? 0) / (costs.echo.at(-1) ?? 0))} ×`);
  }
  for (let round = 0; round < rounds(context, EXTRA_ROUNDS, 1); round++) {
    await extraRound(costs, echo, relay);
  }
  return costs;
}

function rowsFrom(costs: Costs): Row[] {
  const micros = (values: readonly number[]): string => `${figure(median(values))} µs`;
  const info = { peers: '–', unit: 'µs' };
  return [
    judged({
      name: 'relay-cpu',
      what: 'relay: server CPU per durable message ÷ CPU of a bare ws echo',
      budgetMax: BUDGET_RATIO,
      peers: 'socket.io echo alone, nothing stored: 2.3–2.6 ×',
      measured: median(ratios(costs.relay, costs.echo)),
      unit: '×',
      baseline: `${micros(costs.relay)} against ${micros(costs.echo)}`,
      note:
        `receive, decide, fsync, ack, push to both sides; ${VISITORS} visitors in a closed loop, one message in ` +
        'flight each, an agent connection for four of them; search index and receipts apart',
    }),
    judged({
      ...info,
      name: 'relay-cpu-search',
      what: 'relay: CPU per message for the search index',
      measured: median(costs.search),
      baseline: '–',
      note: 'written later from the outbox, in the same process; the rounds of the row above go without',
    }),
    judged({
      ...info,
      name: 'relay-cpu-receipt',
      what: 'relay: CPU per receipt',
      measured: median(costs.receipt),
      baseline: '–',
      note: 'what a message costs more when the agent answers it with a receipt, which is an event of its own',
    }),
    judged({
      ...info,
      name: 'relay-cpu-paced',
      what: `relay: the same ratio at ${figure(PACE.perSecond)} messages/s, search included`,
      unit: '×',
      measured: median(ratios(costs.relayPaced, costs.echoPaced)),
      baseline: `${micros(costs.relayPaced)} against ${micros(costs.echoPaced)}`,
      note: 'far below saturation a commit serves few messages',
    }),
  ];
}

async function measure(context: BenchContext): Promise<Row[]> {
  const relay = await startRelay({ visitors: VISITORS, conversationsPerAgent: CONVERSATIONS_PER_AGENT });
  try {
    const echo = await startEcho(VISITORS);
    try {
      return rowsFrom(await costsOf(context, echo, relay));
    } finally {
      await echo.stop();
    }
  } finally {
    await relay.stop();
  }
}

export const relay: RowModule = { name: 'relay', measure };
