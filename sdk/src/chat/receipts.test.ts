import { describe, expect, test } from 'vitest';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { type Marks, Receipts } from './receipts.ts';

type Outcome = 'taken' | 'later' | 'never';

function setUp(answer: () => Promise<Outcome> = () => Promise.resolve('taken')) {
  const time = new VirtualTime();
  const told: Marks[] = [];
  const receipts = new Receipts({
    clock: new MachineClock(time),
    tell: (marks) => {
      told.push(marks);
      return answer();
    },
  });
  return { time, told, receipts };
}

describe('[DL6] receipts', () => {
  test('marks of a moment go out as one, the furthest of each', async () => {
    const { time, told, receipts } = setUp();
    receipts.mark({ delivered: 3 });
    receipts.mark({ delivered: 5 });
    receipts.mark({ read: 2 });
    await time.advance(299);
    expect(told).toEqual([]);
    await time.advance(1);
    expect(told).toEqual([{ delivered: 5, read: 2 }]);
  });

  test('what is read was delivered', async () => {
    const { time, told, receipts } = setUp();
    receipts.mark({ read: 4 });
    await time.advance(300);
    expect(told).toEqual([{ delivered: 4, read: 4 }]);
  });

  test('only ever forward: what is known is not told again', async () => {
    const { time, told, receipts } = setUp();
    receipts.known({ delivered: 5, read: 5 });
    receipts.mark({ read: 4 });
    await time.advance(1_000);
    receipts.mark({ read: 6 });
    await time.advance(1_000);
    receipts.mark({ read: 6, delivered: 6 });
    await time.advance(1_000);
    expect(told).toEqual([{ delivered: 6, read: 6 }]);
  });

  test('one is under way at a time, and what was marked meanwhile follows', async () => {
    const answers: ((outcome: Outcome) => void)[] = [];
    const { time, told, receipts } = setUp(() => new Promise((resolve) => answers.push(resolve)));
    receipts.mark({ read: 1 });
    await time.advance(300);
    receipts.mark({ read: 2 });
    await time.advance(5_000);
    expect(told).toHaveLength(1);
    answers[0]?.('taken');
    await time.advance(300);
    expect(told.at(-1)).toEqual({ delivered: 2, read: 2 });
  });

  test('refused for now it is told again with growing patience, for good it is not', async () => {
    const outcomes: Outcome[] = ['later', 'later', 'never'];
    const { time, told, receipts } = setUp(() => Promise.resolve(outcomes.shift() ?? 'taken'));
    receipts.mark({ read: 1 });
    await time.advance(300);
    await time.advance(1_000);
    expect(told).toHaveLength(2);
    await time.advance(1_999);
    expect(told).toHaveLength(2);
    await time.advance(60_000);
    expect(told).toHaveLength(3);
  });

  test('another conversation begins from nothing', async () => {
    const { time, told, receipts } = setUp();
    receipts.mark({ read: 9 });
    receipts.reset();
    await time.advance(1_000);
    receipts.mark({ read: 1 });
    await time.advance(1_000);
    expect(told).toEqual([{ delivered: 1, read: 1 }]);
  });
});
