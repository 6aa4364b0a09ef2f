import { describe, expect, test } from 'vitest';
import type { DeskRow } from '@alongside/sdk/protocol';
import { deskRow, whyNotAnswer as whyNotSchema } from '@alongside/sdk/protocol';
import { newId } from '@alongside/sdk/shared';
import { TestCentre } from '../routing/test-centre.ts';
import type { DeskState } from './desk-stream.ts';
import { FLOOR_AGENTS_MAX, FLOOR_ITEMS_MAX, floorRows } from './floor-rows.ts';
import { FLOOR_EVERY_MS, FloorWatch } from './floor-watch.ts';
import { whyNotAnswer } from './why-not-answer.ts';

const ONE_CHAT = { chat: 1, callback: 1, call: 1, budget: 6 };

function deskOf(centre: TestCentre): DeskState {
  return { routing: centre.state, recent: new Map(), presentSince: new Map(), mentions: new Map() };
}

function enqueue(centre: TestCentre, more: Parameters<TestCentre['enqueue']>[1] = {}): string {
  const item = newId('itm');
  centre.enqueue(item, { conversation: newId('cnv'), ...more });
  return item;
}

type RowOf<Type extends DeskRow['type']> = Extract<DeskRow, { type: Type }>;

function rowsOf<Type extends DeskRow['type']>(rows: readonly DeskRow[], type: Type): RowOf<Type>[] {
  return rows.filter((row): row is RowOf<Type> => row.type === type);
}

describe('the floor', () => {
  test('says who is there, what each holds, who waits, and at whom it rings', () => {
    const centre = new TestCentre();
    const [ana, ben] = [newId('agt'), newId('agt')];
    centre.agent(ana, { limits: ONE_CHAT });
    const first = enqueue(centre);
    centre.accept(first);
    centre.agent(ben, { limits: ONE_CHAT });
    const second = enqueue(centre);
    centre.pass(1_000);
    const third = enqueue(centre);
    const rows = floorRows(deskOf(centre), centre.now);
    for (const row of rows) expect(deskRow.decode(JSON.parse(JSON.stringify(row)), 'row')).toEqual(row);
    expect(rowsOf(rows, 'floor')).toEqual([
      {
        type: 'floor',
        key: 'floor',
        agents: [{ presence: 'available', count: 2 }],
        waits: [],
        waiting: 1,
        ringing: 1,
        active: 1,
      },
    ]);
    const agents = rowsOf(rows, 'floor-agent');
    expect(agents.find(({ agent }) => agent.id === ana)).toMatchObject({
      ...{ load: 1, budget: 6 },
      held: [{ item: first, state: 'active', channel: 'chat' }],
    });
    expect(agents.find(({ agent }) => agent.id === ben)?.held).toMatchObject([
      { item: second, state: 'offered' },
    ]);
    expect(rowsOf(rows, 'floor-item').map(({ item, ringsAt }) => [item, ringsAt?.id])).toEqual([
      [second, ben],
      [third, undefined],
    ]);
  });

  test('[RT15] who comes now is told of in a range, once enough were taken', () => {
    const centre = new TestCentre();
    centre.agent(newId('agt'), { limits: { chat: 10, callback: 1, call: 1, budget: 20 } });
    for (let index = 0; index < 8; index++) {
      const item = enqueue(centre);
      centre.pass(10_000);
      centre.accept(item);
    }
    const [numbers] = rowsOf(floorRows(deskOf(centre), centre.now), 'floor');
    expect(numbers?.waits).toMatchObject([{ queue: 'sales' }]);
    expect(numbers?.waits[0]?.low).toBeGreaterThanOrEqual(1);
    expect(numbers?.waits[0]?.high).toBeGreaterThan(10);
  });

  test('a transfer rings at the second agent and stays in the hands of the first', () => {
    const centre = new TestCentre();
    const [ana, ben] = [newId('agt'), newId('agt')];
    centre.agent(ana);
    const item = enqueue(centre);
    centre.accept(item);
    centre.agent(ben);
    centre.do({ type: 'transfer-to-agent', agent: ana, item, to: ben });
    const held = rowsOf(floorRows(deskOf(centre), centre.now), 'floor-agent').map((row) => [
      row.agent.id,
      row.held.map(({ state }) => state),
    ]);
    expect(Object.fromEntries(held)).toEqual({ [ana]: ['active'], [ben]: ['offered'] });
  });

  test('of many agents and waiting people the first are named, and all are counted', () => {
    const centre = new TestCentre();
    for (let index = 0; index < FLOOR_AGENTS_MAX + 20; index++) {
      centre.do({
        type: 'configure-agent',
        agent: newId('agt'),
        name: `Agent ${index}`,
        memberships: [{ queue: 'sales', tier: 0, delay: 0 }],
      });
    }
    const there = newId('agt');
    centre.agent(there, { skills: [{ skill: 'zh', level: 1 }] });
    const items: string[] = [];
    for (let index = 0; index < 300; index++) {
      centre.now += 1;
      items.push(enqueue(centre, { requirements: [{ skill: index % 2 ? 'zh' : 'fr', level: 5 }] }));
    }
    const rows = floorRows(deskOf(centre), centre.now);
    const agents = rowsOf(rows, 'floor-agent');
    expect(agents).toHaveLength(FLOOR_AGENTS_MAX);
    expect(agents[0]?.agent.id).toBe(there);
    expect(rowsOf(rows, 'floor')[0]).toMatchObject({ waiting: 300 });
    expect(rowsOf(rows, 'floor')[0]?.agents).toContainEqual({
      presence: 'offline',
      count: FLOOR_AGENTS_MAX + 20,
    });
    expect(rowsOf(rows, 'floor-item').map(({ item }) => item)).toEqual(items.slice(0, FLOOR_ITEMS_MAX));
  });

  test('however much happens, it is put together once for all who look, and they are told once', () => {
    const centre = new TestCentre();
    centre.agent(newId('agt'), { limits: ONE_CHAT });
    let now = 0;
    let timer: { at: number; then: () => void } | undefined;
    const told: unknown[] = [];
    const watch = new FloorWatch(
      {
        now: () => now,
        monotonic: () => now,
        after: (milliseconds, then) => {
          timer = { at: now + milliseconds, then };
          return () => undefined;
        },
      },
      (site, agents) => told.push([site, agents]),
    );
    const first = watch.rows('demo', 'sam', deskOf(centre));
    now = 100;
    enqueue(centre);
    expect(watch.rows('demo', 'sam', deskOf(centre))).toBe(first);
    expect(watch.rows('demo', 'ada', deskOf(centre))).toBe(first);
    expect(timer?.at).toBe(FLOOR_EVERY_MS);
    now = FLOOR_EVERY_MS;
    timer?.then();
    expect(told).toEqual([['demo', ['sam', 'ada']]]);
    expect(rowsOf(watch.rows('demo', 'sam', deskOf(centre)), 'floor')[0]).toMatchObject({ ringing: 1 });
  });
});

describe('why not', () => {
  test('[RT16] the answer names who is nearest first, by the matcher’s rule, with names and ends', () => {
    const centre = new TestCentre();
    const named = (name: string, more: Parameters<TestCentre['agent']>[1] = {}): string => {
      const id = newId('agt');
      centre.agent(id, { name, ...more });
      return id;
    };
    const zh = [{ skill: 'zh', level: 3 }] as const;
    named('Full', { skills: zh, limits: ONE_CHAT });
    centre.accept(enqueue(centre));
    named('Novice', { skills: [{ skill: 'zh', level: 1 }] });
    centre.do({ type: 'set-presence', agent: named('Away', { skills: zh }), presence: 'away' });
    named('Reserve', { skills: zh, delay: 30_000 });
    const item = enqueue(centre, {
      requirements: zh,
      steps: [{ after: 60_000, requirements: [{ skill: 'zh', level: 1 }] }],
    });
    const enqueuedAt = centre.now;
    centre.pass(5_000);
    const answer = whyNotAnswer(centre.state, item, centre.now);
    expect(whyNotSchema.decode(JSON.parse(JSON.stringify(answer)), '')).toEqual(answer);
    expect(answer?.agents.map(({ agent, words, until }) => [agent.name, words, until])).toEqual([
      ['Full', 'chats 1/1', undefined],
      ['Novice', 'zh 1 < 3', enqueuedAt + 60_000],
      ['Reserve', 'joins later', enqueuedAt + 30_000],
      ['Away', 'away', undefined],
    ]);
    expect(answer?.totals).toContainEqual({ rule: 'count', count: 1 });
  });

  test('[RT16] of what does not wait nothing is said', () => {
    const centre = new TestCentre();
    centre.agent(newId('agt'));
    const item = enqueue(centre);
    expect(whyNotAnswer(centre.state, item, centre.now)?.agents[0]?.words).toBe('another offer rings');
    centre.accept(item);
    expect(whyNotAnswer(centre.state, item, centre.now)).toBeUndefined();
    expect(whyNotAnswer(centre.state, newId('itm'), centre.now)).toBeUndefined();
  });
});
