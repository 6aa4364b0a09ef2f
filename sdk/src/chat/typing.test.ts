import { describe, expect, test } from 'vitest';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { OthersTyping, OwnTyping } from './typing.ts';

function own() {
  const time = new VirtualTime();
  const told: [number, boolean][] = [];
  const typing = new OwnTyping(new MachineClock(time), (on) => told.push([time.now, on]));
  return { time, told, typing };
}

describe('own typing', () => {
  test('one signal a second at most, one when it ends', async () => {
    const { time, told, typing } = own();
    for (let key = 0; key < 25; key++) {
      typing.typing(true);
      await time.advance(100);
    }
    typing.typing(false);
    typing.typing(false);
    expect(told).toEqual([
      [0, true],
      [1_000, true],
      [2_000, true],
      [2_500, false],
    ]);
  });

  test('ends 6 s after the last key', async () => {
    const { time, told, typing } = own();
    typing.typing(true);
    await time.advance(500);
    typing.typing(true);
    await time.advance(20_000);
    expect(told).toEqual([
      [0, true],
      [6_500, false],
    ]);
  });

  test('a message says by itself that the typing ended', async () => {
    const { time, told, typing } = own();
    typing.typing(true);
    typing.stop();
    typing.typing(true);
    await time.advance(0);
    expect(told).toEqual([
      [0, true],
      [0, true],
    ]);
  });
});

describe('others typing', () => {
  const ana = { kind: 'agent', id: 'agt_a', name: 'Ana' } as const;
  const ben = { kind: 'agent', id: 'agt_b', name: 'Ben' } as const;

  function others() {
    const time = new VirtualTime();
    const typing: OthersTyping = new OthersTyping(new MachineClock(time), () => {
      shown.push(typing.authors.map(({ name }) => name ?? '').join());
    });
    const shown: string[] = [];
    return { time, typing, shown };
  }

  test('each lasts 6 s unless it is renewed', async () => {
    const { time, typing, shown } = others();
    typing.signal(ana, true);
    await time.advance(4_000);
    typing.signal(ana, true);
    typing.signal(ben, true);
    await time.advance(5_999);
    expect(shown).toEqual(['Ana', 'Ana,Ben']);
    await time.advance(1);
    expect(shown).toEqual(['Ana', 'Ana,Ben', 'Ben', '']);
  });

  test('ends with its signal, with the message, and with the connection', () => {
    const { typing, shown } = others();
    typing.signal(ana, true);
    typing.signal(ana, false);
    typing.signal(ana, false);
    expect(shown).toEqual(['Ana', '']);
    typing.signal(ana, true);
    typing.wrote(ana);
    expect(typing.authors).toEqual([]);
    typing.signal(ben, true);
    typing.clear();
    expect(typing.authors).toEqual([]);
  });
});
