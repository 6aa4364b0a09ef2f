import { describe, expect, test } from 'vitest';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { Answers, takenOf } from './answers.ts';
import type { Frame } from './relay-connection.ts';

function setUp() {
  const time = new VirtualTime();
  const sent: Frame[] = [];
  const answers = new Answers<Frame>((frame) => sent.push(frame), new MachineClock(time));
  return { time, sent, answers };
}

describe('answers', () => {
  test('each finds the question that it belongs to', async () => {
    const { sent, answers } = setUp();
    const asked = [answers.request({ type: 'fetch' }), answers.request({ type: 'fetch' })];
    expect(sent.map(({ request }) => request)).toEqual([1, 2]);
    expect(answers.received({ type: 'page', request: 2 })).toBe(true);
    expect(answers.received({ type: 'refused', request: 1 })).toBe(true);
    expect((await Promise.all(asked)).map((answer) => answer?.type)).toEqual(['refused', 'page']);
  });

  test('one that nobody waits for is told apart', () => {
    const { answers } = setUp();
    expect(answers.received({ type: 'page', request: 1 })).toBe(false);
    expect(answers.received({ type: 'pong' })).toBe(false);
  });

  test('[DL2] a command is given again under its id after a reconnect, a request is not', async () => {
    const { sent, answers } = setUp();
    const command = answers.command({ type: 'command', id: 'a' }, 30_000);
    const request = answers.request({ type: 'fetch' });
    answers.lost();
    expect(await request).toBeUndefined();
    answers.online();
    expect(sent.map(({ type }) => type)).toEqual(['command', 'fetch', 'command']);
    answers.received({ type: 'ack', id: 'a' });
    expect(await command).toEqual({ type: 'ack', id: 'a' });
    answers.online();
    expect(sent).toHaveLength(3);
  });

  test('a command without an answer is given up after its time', async () => {
    const { time, answers } = setUp();
    const command = answers.command({ type: 'command', id: 'a' }, 30_000);
    await time.advance(30_000);
    expect(await command).toBeUndefined();
    expect(answers.received({ type: 'ack', id: 'a' })).toBe(false);
  });

  test('at the end nobody is left waiting', async () => {
    const { answers } = setUp();
    const asked = [answers.request({ type: 'fetch' }), answers.command({ type: 'command', id: 'a' }, 30_000)];
    answers.stop();
    expect(await Promise.all(asked)).toEqual([undefined, undefined]);
  });
});

test.for([
  [{ type: 'ack' }, 'taken'],
  [undefined, 'later'],
  [{ type: 'refused', code: 'rate-limited' }, 'later'],
  [{ type: 'refused', code: 'unavailable' }, 'later'],
  [{ type: 'refused', code: 'invalid' }, 'never'],
  [{ type: 'refused', code: 'not-found' }, 'never'],
] as const)('%j means %s', ([answer, taken]) => {
  expect(takenOf(answer)).toBe(taken);
});
