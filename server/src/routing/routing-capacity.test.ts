import { describe, expect, test } from 'vitest';
import { TestCentre } from './test-centre.ts';

function types(events: readonly { readonly type: string }[]): string[] {
  return events.map((each) => each.type);
}

describe('capacity', () => {
  test('[RT4] an agent has at most three chats, counting what rings', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    for (const item of ['one', 'two', 'three']) {
      centre.enqueue(item);
      centre.accept(item);
    }
    centre.enqueue('four');
    expect(centre.at('four')).toBe('waiting');
    centre.do({ type: 'finish', agent: 'ana', item: 'two' });
    expect(centre.at('four')).toBe('offered ana');
  });

  test('[RT4] a call may come beside chats, but no chat and no second call during a call', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat');
    centre.accept('chat');
    centre.enqueue('call', { channel: 'call' });
    centre.accept('call');
    centre.enqueue('second-chat');
    centre.enqueue('second-call', { channel: 'call' });
    centre.enqueue('callback', { channel: 'callback' });
    for (const item of ['second-chat', 'second-call', 'callback']) expect(centre.at(item)).toBe('waiting');
    centre.do({ type: 'finish', agent: 'ana', item: 'call' });
    expect(centre.at('second-chat')).toBe('offered ana');
    expect(centre.at('second-call')).toBe('offered ana');
    expect(centre.at('callback')).toBe('waiting');
  });

  test('[RT4] the budget limits what the counts would allow', () => {
    const centre = new TestCentre();
    centre.agent('ana', { limits: { chat: 3, callback: 1, call: 1, budget: 4 } });
    for (const item of ['one', 'two']) {
      centre.enqueue(item);
      centre.accept(item);
    }
    centre.enqueue('call', { channel: 'call' });
    expect(centre.at('call')).toBe('waiting');
    centre.do({ type: 'finish', agent: 'ana', item: 'one' });
    expect(centre.at('call')).toBe('offered ana');
  });

  test('[RT4] lowered limits end nothing that is held, but nothing more comes', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    for (const item of ['one', 'two']) {
      centre.enqueue(item);
      centre.accept(item);
    }
    centre.agent('ana', { limits: { chat: 1, callback: 0, call: 0, budget: 1 } });
    centre.enqueue('three');
    expect(['one', 'two', 'three'].map((item) => centre.at(item))).toEqual([
      'active ana',
      'active ana',
      'waiting',
    ]);
    centre.do({ type: 'finish', agent: 'ana', item: 'one' });
    expect(centre.at('three')).toBe('waiting');
    centre.do({ type: 'finish', agent: 'ana', item: 'two' });
    expect(centre.at('three')).toBe('offered ana');
  });

  test('[RT4] a wrap-up keeps its slot', () => {
    const centre = new TestCentre();
    const wrapUp = { mode: 'time-boxed', ms: 30_000 } as const;
    centre.do({ type: 'configure-queue', queue: 'sales', name: 'Sales', wrapUp });
    centre.agent('ana', { limits: { chat: 1, callback: 0, call: 0, budget: 1 } });
    centre.enqueue('one');
    centre.accept('one');
    centre.enqueue('two');
    centre.do({ type: 'finish', agent: 'ana', item: 'one' });
    expect([centre.at('one'), centre.at('two')]).toEqual(['wrap-up ana', 'waiting']);
    centre.pass(30_000);
    expect([centre.at('one'), centre.at('two')]).toEqual(['done', 'offered ana']);
  });
});

describe('eligibility', () => {
  test('[RT3] only an available member who has the skills is offered the item', () => {
    const centre = new TestCentre();
    centre.agent('away');
    centre.do({ type: 'set-presence', agent: 'away', presence: 'away' });
    centre.agent('elsewhere', { memberships: [{ queue: 'service', tier: 0, delay: 0 }] });
    centre.agent('unskilled', { skills: [{ skill: 'zh', level: 2 }] });
    centre.agent('voice-only', { limits: { chat: 0, callback: 1, call: 1, budget: 6 } });
    centre.enqueue('chat', { requirements: [{ skill: 'zh', level: 3 }] });
    expect(centre.at('chat')).toBe('waiting');
    centre.agent('skilled', { skills: [{ skill: 'zh', level: 3 }] });
    expect(centre.at('chat')).toBe('offered skilled');
  });

  test("[RT3] a skill that is named like a part of every object is nobody's", () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat', { requirements: [{ skill: '__proto__', level: 1 }] });
    expect(centre.at('chat')).toBe('waiting');
  });

  test('[RT3] an agent who became free gets the first item that suits, past those that do not', () => {
    const centre = new TestCentre();
    for (let n = 0; n < 600; n += 1) {
      centre.enqueue(`chinese-${n}`, { requirements: [{ skill: 'zh', level: 1 }] });
    }
    centre.enqueue('suits');
    centre.enqueue('suits-too');
    centre.agent('ana');
    expect(centre.at('suits')).toBe('offered ana');
    centre.accept('suits');
    expect(centre.at('suits-too')).toBe('offered ana');
    expect(centre.at('chinese-0')).toBe('waiting');
  });

  test('[RT3] items that ask for more of the same skills hide none that asks for less', () => {
    const centre = new TestCentre();
    const [zh, tax] = [
      { skill: 'zh', level: 2 },
      { skill: 'tax', level: 1 },
    ] as const;
    centre.enqueue('much', { requirements: [{ skill: 'zh', level: 4 }] });
    centre.enqueue('both', { requirements: [zh, { skill: 'tax', level: 3 }] });
    centre.enqueue('less', { requirements: [zh] });
    centre.enqueue('turned', { requirements: [tax, zh] });
    centre.agent('ana', { skills: [zh, tax] });
    expect(centre.at('less')).toBe('offered ana');
    centre.accept('less');
    expect(centre.at('turned')).toBe('offered ana');
    centre.accept('turned');
    expect([centre.at('much'), centre.at('both')]).toEqual(['waiting', 'waiting']);
  });

  test('[RT3] a member with a delay joins when the item is old enough', () => {
    const centre = new TestCentre();
    centre.agent('reserve', { delay: 30_000 });
    centre.enqueue('chat');
    centre.pass(29_999);
    expect(centre.at('chat')).toBe('waiting');
    expect(types(centre.pass(1))).toEqual(['item-offered']);
  });

  test('[RT3] a limit that passes without a consequence is noted once', () => {
    const centre = new TestCentre();
    centre.agent('reserve', { delay: 30_000 });
    centre.do({ type: 'set-presence', agent: 'reserve', presence: 'away' });
    centre.enqueue('chat');
    expect(types(centre.pass(120_000))).toEqual(['clock-advanced']);
  });

  test('[RT3] an agent who was changed is matched anew', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('chat', { requirements: [{ skill: 'zh', level: 1 }] });
    expect(centre.at('chat')).toBe('waiting');
    centre.do({
      type: 'configure-agent',
      agent: 'ana',
      name: 'Ana',
      memberships: [{ queue: 'sales', tier: 0, delay: 0 }],
      skills: [{ skill: 'zh', level: 1 }],
    });
    expect(centre.at('chat')).toBe('offered ana');
  });
});
