// Over 300 lines: one small centre; a describe for each reason why work cannot be taken.
import { describe, expect, test } from 'vitest';
import { decodeRoutingEvent } from './routing-events.ts';
import { routingFromSnapshot, routingSnapshot } from './routing-snapshot.ts';
import type { OpeningHours } from './hours.ts';
import { TestCentre } from './test-centre.ts';
import { waitOf } from './wait-of.ts';
import { describeIneligibility, whyNot } from './why-not.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A Wednesday, 16:00 in Berlin. */
const AFTERNOON = Date.parse('2026-01-14T15:00:00Z');
const ZH = [{ skill: 'zh', level: 4 }] as const;
const TO_ANYBODY = [
  { after: 30_000, requirements: [{ skill: 'zh', level: 2 }] },
  { after: 90_000, requirements: [] },
] as const;

const NINE_TO_FIVE: OpeningHours = {
  zone: 'Europe/Berlin',
  weekly: [1, 2, 3, 4, 5].map((day) => ({ day, from: '09:00', to: '17:00' })),
  exceptions: [],
};

function centreWithHours(closing: 'finish' | 'deflect'): TestCentre {
  const centre = new TestCentre();
  centre.now = AFTERNOON;
  centre.do({ type: 'configure-hours', hours: 'shop', opens: NINE_TO_FIVE });
  centre.do({ type: 'configure-queue', queue: 'sales', name: 'Sales', hours: 'shop', closing });
  return centre;
}

function waiting(centre: TestCentre, item: string) {
  return waitOf(centre.state, centre.item(item), centre.now);
}

/** The id of the message that an item went on as. */
function messageAfter(centre: TestCentre, item: string): string {
  for (const { event } of centre.log) {
    if (event.type === 'item-enqueued' && event.insteadOf === item) return event.item;
  }
  throw new Error(`${item} did not become a message`);
}

describe('nobody on duty has what is asked for', () => {
  test('[RT11] the step that somebody on duty meets is taken at once', () => {
    const centre = new TestCentre();
    centre.agent('novice', { skills: [{ skill: 'zh', level: 2 }] });
    const events = centre.enqueue('chat', { requirements: ZH, steps: TO_ANYBODY });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'item-relaxed', taken: 1, because: 'unstaffed' }),
    );
    expect(centre.at('chat')).toBe('offered novice');
  });

  test('[RT11] who is on a break counts; when they go home it is taken', () => {
    const centre = new TestCentre();
    centre.agent('expert', { skills: [...ZH] });
    centre.do({ type: 'set-presence', agent: 'expert', presence: 'break' });
    centre.agent('plain');
    centre.enqueue('chat', { requirements: ZH, steps: TO_ANYBODY });
    expect(centre.at('chat')).toBe('waiting');
    centre.do({ type: 'set-presence', agent: 'expert', presence: 'offline' });
    expect(centre.at('chat')).toBe('offered plain');
  });

  test('[RT11] where no step helps, nothing is given up', () => {
    const centre = new TestCentre();
    const events = centre.enqueue('chat', { requirements: ZH, steps: TO_ANYBODY });
    expect(events.map(({ type }) => type)).toEqual(['item-enqueued']);
  });
});

describe('a queue that is too long', () => {
  function busy(): TestCentre {
    const centre = new TestCentre();
    centre.do({ type: 'configure-queue', queue: 'service', name: 'Service' });
    centre.do({
      type: 'configure-queue',
      queue: 'sales',
      name: 'Sales',
      overflow: {
        waitingMax: 1,
        waitMsMax: 2 * MINUTE_MS,
        offer: ['message'],
        second: { queue: 'service', after: 20_000 },
      },
    });
    return centre;
  }

  test('[RT11] after a time another queue helps, after the own members and in the own order', () => {
    const centre = busy();
    centre.do({
      type: 'configure-agent',
      agent: 'helper',
      name: 'Helper',
      memberships: [{ queue: 'service', tier: 0, delay: 0 }],
    });
    centre.do({ type: 'set-presence', agent: 'helper', presence: 'available' });
    centre.enqueue('first');
    centre.pass(5_000);
    centre.enqueue('second');
    centre.pass(14_999);
    expect(centre.at('first')).toBe('waiting');
    centre.pass(1);
    expect(centre.at('first')).toBe('offered helper');
    centre.agent('own');
    expect(centre.at('second')).toBe('offered own');
    expect(centre.state.queueIndex('service').length).toBe(0);
  });

  test('[RT11] [RT16] who may help is said before and after', () => {
    const centre = busy();
    centre.agent('helper', { memberships: [{ queue: 'service', tier: 0, delay: 0 }] });
    centre.do({ type: 'set-presence', agent: 'helper', presence: 'away' });
    centre.enqueue('chat');
    const reason = () => {
      const [first] = whyNot(centre.state, centre.item('chat'), centre.now);
      return first?.because && describeIneligibility(first.because, centre.now);
    };
    expect(reason()).toBe('not in the queue');
    centre.pass(20_000);
    expect(reason()).toBe('away');
  });

  test('[RT11] a message is offered while too many wait, or to whoever waits too long, and the visitor chooses', () => {
    const centre = busy();
    centre.enqueue('first');
    expect(waiting(centre, 'first')?.offer).toEqual([]);
    centre.enqueue('second');
    expect(waiting(centre, 'first')?.offer).toEqual(['message']);
    centre.do({ type: 'abandon', item: 'second', outcome: 'abandoned' });
    expect(waiting(centre, 'first')?.offer).toEqual([]);
    centre.pass(2 * MINUTE_MS);
    expect(waiting(centre, 'first')?.offer).toEqual(['message']);
    expect(centre.at('first')).toBe('waiting');
    centre.do({ type: 'deflect', item: 'first' });
    expect(centre.at('first')).toBe('done');
    expect(centre.state.totals).toMatchObject({ enqueued: 3, abandoned: 1, deflected: 1 });
    const message = messageAfter(centre, 'first');
    expect(waiting(centre, message)).toBeUndefined();
    expect(centre.try({ type: 'deflect', item: message })).toMatchObject({ refused: 'stale' });
  });

  test('[RT11] a message yields to those who wait, but only for an hour', () => {
    const centre = busy();
    centre.enqueue('early');
    centre.do({ type: 'deflect', item: 'early' });
    const message = messageAfter(centre, 'early');
    centre.now += 30 * MINUTE_MS;
    centre.enqueue('live');
    centre.now += 31 * MINUTE_MS;
    centre.enqueue('late');
    const order = [...centre.state.queueIndex('sales').waiting.chat].flatMap(({ items }) => [...items]);
    expect(order.map(({ id }) => id)).toEqual(['live', message, 'late']);
  });

  test('[RT11] where nobody is asked to leave a message, none is taken', () => {
    const centre = new TestCentre();
    centre.enqueue('chat');
    expect(centre.try({ type: 'deflect', item: 'chat' })).toMatchObject({ refused: 'invalid' });
  });
});

describe('a queue with hours', () => {
  test('[RT12] what comes while closed is a message that is offered at the next opening, whoever is there', () => {
    const centre = centreWithHours('finish');
    centre.agent('ana');
    centre.now = AFTERNOON + HOUR_MS;
    centre.enqueue('chat');
    expect(centre.at('chat')).toBe('waiting');
    const [reason] = whyNot(centre.state, centre.item('chat'), centre.now);
    expect(reason?.because && describeIneligibility(reason.because, centre.now)).toBe('closed, 16 h 0 min');
    centre.pass(16 * HOUR_MS - 1);
    expect(centre.at('chat')).toBe('waiting');
    centre.pass(1);
    expect(centre.at('chat')).toBe('offered ana');
  });

  test('[RT12] when it closes, those who wait are served, or become messages', () => {
    const served = centreWithHours('finish');
    served.enqueue('chat');
    served.pass(HOUR_MS);
    served.agent('ana');
    expect(served.at('chat')).toBe('offered ana');
    const deflected = centreWithHours('deflect');
    deflected.enqueue('chat');
    deflected.pass(HOUR_MS);
    expect(deflected.at('chat')).toBe('done');
    expect(deflected.state.totals.deflected).toBe(1);
    deflected.agent('ana');
    const message = messageAfter(deflected, 'chat');
    expect(deflected.at(message)).toBe('waiting');
    deflected.pass(16 * HOUR_MS);
    expect(deflected.at(message)).toBe('offered ana');
  });

  test('[RT12] hours that are changed count at once, also for what is held', () => {
    const centre = centreWithHours('finish');
    centre.agent('ana');
    centre.now = AFTERNOON + HOUR_MS;
    centre.enqueue('chat');
    const late = {
      ...NINE_TO_FIVE,
      exceptions: [{ date: '2026-01-14', intervals: [{ from: '17:30', to: '20:00' }] }],
    };
    centre.do({ type: 'configure-hours', hours: 'shop', opens: late });
    centre.pass(30 * MINUTE_MS - 1);
    expect(centre.at('chat')).toBe('waiting');
    centre.pass(1);
    expect(centre.at('chat')).toBe('offered ana');
  });

  test('[RT5] [RT12] ages count from the opening', () => {
    const centre = centreWithHours('finish');
    centre.agent('expert', { skills: [...ZH] });
    centre.do({ type: 'set-presence', agent: 'expert', presence: 'away' });
    centre.agent('plain');
    centre.now = AFTERNOON + HOUR_MS;
    centre.enqueue('chat', { requirements: ZH, steps: TO_ANYBODY });
    centre.pass(16 * HOUR_MS + 89_999);
    expect(centre.at('chat')).toBe('waiting');
    centre.pass(1);
    expect(centre.at('chat')).toBe('offered plain');
  });

  test('[RT11] [RT12] settings that contradict themselves are refused with the reason', () => {
    const centre = centreWithHours('finish');
    const reasonOf = (command: Parameters<TestCentre['try']>[0]): string => {
      const answer = centre.try(command);
      return 'refused' in answer ? answer.reason : 'accepted';
    };
    const queue = { type: 'configure-queue', queue: 'sales', name: 'Sales' } as const;
    expect(
      reasonOf({ type: 'configure-hours', hours: 'x', opens: { ...NINE_TO_FIVE, zone: 'Mars' } }),
    ).toContain('not a known time zone');
    expect(reasonOf({ ...queue, hours: 'none' })).toContain('no opening hours');
    expect(reasonOf({ ...queue, overflow: { offer: [], second: { queue: 'sales', after: 1 } } })).toContain(
      'cannot help itself',
    );
    expect(reasonOf({ ...queue, steps: [{ after: 1, requirements: [...ZH] }] })).toContain('raises zh');
    expect(reasonOf({ type: 'remove-hours', hours: 'shop' })).toContain('keeps these hours');
    centre.enqueue('chat');
    expect(reasonOf({ type: 'remove-queue', queue: 'sales' })).toContain('still has work');
    expect(reasonOf({ type: 'configure-site', chats: 'none', afterHours: 'say-closed' })).toContain(
      'no queue',
    );
  });

  test('[RT1] [RT12] a snapshot keeps all of it, and events of older logs are read', () => {
    const centre = centreWithHours('deflect');
    centre.do({ type: 'configure-site', chats: 'sales', afterHours: 'say-closed' });
    centre.now = AFTERNOON + HOUR_MS;
    centre.enqueue('chat');
    const restored = routingFromSnapshot(JSON.parse(JSON.stringify(routingSnapshot(centre.state))));
    expect(routingSnapshot(restored)).toEqual(routingSnapshot(centre.state));
    expect(restored.queues.get('sales')).toEqual(centre.state.queues.get('sales'));
    const old = { type: 'queue-configured', queue: 'q', name: 'Q', wrapUp: { mode: 'none' } };
    expect(decodeRoutingEvent(old)).toEqual(old);
  });
});

describe('the estimate', () => {
  /** One agent who takes a chat every minute. */
  function served(times: number): TestCentre {
    const centre = new TestCentre();
    centre.agent('ana', { limits: { chat: 1, callback: 0, call: 0, budget: 1 } });
    for (let index = 0; index <= times; index += 1) centre.enqueue(`chat-${index}`);
    for (let index = 0; index < times; index += 1) {
      centre.pass(10_000);
      centre.accept(`chat-${index}`);
      centre.pass(50_000);
      centre.do({ type: 'finish', agent: 'ana', item: `chat-${index}` });
    }
    centre.accept(`chat-${times}`);
    return centre;
  }

  test('[RT15] is a range around the mean gap times the position, and never zero', () => {
    const centre = served(8);
    centre.enqueue('next');
    centre.enqueue('after');
    const [next, after] = [waiting(centre, 'next'), waiting(centre, 'after')];
    expect([next?.position, after?.position]).toEqual([1, 2]);
    expect(next?.range?.low).toBeGreaterThanOrEqual(1);
    expect(next?.range?.low).toBeLessThan(60);
    expect(next?.range?.high).toBeGreaterThan(60);
    expect(after?.range?.low).toBeGreaterThan(next?.range?.low ?? 0);
    expect(after?.range?.high).toBeGreaterThan(next?.range?.high ?? 0);
  });

  test('[RT15] there is none before five were taken, nor when nobody was for half an hour', () => {
    const few = served(3);
    few.enqueue('next');
    expect(waiting(few, 'next')).toEqual({ position: 1, range: undefined, offer: [] });
    const centre = served(5);
    centre.enqueue('next');
    expect(waiting(centre, 'next')?.range).toBeDefined();
    centre.pass(30 * MINUTE_MS + 1);
    expect(waiting(centre, 'next')?.range).toBeUndefined();
  });

  test('[RT15] what was told at first is kept with the item, and a quiet hour makes it no longer', () => {
    const centre = served(6);
    centre.enqueue('next');
    const { low, high } = waiting(centre, 'next')?.range ?? { low: 0, high: 0 };
    expect(centre.log.at(-1)?.event).toEqual({ type: 'wait-told', item: 'next', position: 1, low, high });
    expect(centre.item('next').told).toEqual({ at: centre.now, low, high });
    const before = centre.state.paces.get('sales chat')?.mean ?? 0;
    centre.do({ type: 'abandon', item: 'next', outcome: 'abandoned' });
    centre.do({ type: 'finish', agent: 'ana', item: 'chat-6' });
    centre.pass(HOUR_MS);
    centre.enqueue('later');
    centre.pass(5_000);
    centre.accept('later');
    expect(centre.state.paces.get('sales chat')?.mean).toBeLessThan(before);
  });
});
