// Over 300 lines: one small centre; a describe for each step of an offer.
import { describe, expect, test } from 'vitest';
import { TestCentre } from './test-centre.ts';

function types(events: readonly { readonly type: string }[]): string[] {
  return events.map((each) => each.type);
}

describe('work items', () => {
  test('[RT1] a chat waits, is offered, taken, finished and then forgotten', () => {
    const centre = new TestCentre();
    centre.enqueue('chat');
    expect(centre.at('chat')).toBe('waiting');
    centre.agent('ana');
    expect(centre.at('chat')).toBe('offered ana');
    centre.accept('chat');
    expect(centre.at('chat')).toBe('active ana');
    expect(types(centre.do({ type: 'finish', agent: 'ana', item: 'chat' }))).toEqual(['item-finished']);
    expect(centre.at('chat')).toBe('done');
    expect(centre.state.totals).toMatchObject({ enqueued: 1, answered: 1 });
    expect(centre.state.itemsOf('conversation-of-chat')).toEqual([]);
  });

  test('[RT1] a silent visitor is parked without a slot and waits anew for the same agent', () => {
    const centre = new TestCentre();
    centre.agent('ana', { limits: { chat: 1, callback: 1, call: 1, budget: 6 } });
    centre.enqueue('first');
    centre.accept('first');
    centre.enqueue('second');
    expect(centre.at('second')).toBe('waiting');
    centre.do({ type: 'park', item: 'first' });
    expect([centre.at('first'), centre.at('second')]).toEqual(['parked ana', 'offered ana']);
    centre.pass(5_000);
    centre.agent('ben');
    centre.do({ type: 'resume', item: 'first' });
    expect(centre.item('first')).toMatchObject({
      state: 'waiting',
      enqueuedAt: centre.now,
      sticky: { agent: 'ana' },
    });
  });

  test('[RT1] an abandoned offer is withdrawn before the item ends', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat');
    const events = centre.do({ type: 'abandon', item: 'chat', outcome: 'abandoned' });
    expect(types(events)).toEqual(['offer-rescinded', 'item-abandoned']);
    expect(centre.state.totals.abandoned).toBe(1);
  });

  test('[RT1] what its state does not know is refused and changes nothing', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat');
    centre.accept('chat');
    const stale = { refused: 'stale' };
    expect(centre.try({ type: 'abandon', item: 'chat', outcome: 'expired' })).toMatchObject(stale);
    expect(centre.try({ type: 'resume', item: 'chat' })).toMatchObject(stale);
    expect(centre.try({ type: 'park', item: 'nothing' })).toMatchObject(stale);
    expect(centre.try({ type: 'finish', item: 'chat', agent: 'ben' })).toMatchObject(stale);
    expect(centre.try({ type: 'end-wrap-up', item: 'chat', agent: 'ana' })).toMatchObject(stale);
    expect(centre.at('chat')).toBe('active ana');
  });

  test('[RT1] an item enters once, into a queue that exists, when it is due', () => {
    const centre = new TestCentre();
    const chat = { type: 'enqueue', conversation: 'c', queue: 'sales', channel: 'chat' } as const;
    centre.do({ ...chat, item: 'chat' });
    expect(centre.try({ ...chat, item: 'chat' })).toMatchObject({ refused: 'invalid' });
    expect(centre.try({ ...chat, item: 'other', queue: 'none' })).toMatchObject({ refused: 'not-found' });
    const later = centre.try({ ...chat, item: 'later', enqueuedAt: centre.now + 1 });
    expect(later).toMatchObject({ refused: 'invalid' });
  });
});

describe('order', () => {
  test('[RT2] the higher class comes first, then the older, then the one that came first', () => {
    const centre = new TestCentre();
    centre.enqueue('late');
    centre.enqueue('twin');
    centre.enqueue('old', { enqueuedAt: centre.now - 60_000 });
    centre.enqueue('boosted', { boost: 90_000 });
    centre.enqueue('important', { class: 1 });
    centre.agent('ana', { limits: { chat: 9, callback: 0, call: 0, budget: 9 } });
    const taken: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const ringing = [...centre.state.items.values()].find((item) => item.state === 'offered');
      taken.push(ringing?.id ?? 'nothing');
      centre.accept(ringing?.id ?? '');
    }
    expect(taken).toEqual(['important', 'boosted', 'old', 'late', 'twin']);
  });

  test('[RT2] an item whose offer was missed or declined keeps its place', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.agent('ben');
    centre.enqueue('first');
    const before = centre.item('first').enqueuedAt;
    centre.pass(3_000);
    centre.decline('first');
    expect(centre.item('first')).toMatchObject({ enqueuedAt: before, state: 'offered', agent: 'ben' });
    centre.pass(25_000);
    expect(centre.item('first').enqueuedAt).toBe(before);
  });
});

describe('choice', () => {
  test('[RT6] the lower tier comes first, then the higher skill, then the lower load', () => {
    const centre = new TestCentre();
    centre.agent('expert', { tier: 1, skills: [{ skill: 'tax', level: 5 }] });
    centre.agent('novice', { skills: [{ skill: 'tax', level: 2 }] });
    centre.agent('senior', { skills: [{ skill: 'tax', level: 4 }] });
    const requirements = [{ skill: 'tax', level: 2 }] as const;
    centre.enqueue('one', { requirements });
    expect(centre.at('one')).toBe('offered senior');
    centre.enqueue('two', { requirements });
    expect(centre.at('two')).toBe('offered novice');
    centre.enqueue('three', { requirements });
    expect(centre.at('three')).toBe('offered expert');
    centre.accept('one');
    centre.accept('two');
    centre.enqueue('plain');
    centre.do({ type: 'abandon', item: 'plain', outcome: 'abandoned' });
    centre.do({ type: 'finish', agent: 'novice', item: 'two' });
    centre.enqueue('plain-again');
    expect(centre.at('plain-again')).toBe('offered novice');
  });

  test('[RT6] of equals the one who took something least recently, and declining gains nothing', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.agent('ben');
    const serve = (item: string) => {
      centre.pass(1_000);
      centre.enqueue(item);
      const { agent } = centre.offer(item);
      centre.accept(item);
      centre.do({ type: 'finish', agent, item });
      return agent;
    };
    expect(['one', 'two', 'three'].map(serve)).toEqual(['ana', 'ben', 'ana']);
    centre.enqueue('declined');
    expect(centre.offer('declined').agent).toBe('ben');
    centre.decline('declined');
    expect(centre.offer('declined').agent).toBe('ana');
    centre.enqueue('next');
    expect(centre.offer('next').agent).toBe('ben');
  });

  test('[RT6] an agent who was away for a week gets no flood', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.agent('ben');
    centre.do({ type: 'set-presence', agent: 'ben', presence: 'away' });
    for (const item of ['old-one', 'old-two']) {
      centre.enqueue(item);
      centre.accept(item);
      centre.do({ type: 'finish', agent: 'ana', item });
    }
    centre.pass(7 * 24 * 3_600_000);
    centre.do({ type: 'set-presence', agent: 'ben', presence: 'available' });
    const taken = ['one', 'two', 'three', 'four'].map((item) => {
      centre.pass(1_000);
      centre.enqueue(item);
      const { agent } = centre.offer(item);
      centre.accept(item);
      centre.do({ type: 'finish', agent, item });
      return agent;
    });
    expect(taken).toEqual(['ben', 'ana', 'ben', 'ana']);
  });
});

describe('offers', () => {
  test('[RT7] a chat rings 20 s, a call 25 s', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat');
    centre.enqueue('call', { channel: 'call' });
    expect(centre.offer('chat').expiresAt - centre.now).toBe(20_000);
    expect(centre.offer('call').expiresAt - centre.now).toBe(25_000);
  });

  test('[RT7] one chat rings at an agent at a time, beside it at most one by voice', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('one');
    centre.enqueue('two');
    expect([centre.at('one'), centre.at('two')]).toEqual(['offered ana', 'waiting']);
    centre.enqueue('call', { channel: 'call' });
    centre.enqueue('callback', { channel: 'callback' });
    expect([centre.at('call'), centre.at('callback')]).toEqual(['offered ana', 'waiting']);
    centre.do({ type: 'abandon', item: 'call', outcome: 'abandoned' });
    expect(centre.at('callback')).toBe('offered ana');
  });

  test('[RT7] an accept is good for one item, offer and agent; anything else is stale', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.agent('ben');
    centre.enqueue('chat');
    const { offer } = centre.offer('chat');
    const stale = { refused: 'stale' };
    const accept = { type: 'accept', agent: 'ana', item: 'chat', offer } as const;
    expect(centre.try({ ...accept, agent: 'ben' })).toMatchObject(stale);
    expect(centre.try({ ...accept, offer: 'off_other' })).toMatchObject(stale);
    expect(centre.try({ ...accept, item: 'other' })).toMatchObject(stale);
    expect(types(centre.do(accept))).toEqual(['offer-accepted']);
    expect(centre.try(accept)).toMatchObject(stale);
    expect(centre.try({ ...accept, type: 'decline' })).toMatchObject(stale);
  });

  test('[RT7] an accept at the very end of the offer is late, even before the tick', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat');
    const { offer, expiresAt } = centre.offer('chat');
    const accept = { type: 'accept', agent: 'ana', item: 'chat', offer } as const;
    centre.now = expiresAt;
    expect(centre.try(accept)).toMatchObject({ refused: 'stale' });
    centre.now = expiresAt - 1;
    expect(types(centre.do(accept))).toEqual(['offer-accepted']);
  });
});

describe('misses', () => {
  test('[RT8] a missed chat goes to somebody else and its agent is passed over for 60 s', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.agent('ben');
    centre.enqueue('chat');
    expect(types(centre.pass(20_000))).toEqual(['offer-missed', 'item-offered']);
    expect(centre.at('chat')).toBe('offered ben');
    expect(centre.item('chat').exclusions).toEqual([{ agent: 'ana', until: centre.now + 60_000 }]);
    expect(centre.presence('ana')).toBe('available');
  });

  test('[RT8] the second missed chat makes an agent not responding and takes back what else rings', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('one');
    centre.pass(20_000);
    expect(centre.at('one')).toBe('offered ana');
    centre.pass(10_000);
    centre.enqueue('call', { channel: 'call' });
    expect(centre.at('call')).toBe('offered ana');
    const events = centre.pass(10_000);
    expect(types(events)).toEqual(['offer-missed', 'offer-rescinded', 'agent-presence']);
    expect(centre.presence('ana')).toBe('not-responding');
    expect([centre.at('one'), centre.at('call')]).toEqual(['waiting', 'waiting']);
    centre.do({ type: 'set-presence', agent: 'ana', presence: 'available' });
    expect(centre.state.agents.get('ana')?.misses).toBe(0);
  });

  test('[RT8] what ended while the server was down is no miss', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('call', { channel: 'call' });
    centre.now += 600_000;
    const events = centre.do({ type: 'start' });
    expect(types(events)).toEqual(['offer-rescinded', 'item-offered']);
    expect(centre.state.agents.get('ana')).toMatchObject({ misses: 0, presence: { kind: 'available' } });
    expect(centre.offer('call').expiresAt).toBe(centre.now + 25_000);
  });

  test('[RT8] one missed call is enough', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('call', { channel: 'call' });
    centre.pass(25_000);
    expect(centre.presence('ana')).toBe('not-responding');
  });

  test('[RT8] taking an offer forgives the misses; declining counts apart', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('one');
    centre.pass(20_000);
    expect(centre.state.agents.get('ana')).toMatchObject({ misses: 1, declines: 0 });
    centre.decline('one');
    expect(centre.state.agents.get('ana')).toMatchObject({ misses: 1, declines: 1 });
    centre.accept('one');
    expect(centre.state.agents.get('ana')).toMatchObject({ misses: 0, declines: 1 });
  });

  test('[RT8] an exclusion holds while somebody else suits, and ends after 60 s', () => {
    const centre = new TestCentre();
    const limits = { chat: 1, callback: 0, call: 0, budget: 1 };
    centre.agent('ana', { limits });
    centre.agent('ben', { limits });
    centre.enqueue('at-ana');
    centre.accept('at-ana');
    centre.enqueue('at-ben');
    centre.accept('at-ben');
    centre.enqueue('chat');
    centre.do({ type: 'finish', agent: 'ana', item: 'at-ana' });
    centre.decline('chat');
    expect(centre.at('chat')).toBe('waiting');
    centre.pass(59_999);
    expect(centre.at('chat')).toBe('waiting');
    expect(types(centre.pass(1))).toEqual(['item-offered']);
    expect(centre.at('chat')).toBe('offered ana');
  });

  test('[RT8] exclusions lapse when everyone who suits is excluded', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.agent('ben');
    centre.enqueue('chat');
    centre.decline('chat');
    expect(centre.at('chat')).toBe('offered ben');
    expect(types(centre.decline('chat'))).toEqual(['offer-declined', 'exclusions-lapsed', 'item-offered']);
    expect(centre.at('chat')).toBe('offered ana');
  });

  test('[RT8] exclusions lapse too when the last other agent leaves', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.agent('ben', { limits: { chat: 1, callback: 0, call: 0, budget: 1 }, tier: 1 });
    centre.do({ type: 'set-presence', agent: 'ana', presence: 'away' });
    centre.enqueue('at-ben');
    centre.accept('at-ben');
    centre.do({ type: 'set-presence', agent: 'ana', presence: 'available' });
    centre.enqueue('chat');
    centre.decline('chat');
    expect(centre.at('chat')).toBe('waiting');
    const events = centre.do({ type: 'set-presence', agent: 'ben', presence: 'break', reason: 'lunch' });
    expect(types(events)).toEqual(['agent-presence', 'exclusions-lapsed', 'item-offered']);
  });
});
