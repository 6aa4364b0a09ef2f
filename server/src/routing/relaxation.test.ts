import { describe, expect, test } from 'vitest';
import { risingStep } from './relaxation.ts';
import type { RelaxationStep, Requirement } from './routing-model.ts';
import { TestCentre } from './test-centre.ts';
import { describeIneligibility, whyNot } from './why-not.ts';

const zh = (level: 1 | 2 | 3 | 4 | 5): Requirement => ({ skill: 'zh', level });
const STEPS: readonly RelaxationStep[] = [
  { after: 30_000, requirements: [zh(2)] },
  { after: 60_000, requirements: [] },
];

/** Somebody who has the skill and will be back: without them the steps would be taken at once (RT11). */
function expertOnBreak(centre: TestCentre): void {
  centre.agent('z-expert', { skills: [zh(5)] });
  centre.do({ type: 'set-presence', agent: 'z-expert', presence: 'break' });
}

describe('relaxation', () => {
  test('[RT5] an item asks for less at the ages that were said, and is offered at that moment', () => {
    const centre = new TestCentre();
    expertOnBreak(centre);
    centre.agent('novice', { skills: [zh(2)] });
    centre.enqueue('chat', { requirements: [zh(4)], steps: STEPS });
    centre.pass(29_999);
    expect(centre.at('chat')).toBe('waiting');
    expect(centre.pass(1).map((event) => event.type)).toEqual(['item-relaxed', 'item-offered']);
    expect(centre.at('chat')).toBe('offered novice');
  });

  test('[RT5] the age counts on while it rings', () => {
    const centre = new TestCentre();
    centre.agent('expert', { skills: [zh(4)] });
    centre.agent('plain');
    centre.enqueue('chat', { requirements: [zh(4)], steps: STEPS, enqueuedAt: centre.now - 50_000 });
    expect(centre.at('chat')).toBe('offered expert');
    centre.pass(15_000);
    centre.decline('chat');
    expect(centre.at('chat')).toBe('offered plain');
  });

  test('[RT5] several steps that nobody took are taken as one', () => {
    const centre = new TestCentre();
    centre.agent('plain');
    centre.do({ type: 'set-presence', agent: 'plain', presence: 'away' });
    expertOnBreak(centre);
    centre.enqueue('chat', { requirements: [zh(4)], steps: STEPS });
    centre.now += 90_000;
    const events = centre.do({ type: 'start' });
    expect(events).toMatchObject([{ type: 'item-relaxed', taken: 2, requirements: [] }]);
  });

  test('[RT5] [RT6] who has the skill still comes first when nobody needs it any more', () => {
    const centre = new TestCentre();
    expertOnBreak(centre);
    centre.agent('a-plain');
    centre.agent('b-speaks', { skills: [zh(1)] });
    centre.enqueue('chat', { requirements: [zh(4)], steps: STEPS });
    centre.pass(60_000);
    expect(centre.at('chat')).toBe('offered b-speaks');
  });

  test('[RT5] a step that raises, repeats or comes too early is refused with the reason', () => {
    const tax: Requirement = { skill: 'tax', level: 1 };
    expect(risingStep([zh(3)], [{ after: 1, requirements: [zh(4)] }])).toContain('raises zh from 3 to 4');
    expect(risingStep([zh(3)], [{ after: 1, requirements: [zh(3), tax] }])).toContain('raises tax');
    const back = [
      { after: 1, requirements: [] },
      { after: 2, requirements: [zh(1)] },
    ];
    expect(risingStep([zh(3)], back)).toContain('raises zh from 0 to 1');
    expect(risingStep([zh(3)], STEPS.toReversed())).toContain('does not come after');
    expect(risingStep([zh(3), zh(2)], [])).toContain('twice');
    expect(risingStep([zh(3)], STEPS)).toBeUndefined();
    const centre = new TestCentre();
    const chat = {
      type: 'enqueue',
      item: 'chat',
      conversation: 'c',
      queue: 'sales',
      channel: 'chat',
    } as const;
    const rising = centre.try({ ...chat, steps: [{ after: 1, requirements: [zh(1)] }] });
    expect(rising).toMatchObject({
      refused: 'invalid',
      reason: expect.stringContaining('raises zh') as string,
    });
  });

  test('[RT5] [RT16] the reason says for how long a skill stands against an agent', () => {
    const centre = new TestCentre();
    centre.agent('novice', { skills: [zh(2)] });
    expertOnBreak(centre);
    centre.enqueue('chat', { requirements: [zh(4)], steps: STEPS });
    centre.pass(10_000);
    const [reason] = whyNot(centre.state, centre.item('chat'), centre.now);
    expect(reason?.because && describeIneligibility(reason.because, centre.now)).toBe('zh 2 < 4, 20 s more');
  });
});
