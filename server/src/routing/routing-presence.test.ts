import { describe, expect, test } from 'vitest';
import { LeaseBook } from './lease-book.ts';
import { TestCentre } from './test-centre.ts';

function types(events: readonly { readonly type: string }[]): string[] {
  return events.map((each) => each.type);
}

describe('presence', () => {
  test('[RT9] a new agent is offline and gets nothing', () => {
    const centre = new TestCentre();
    const memberships = [{ queue: 'sales', tier: 0, delay: 0 }];
    centre.do({ type: 'configure-agent', agent: 'ana', name: 'Ana', memberships });
    centre.enqueue('chat');
    expect([centre.presence('ana'), centre.at('chat')]).toEqual(['offline', 'waiting']);
  });

  test('[RT9] who stops being available loses what rings and keeps what is active', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('active');
    centre.accept('active');
    centre.enqueue('ringing');
    const events = centre.do({ type: 'set-presence', agent: 'ana', presence: 'break', reason: 'lunch' });
    expect(types(events)).toEqual(['offer-rescinded', 'agent-presence']);
    expect([centre.at('active'), centre.at('ringing')]).toEqual(['active ana', 'waiting']);
    expect(centre.state.agents.get('ana')?.presence).toMatchObject({ kind: 'break', reason: 'lunch' });
  });

  test('[RT9] nobody goes offline with work, but may finish it first', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat');
    centre.accept('chat');
    const offline = { type: 'set-presence', agent: 'ana', presence: 'offline' } as const;
    expect(centre.try(offline)).toMatchObject({ refused: 'invalid' });
    centre.do({ ...offline, drain: true });
    expect(centre.presence('ana')).toBe('available');
    centre.enqueue('next');
    expect(centre.at('next')).toBe('waiting');
    const events = centre.do({ type: 'finish', agent: 'ana', item: 'chat' });
    expect(types(events)).toEqual(['item-finished', 'agent-presence']);
    expect([centre.presence('ana'), centre.at('next')]).toEqual(['offline', 'waiting']);
  });

  test('[RT9] who drains may think better of it', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat');
    centre.accept('chat');
    centre.do({ type: 'set-presence', agent: 'ana', presence: 'away', drain: true });
    centre.enqueue('next');
    centre.do({ type: 'set-presence', agent: 'ana', presence: 'available' });
    expect(centre.at('next')).toBe('offered ana');
  });

  test('[RT9] a lost agent keeps active work 45 s; then it waits in its place, higher, for them first', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('active');
    centre.accept('active');
    centre.enqueue('ringing');
    const { enqueuedAt } = centre.item('active');
    expect(types(centre.do({ type: 'disconnect', agent: 'ana' }))).toEqual([
      'offer-rescinded',
      'agent-disconnected',
    ]);
    centre.pass(44_999);
    expect([centre.at('active'), centre.at('ringing')]).toEqual(['active ana', 'waiting']);
    expect(types(centre.pass(1))).toEqual(['item-requeued', 'agent-presence']);
    expect(centre.item('active')).toMatchObject({
      state: 'waiting',
      enqueuedAt,
      boost: 600_000,
      sticky: { agent: 'ana', until: centre.now + 20_000 },
    });
    expect(centre.presence('ana')).toBe('offline');
  });

  test('[RT9] five chats of a lost agent go to the others, each to one', () => {
    const centre = new TestCentre();
    const limits = { chat: 5, callback: 0, call: 0, budget: 5 };
    centre.agent('ana', { limits });
    const items = ['one', 'two', 'three', 'four', 'five'];
    for (const item of items) {
      centre.enqueue(item);
      centre.accept(item);
    }
    centre.agent('ben', { limits });
    centre.do({ type: 'disconnect', agent: 'ana' });
    centre.pass(45_000);
    for (const item of items) centre.accept(item);
    expect(items.map((item) => centre.at(item))).toEqual(items.map(() => 'active ben'));
  });

  test('[RT9] who is back within the grace goes on as before', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('active');
    centre.accept('active');
    centre.enqueue('waiting');
    centre.do({ type: 'disconnect', agent: 'ana' });
    centre.pass(44_000);
    expect(types(centre.do({ type: 'connect', agent: 'ana' }))).toEqual([
      'agent-reconnected',
      'item-offered',
    ]);
    expect(centre.pass(1_000)).toEqual([]);
    expect([centre.presence('ana'), centre.at('active')]).toEqual(['available', 'active ana']);
  });

  test('[RT9] a wrap-up of a lost agent ends', () => {
    const centre = new TestCentre();
    const wrapUp = { mode: 'time-boxed', ms: 600_000 } as const;
    centre.do({ type: 'configure-queue', queue: 'sales', name: 'Sales', wrapUp });
    centre.agent('ana');
    centre.enqueue('chat');
    centre.accept('chat');
    centre.do({ type: 'finish', agent: 'ana', item: 'chat', code: 'sold' });
    centre.do({ type: 'disconnect', agent: 'ana' });
    expect(centre.pass(45_000)).toMatchObject([
      { type: 'wrap-up-ended', cause: 'agent-lost', code: 'sold' },
      { type: 'agent-presence', presence: 'offline', reason: 'connection-lost' },
    ]);
  });

  test('[RT9] a removed agent strands nothing', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('active');
    centre.accept('active');
    centre.enqueue('ringing');
    centre.agent('ben');
    centre.do({ type: 'remove-agent', agent: 'ana' });
    expect(centre.at('active')).toBe('offered ben');
    expect(centre.at('ringing')).toBe('waiting');
    expect(centre.try({ type: 'connect', agent: 'ana' })).toMatchObject({ refused: 'not-found' });
  });

  test('[RT9] a lease runs out 15 s after the last sign of life', () => {
    const leases = new LeaseBook();
    leases.renew('ana', 0);
    leases.renew('ben', 5_000);
    leases.renew('ana', 10_000);
    leases.renew('cem', 10_000);
    leases.drop('cem');
    expect(leases.nextDeadline()).toBe(20_000);
    expect(leases.takeLost(19_999)).toEqual([]);
    expect(leases.takeLost(20_000)).toEqual(['ben']);
    expect(leases.takeLost(25_000)).toEqual(['ana']);
    expect(leases.nextDeadline()).toBeUndefined();
  });
});

describe('wrap-up', () => {
  const finish = { type: 'finish', agent: 'ana', item: 'chat' } as const;

  function finishedBy(wrapUp: { mode: 'none' } | { mode: 'optional' } | { mode: 'time-boxed'; ms: number }) {
    const centre = new TestCentre();
    centre.do({ type: 'configure-queue', queue: 'sales', name: 'Sales', wrapUp });
    centre.agent('ana');
    centre.enqueue('chat');
    centre.accept('chat');
    return centre;
  }

  test('[RT10] without wrap-up the item is done at once, unclassified unless a code is given', () => {
    expect(finishedBy({ mode: 'none' }).do(finish)).toMatchObject([{ code: 'unclassified' }]);
    expect(finishedBy({ mode: 'none' }).do({ ...finish, code: 'sold' })).toMatchObject([{ code: 'sold' }]);
  });

  test('[RT10] an optional wrap-up is there when asked for and lasts 60 s at most', () => {
    const unasked = finishedBy({ mode: 'optional' });
    unasked.do(finish);
    expect(unasked.at('chat')).toBe('done');
    const asked = finishedBy({ mode: 'optional' });
    asked.do({ ...finish, wrapUp: true });
    asked.pass(59_999);
    expect(asked.at('chat')).toBe('wrap-up ana');
    expect(asked.pass(1)).toMatchObject([{ type: 'wrap-up-ended', cause: 'timer', code: 'unclassified' }]);
  });

  test('[RT10] a time box is always there, and the agent may end it with a code', () => {
    const centre = finishedBy({ mode: 'time-boxed', ms: 120_000 });
    centre.do(finish);
    centre.pass(1_000);
    const events = centre.do({ type: 'end-wrap-up', agent: 'ana', item: 'chat', code: 'sold' });
    expect(events).toMatchObject([{ type: 'wrap-up-ended', cause: 'agent', code: 'sold' }]);
    expect(centre.state.totals.answered).toBe(1);
  });

  test('[RT10] what the server ends has no wrap-up', () => {
    const centre = finishedBy({ mode: 'time-boxed', ms: 120_000 });
    centre.do({ type: 'finish', item: 'chat' });
    expect(centre.at('chat')).toBe('done');
  });
});
