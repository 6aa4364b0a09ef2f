import { describe, expect, test } from 'vitest';
import { applyRouting, decideAndApplyRouting, decideRouting, nextDeadline } from './routing-engine.ts';
import { decodeRoutingEvent } from './routing-events.ts';
import { routingFromSnapshot, routingSnapshot } from './routing-snapshot.ts';
import { RoutingState } from './routing-state.ts';
import { TestCentre } from './test-centre.ts';

/** A centre with an item in every state and an agent in every kind of presence. */
function busyCentre(): TestCentre {
  const centre = new TestCentre();
  const wrapUp = { mode: 'time-boxed', ms: 30_000 } as const;
  centre.do({ type: 'configure-queue', queue: 'sales', name: 'Sales', wrapUp });
  centre.agent('ana', { skills: [{ skill: 'zh', level: 3 }] });
  for (const item of ['parked', 'in-wrap-up', 'active']) {
    centre.enqueue(item);
    centre.accept(item);
  }
  centre.do({ type: 'park', item: 'parked' });
  centre.do({ type: 'finish', agent: 'ana', item: 'in-wrap-up', code: 'sold' });
  centre.enqueue('offered', { sticky: { agent: 'ana', until: centre.now + 20_000 } });
  const requirements = [{ skill: 'zh', level: 1 }] as const;
  const ownerOnly = { agent: 'ana', until: centre.now + 9_000 };
  centre.enqueue('waiting', { requirements, ownerOnly });
  centre.agent('ben', { delay: 5_000 });
  centre.do({ type: 'set-presence', agent: 'ben', presence: 'break', reason: 'lunch' });
  centre.do({ type: 'disconnect', agent: 'ben' });
  centre.agent('cem');
  centre.enqueue('at-cem');
  centre.accept('at-cem');
  centre.do({ type: 'set-presence', agent: 'cem', presence: 'offline', reason: 'home', drain: true });
  return centre;
}

describe('snapshot', () => {
  test('[RT1] a state survives as JSON and goes on alike', () => {
    const centre = busyCentre();
    const json: unknown = JSON.parse(JSON.stringify(routingSnapshot(centre.state)));
    const restored = routingFromSnapshot(json);
    expect(routingSnapshot(restored)).toEqual(json);
    expect(nextDeadline(restored)).toBe(nextDeadline(centre.state));
    centre.state = restored;
    expect(centre.pass(30_000).map((each) => each.type)).toContain('wrap-up-ended');
  });

  test('[RT1] a start offers what a restored state left undone', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    const { clock, nextOrder, ...rest } = routingSnapshot(centre.state);
    const facts = { id: 'chat', conversation: 'c', queue: 'sales', channel: 'chat', class: 0, boost: 0 };
    const lists = { requirements: [], exclusions: [] };
    const item = {
      ...facts,
      ...lists,
      enqueuedAt: clock,
      order: 1,
      state: { type: 'waiting', since: clock },
    };
    const totals = { ...rest.totals, enqueued: 1 };
    centre.state = routingFromSnapshot({ ...rest, clock, nextOrder: nextOrder + 1, totals, items: [item] });
    expect(centre.do({ type: 'tick' })).toEqual([]);
    expect(centre.do({ type: 'start' })).toMatchObject([{ type: 'item-offered' }]);
  });

  test('[RT1] a snapshot that contradicts itself is refused with the path', () => {
    const whole = routingSnapshot(busyCentre().state);
    const [item] = whole.items;
    expect(() => routingFromSnapshot({ ...whole, version: 2 })).toThrow('version is not between');
    expect(() => routingFromSnapshot({ ...whole, items: [] })).toThrow('totals do not add up');
    expect(() => routingFromSnapshot({ ...whole, items: [item, item] })).toThrow('has an id twice');
    expect(() => routingFromSnapshot({ ...whole, agents: [] })).toThrow('unknown agent');
    expect(() => routingFromSnapshot({ ...whole, nextOrder: 1 })).toThrow('nextOrder is taken');
    expect(() => routingFromSnapshot({ ...whole, clock: '1' })).toThrow('clock is not a whole number');
    expect(() => routingFromSnapshot(null)).toThrow('is not an object');
  });
});

describe('events', () => {
  test('[RT1] a stored event is checked, and unknown fields are dropped', () => {
    const accepted = { type: 'offer-accepted', item: 'i', offer: 'o', agent: 'a' };
    expect(decodeRoutingEvent({ ...accepted, extra: 1 })).toEqual(accepted);
    expect(() => decodeRoutingEvent({ ...accepted, offer: 'with space' })).toThrow('offer does not have');
    expect(() => decodeRoutingEvent({ ...accepted, agent: 'a'.repeat(65) })).toThrow('agent is longer');
    expect(() => decodeRoutingEvent({ type: 'offer-stolen' })).toThrow('type is not a known type');
    const queue = { type: 'queue-configured', queue: 'q', name: 'Q', wrapUp: { mode: 'time-boxed' } };
    expect(() => decodeRoutingEvent(queue)).toThrow('wrapUp.ms is not a whole number');
  });

  test('[RT1] an event that does not fit the state breaks the fold', () => {
    const { state, now } = busyCentre();
    const fold = (event: unknown) => () => applyRouting(state, decodeRoutingEvent(event), now);
    const taken = { type: 'offer-accepted', item: 'waiting', offer: 'o', agent: 'ana' };
    expect(fold(taken)).toThrow('offer-accepted does not fit work item waiting, which is waiting');
    expect(fold({ ...taken, item: 'unknown' })).toThrow('unknown is missing');
    expect(fold({ type: 'agent-reconnected', agent: 'nobody' })).toThrow('agent nobody is missing');
    expect(fold({ type: 'item-parked', item: 'active', agent: 'ben' })).toThrow('does not fit');
  });
});

describe('deciding', () => {
  const context = { now: 2_000_000, newId: (prefix: string) => `${prefix}_new` };

  test('[RT1] a decision leaves the state as it was, refused or not', () => {
    const { state } = busyCentre();
    const before = routingSnapshot(state);
    expect(decideRouting(state, { type: 'tick' }, context)).not.toEqual({ events: [] });
    const stale = { type: 'accept', agent: 'ana', item: 'offered', offer: 'other' } as const;
    expect(decideRouting(state, stale, context)).toMatchObject({ refused: 'stale' });
    expect(decideAndApplyRouting(state, stale, context)).toMatchObject({ refused: 'stale' });
    const throwing = () => {
      throw new Error('no ids left');
    };
    const decide = () => decideRouting(state, { type: 'tick' }, { ...context, newId: throwing });
    expect(decide).toThrow('no ids left');
    expect(routingSnapshot(state)).toEqual(before);
  });

  test('[RT1] deciding and applying in one comes to the same state as the log', () => {
    const centre = busyCentre();
    const other = routingFromSnapshot(routingSnapshot(centre.state));
    const command = { type: 'abandon', item: 'offered', outcome: 'abandoned' } as const;
    const decided = decideAndApplyRouting(other, command, { ...context, now: centre.now });
    centre.do(command);
    expect(decided).toHaveProperty('events');
    const [left, right] = [routingSnapshot(other), routingSnapshot(centre.state)];
    expect(left.items.map((item) => item.state.type)).toEqual(right.items.map((item) => item.state.type));
    expect(left.totals).toEqual(right.totals);
  });

  test('[RT7] a clock that was put back shortens no offer', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    const { now } = centre;
    centre.now -= 3_600_000;
    centre.enqueue('chat');
    expect(centre.offer('chat').expiresAt).toBe(now + 20_000);
    expect(nextDeadline(centre.state)).toBe(now + 20_000);
  });

  test('[RT9] an empty centre has no deadline', () => {
    expect(nextDeadline(new RoutingState())).toBeUndefined();
  });
});
