import { describe, expect, test } from 'vitest';
import { type WireChoice, type WireEvent, chooseWire, lookAfterMs, patienceMs } from './wire-choice.ts';

const fresh: WireChoice = { next: 'socket', failures: 0, socketWorked: false, looks: 0 };
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** The ways that are tried one after the other when each of them brings no word. */
function ways(from: WireChoice, count: number): string {
  let choice = from;
  const tried: string[] = [];
  for (let number = 0; number < count; number++) {
    tried.push(choice.next);
    choice = chooseWire(choice, { type: 'failed', wire: choice.next });
  }
  return tried.join(' ');
}

const after = (from: WireChoice, ...events: WireEvent[]): WireChoice => events.reduce(chooseWire, from);

describe('[DL10] which way to the relay is tried', () => {
  test('where neither has worked, one and the other in turn', () => {
    expect(ways(fresh, 5)).toBe('socket stream socket stream socket');
  });

  test('where the socket has worked, it has two tries of three: an outage is likelier than a wall', () => {
    const known = after(fresh, { type: 'heard', wire: 'socket' });
    expect(ways(known, 7)).toBe('socket socket stream socket socket stream socket');
  });

  test('what has worked is tried first the next time', () => {
    const onStream = after(fresh, { type: 'failed', wire: 'socket' }, { type: 'heard', wire: 'stream' });
    expect(onStream).toEqual({ next: 'stream', failures: 0, socketWorked: false, looks: 0 });
    expect(ways(onStream, 3)).toBe('stream socket stream');
  });

  test('the socket again once a look has found it, not before', () => {
    const onStream = after(fresh, { type: 'heard', wire: 'stream' });
    expect(after(onStream, { type: 'looked', found: false })).toMatchObject({ next: 'stream', looks: 1 });
    expect(after(onStream, { type: 'looked', found: true })).toMatchObject({ next: 'socket', looks: 0 });
  });

  test('patience with a silent way grows to that of the connection itself', () => {
    const patience = [0, 1, 2, 3, 4, 9].map((failures) => patienceMs({ ...fresh, failures }) / SECOND_MS);
    expect(patience).toEqual([2.5, 2.5, 5, 5, 10, 10]);
    expect(patienceMs({ ...fresh, next: 'stream', failures: 1 })).toBe(4 * SECOND_MS);
  });

  test('looks for a socket after 5 minutes, each time twice as long, an hour at most, and spread', () => {
    const minutes = [0, 1, 3, 4, 60].map((looks) => lookAfterMs({ ...fresh, looks }, 0) / MINUTE_MS);
    expect(minutes).toEqual([5, 10, 40, 60, 60]);
    expect(lookAfterMs(fresh, 0.5)).toBe(7.5 * MINUTE_MS);
  });

  test('looks after 10 seconds where the socket had worked before', () => {
    expect(lookAfterMs({ ...fresh, socketWorked: true }, 0)).toBe(10 * SECOND_MS);
  });
});
