import { describe, expect, test } from 'vitest';
import { stickyTo } from './sticky.ts';
import { TestCentre } from './test-centre.ts';
import { describeIneligibility, whyNot } from './why-not.ts';

const HOUR_MS = 3_600_000;
const ONE_CHAT = { chat: 1, callback: 0, call: 0, budget: 1 };

describe('sticky and owner', () => {
  test('[RT14] the last agent counts for 72 hours, and is preferred for 20 s', () => {
    expect(stickyTo('ana', 0, 72 * HOUR_MS)).toEqual({ agent: 'ana', until: 72 * HOUR_MS + 20_000 });
    expect(stickyTo('ana', 0, 72 * HOUR_MS + 1)).toBeUndefined();
  });

  test('[RT14] the last agent is preferred to a better choice', () => {
    const centre = new TestCentre();
    centre.agent('ana', { tier: 1 });
    centre.agent('ben');
    centre.enqueue('chat', { sticky: { agent: 'ana', until: centre.now + 20_000 } });
    expect(centre.at('chat')).toBe('offered ana');
  });

  test('[RT14] for 20 s an item waits for its last agent to have a free slot, then anyone may have it', () => {
    const centre = new TestCentre();
    centre.agent('ana', { limits: ONE_CHAT });
    centre.enqueue('busy');
    centre.accept('busy');
    centre.agent('ben');
    centre.enqueue('chat', { sticky: { agent: 'ana', until: centre.now + 20_000 } });
    centre.pass(19_999);
    expect(centre.at('chat')).toBe('waiting');
    centre.pass(1);
    expect(centre.at('chat')).toBe('offered ben');
  });

  test('[RT14] a last agent who is away, or leaves, or passes it up, holds nothing back', () => {
    const centre = new TestCentre();
    centre.agent('ana', { limits: ONE_CHAT });
    centre.enqueue('busy');
    centre.accept('busy');
    centre.agent('ben');
    const sticky = { agent: 'ana', until: centre.now + 20_000 };
    centre.enqueue('leaves', { sticky });
    centre.do({ type: 'set-presence', agent: 'ana', presence: 'away' });
    expect(centre.at('leaves')).toBe('offered ben');
    centre.accept('leaves');
    centre.enqueue('away', { sticky });
    expect(centre.at('away')).toBe('offered ben');
    centre.accept('away');
    centre.do({ type: 'finish', agent: 'ana', item: 'busy' });
    centre.do({ type: 'set-presence', agent: 'ana', presence: 'available' });
    centre.enqueue('passed-up', { sticky });
    centre.decline('passed-up');
    expect(centre.at('passed-up')).toBe('offered ben');
  });

  test('[RT14] an owner keeps everyone else out until its time', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.enqueue('callback', {
      channel: 'callback',
      ownerOnly: { agent: 'ben', until: centre.now + 60_000 },
    });
    centre.pass(59_999);
    expect(centre.at('callback')).toBe('waiting');
    centre.pass(1);
    expect(centre.at('callback')).toBe('offered ana');
  });
});

describe('why not', () => {
  /** The reason of each agent, in words. */
  function reasons(centre: TestCentre, item: string): Record<string, string> {
    return Object.fromEntries(
      whyNot(centre.state, centre.item(item), centre.now).map(({ agent, because }) => [
        agent.id,
        because ? describeIneligibility(because, centre.now) : 'eligible',
      ]),
    );
  }

  test('[RT16] every rule of the matcher is named with its data', () => {
    const centre = new TestCentre();
    const zh = [{ skill: 'zh', level: 3 }] as const;
    const requirements = zh;
    centre.agent('a-full', { skills: zh, limits: ONE_CHAT });
    centre.enqueue('at-full', { requirements });
    centre.accept('at-full');
    centre.agent('b-offline', { skills: zh });
    centre.do({ type: 'set-presence', agent: 'b-offline', presence: 'offline' });
    centre.agent('c-elsewhere', { skills: zh, memberships: [{ queue: 'service', tier: 0, delay: 0 }] });
    centre.agent('d-reserve', { skills: zh, delay: 30_000 });
    centre.agent('e-voice-only', { skills: zh, limits: { chat: 0, callback: 1, call: 1, budget: 6 } });
    centre.agent('f-novice', { skills: [{ skill: 'zh', level: 1 }] });
    centre.agent('g-draining', { skills: zh });
    centre.enqueue('at-draining', { requirements });
    centre.accept('at-draining');
    centre.do({ type: 'set-presence', agent: 'g-draining', presence: 'offline', drain: true });
    centre.agent('h-speaking', { skills: zh });
    centre.enqueue('call', { requirements, channel: 'call' });
    while (centre.offer('call').agent !== 'h-speaking') centre.decline('call');
    centre.accept('call');
    centre.enqueue('chat', { requirements });
    expect(reasons(centre, 'chat')).toEqual({
      'a-full': 'chats 1/1',
      'b-offline': 'offline',
      'c-elsewhere': 'not in the queue',
      'd-reserve': 'joins in 30 s',
      'e-voice-only': 'takes no chats',
      'f-novice': 'zh 1 < 3',
      'g-draining': 'finishing, then offline',
      'h-speaking': 'no chat during a call',
    });
  });

  test('[RT16] an exclusion, a ringing offer, a budget, a preference and an owner are named too', () => {
    const centre = new TestCentre();
    centre.agent('ana');
    centre.agent('ben', { limits: { chat: 3, callback: 1, call: 1, budget: 1 } });
    centre.enqueue('one');
    centre.accept('one');
    centre.enqueue('at-ben');
    centre.accept('at-ben');
    centre.enqueue('declined');
    centre.decline('declined');
    centre.pass(19_000);
    expect(reasons(centre, 'declined')).toEqual({ ana: 'excluded 41 s', ben: 'load 1 + 1 > 1' });
    const sticky = { agent: 'ben', until: centre.now + 20_000 };
    centre.enqueue('kept', { sticky });
    expect(reasons(centre, 'kept')).toMatchObject({ ana: 'kept for ben, 20 s' });
    centre.enqueue('owned', { ownerOnly: sticky });
    expect(reasons(centre, 'owned')).toMatchObject({ ana: 'only for ben, 20 s' });
    centre.enqueue('rings');
    centre.enqueue('behind');
    expect(reasons(centre, 'behind')).toMatchObject({ ana: 'another offer rings' });
  });
});
