import { describe, expect, test } from 'vitest';
import { TestCentre } from './test-centre.ts';

function types(events: readonly { readonly type: string }[]): string[] {
  return events.map((each) => each.type);
}

/** Ana has a chat; Ben is there too. */
function twoAgents(): TestCentre {
  const centre = new TestCentre();
  centre.do({ type: 'configure-queue', queue: 'service', name: 'Service' });
  centre.agent('ana');
  centre.enqueue('chat');
  centre.accept('chat');
  centre.agent('ben');
  return centre;
}

function ring(centre: TestCentre, more: { warm?: boolean } = {}): string {
  const [event] = centre.do({ type: 'transfer-to-agent', item: 'chat', agent: 'ana', to: 'ben', ...more });
  if (event?.type !== 'transfer-offered') throw new Error('nothing rings');
  return event.offer;
}

describe('transfer to an agent', () => {
  test('[RT13] the sender keeps the item until the colleague takes it', () => {
    const centre = twoAgents();
    const offer = ring(centre);
    expect(centre.at('chat')).toBe('active ana');
    expect(centre.state.holding('ben')).toMatchObject({ chat: 1, ringing: { text: 1 } });
    centre.do({ type: 'accept', item: 'chat', offer, agent: 'ben' });
    expect(centre.at('chat')).toBe('active ben');
    expect(centre.state.holding('ana').items.size).toBe(0);
    expect(centre.state.agents.get('ben')?.lastTaken).toBe(centre.now);
  });

  test('[RT13] declined, missed or withdrawn, it stays with the sender', () => {
    const centre = twoAgents();
    centre.do({ type: 'decline', item: 'chat', offer: ring(centre), agent: 'ben' });
    expect(centre.at('chat')).toBe('active ana');
    const missed = ring(centre);
    expect(types(centre.pass(20_000))).toEqual(['transfer-ended']);
    const late = { type: 'accept', item: 'chat', offer: missed, agent: 'ben' } as const;
    expect(centre.try(late)).toMatchObject({ refused: 'stale' });
    expect(centre.state.agents.get('ben')).toMatchObject({ misses: 1, declines: 1 });
    const withdrawn = ring(centre);
    centre.do({ type: 'withdraw-transfer', item: 'chat', agent: 'ana' });
    expect(centre.try({ ...late, offer: withdrawn })).toMatchObject({ refused: 'stale' });
    expect(centre.at('chat')).toBe('active ana');
    expect(centre.state.holding('ben').items.size).toBe(0);
  });

  test('[RT13] [RT8] a colleague who misses too much stops being asked', () => {
    const centre = twoAgents();
    ring(centre);
    centre.pass(20_000);
    ring(centre);
    centre.pass(20_000);
    expect(centre.presence('ben')).toBe('not-responding');
    const again = { type: 'transfer-to-agent', item: 'chat', agent: 'ana', to: 'ben' } as const;
    expect(centre.try(again)).toMatchObject({
      refused: 'invalid',
      reason: 'cannot take it now: not responding',
    });
  });

  test('[RT13] only who has it passes it on, to one at a time, to somebody else who has room', () => {
    const centre = twoAgents();
    const transfer = { type: 'transfer-to-agent', item: 'chat', agent: 'ana', to: 'ben' } as const;
    expect(centre.try({ ...transfer, agent: 'ben', to: 'ana' })).toMatchObject({ refused: 'stale' });
    expect(centre.try({ ...transfer, to: 'ana' })).toMatchObject({ refused: 'invalid' });
    expect(centre.try({ ...transfer, to: 'nobody' })).toMatchObject({ refused: 'not-found' });
    centre.do(transfer);
    expect(centre.try(transfer)).toMatchObject({ reason: 'another agent was asked already' });
    centre.do({ type: 'withdraw-transfer', item: 'chat', agent: 'ana' });
    centre.agent('ben', { limits: { chat: 0, callback: 1, call: 1, budget: 6 } });
    expect(centre.try(transfer)).toMatchObject({ reason: 'cannot take it now: takes no chats' });
  });

  test('[RT13] a colleague who goes away lets the item with the sender', () => {
    const centre = twoAgents();
    ring(centre);
    const events = centre.do({ type: 'set-presence', agent: 'ben', presence: 'away' });
    expect(types(events)).toEqual(['transfer-ended', 'agent-presence']);
    expect(centre.at('chat')).toBe('active ana');
  });

  test('[RT13] [RT9] a sender who is lost while it rings leaves it to the queue', () => {
    const centre = twoAgents();
    centre.do({ type: 'disconnect', agent: 'ana' });
    centre.pass(40_000);
    centre.do({ type: 'connect', agent: 'ana' });
    ring(centre);
    centre.do({ type: 'remove-agent', agent: 'ana' });
    expect(centre.at('chat')).toBe('offered ben');
  });

  test('[RT13] a sender who finishes withdraws what rings', () => {
    const centre = twoAgents();
    ring(centre);
    const events = centre.do({ type: 'finish', item: 'chat', agent: 'ana' });
    expect(types(events)).toEqual(['transfer-ended', 'item-finished']);
    expect(centre.state.holding('ben').items.size).toBe(0);
  });
});

describe('consultation', () => {
  test('[RT13] a warm transfer joins first; the sender hands over or goes on alone', () => {
    const centre = twoAgents();
    centre.do({ type: 'accept', item: 'chat', offer: ring(centre, { warm: true }), agent: 'ben' });
    expect(centre.item('chat')).toMatchObject({ agent: 'ana', second: { kind: 'joined', agent: 'ben' } });
    expect(centre.state.holding('ben').chat).toBe(1);
    const end = { type: 'end-consult', item: 'chat' } as const;
    expect(centre.try({ ...end, agent: 'ben', handOver: true })).toMatchObject({ refused: 'stale' });
    centre.do({ ...end, agent: 'ben', handOver: false });
    expect(centre.item('chat')).toMatchObject({ agent: 'ana', second: undefined });
    centre.do({ type: 'accept', item: 'chat', offer: ring(centre, { warm: true }), agent: 'ben' });
    centre.do({ ...end, agent: 'ana', handOver: true });
    expect(centre.at('chat')).toBe('active ben');
  });

  test('[RT13] of two who are with the customer one is lost, and the other has it', () => {
    const centre = twoAgents();
    centre.do({ type: 'accept', item: 'chat', offer: ring(centre, { warm: true }), agent: 'ben' });
    centre.do({ type: 'disconnect', agent: 'ana' });
    expect(types(centre.pass(45_000))).toEqual(['consult-ended', 'agent-presence']);
    expect(centre.item('chat')).toMatchObject({ state: 'active', agent: 'ben', second: undefined });
  });
});

describe('transfer to a queue', () => {
  test('[RT13] it waits there in its place, and the sender is passed over', () => {
    const centre = twoAgents();
    const { enqueuedAt } = centre.item('chat');
    centre.pass(5_000);
    const memberships = [{ queue: 'service', tier: 0, delay: 0 }];
    centre.agent('ana', { memberships: [...memberships, { queue: 'sales', tier: 0, delay: 0 }] });
    centre.agent('cem', { memberships });
    centre.do({ type: 'transfer-to-queue', item: 'chat', agent: 'ana', queue: 'service' });
    expect(centre.at('chat')).toBe('offered cem');
    expect(centre.item('chat')).toMatchObject({ enqueuedAt, queue: 'service' });
    centre.do({ type: 'set-presence', agent: 'cem', presence: 'away' });
    expect(centre.at('chat')).toBe('offered ana');
  });

  test('[RT13] by option it waits anew, for what the new queue asks', () => {
    const centre = twoAgents();
    centre.pass(5_000);
    const requirements = [{ skill: 'tax', level: 2 }] as const;
    const move = { type: 'transfer-to-queue', item: 'chat', queue: 'service', requirements } as const;
    expect(centre.try({ ...move, agent: 'ben' })).toMatchObject({ refused: 'stale' });
    expect(centre.try({ ...move, agent: 'ana', queue: 'none' })).toMatchObject({ refused: 'not-found' });
    centre.do({ ...move, agent: 'ana', keepsPlace: false });
    expect(centre.item('chat')).toMatchObject({ enqueuedAt: centre.now, requirements, state: 'waiting' });
  });

  test('[RT13] a supervisor moves what waits, rings or is active, whoever has it', () => {
    const centre = twoAgents();
    centre.enqueue('second');
    expect(centre.at('second')).toBe('offered ben');
    const events = centre.do({ type: 'transfer-to-queue', item: 'second', queue: 'service' });
    expect(types(events)).toEqual(['offer-rescinded', 'item-transferred']);
    centre.do({ type: 'transfer-to-queue', item: 'chat', queue: 'service' });
    expect([centre.at('chat'), centre.at('second')]).toEqual(['waiting', 'waiting']);
  });
});

describe('assigning', () => {
  test('[RT13] [RT4] a supervisor puts an item into hands that have room, without an offer', () => {
    const centre = twoAgents();
    centre.do({ type: 'assign', item: 'chat', to: 'ben' });
    expect(centre.at('chat')).toBe('active ben');
    centre.enqueue('second');
    const rings = centre.offer('second');
    centre.do({ type: 'assign', item: 'second', to: rings.agent });
    expect(centre.at('second')).toBe(`active ${rings.agent}`);
    expect(centre.try({ type: 'assign', item: 'second', to: rings.agent })).toMatchObject({
      refused: 'invalid',
    });
    centre.agent('ben', { limits: { chat: 1, callback: 0, call: 0, budget: 1 } });
    centre.do({ type: 'set-presence', agent: 'ana', presence: 'away' });
    centre.enqueue('third');
    expect(centre.try({ type: 'assign', item: 'third', to: 'ben' })).toMatchObject({
      reason: 'cannot take it now: chats 1/1',
    });
    expect(centre.try({ type: 'assign', item: 'gone', to: 'ben' })).toMatchObject({ refused: 'stale' });
  });
});
