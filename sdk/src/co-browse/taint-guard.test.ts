import { describe, expect, test } from 'vitest';
import { TaintGuard } from './taint-guard.ts';

describe('[CO3] the taint guard', () => {
  const guard = new TaintGuard();
  guard.remember('Hunter2-A7');
  guard.remember('+44 20 7946 0018');
  guard.remember('a b&c"d');

  const echoes = [
    'hunter2-a7',
    'You typed: HUNTER2-A7!',
    'see /u/Hunter2%2DA7',
    '&#72;unter2-A7',
    '\\u0048unter2-A7',
    'call 4420 7946 0018',
    '442079460018',
    'a%20b%26c%22d',
    'a b&amp;c&quot;d',
    `x ${btoa('Hunter2-A7')}`,
    'ｈｕｎｔｅｒ２-Ａ７',
  ];
  for (const echo of echoes) test(`finds a value in ${echo}`, () => expect(guard.finds(echo)).toBe(true));

  for (const text of ['', 'hunter', 'A friend of 2', 'call 112', '20 percent of 79', 'a b c d']) {
    test(`finds nothing in ${JSON.stringify(text)}`, () => expect(guard.finds(text)).toBe(false));
  }

  test('remembers nothing that says nothing', () => {
    const other = new TaintGuard();
    for (const value of ['', 'abc', 'true', ' none ']) other.remember(value);
    expect(other.finds('true none abc')).toBe(false);
  });

  test('with many values it finds as many, and the oldest go first', () => {
    const many = new TaintGuard();
    for (let index = 0; index < 3_000; index++) many.remember(`value-${index}-end`);
    expect(many.finds('it is VALUE-2999-end.')).toBe(true);
    expect(many.finds('it is value-1-end')).toBe(false);
  });

  test('what was on the way to something longer can be taken back', () => {
    const typing = new TaintGuard();
    typing.remember('john');
    typing.remember('johnson');
    typing.forget('john');
    expect([typing.finds('john'), typing.finds('johnson')]).toEqual([false, true]);
  });

  describe('what a page offered and somebody chose', () => {
    const chosen = new TaintGuard();
    chosen.remember('Post', true);
    chosen.remember('by courier', true);
    chosen.remember('opt-secret-Y4', true);

    for (const text of [
      'post',
      'You chose Post.',
      'delivery=post',
      'is-post',
      'sent by courier!',
      'xopt-secret-y4z',
    ]) {
      test(`is found in ${text}`, () => expect(chosen.finds(text)).toBe(true));
    }
    for (const text of ['Postcode', 'imposter', 'we postpone', 'Compost', 'by couriers']) {
      test(`is not found inside of ${text}`, () => expect(chosen.finds(text)).toBe(false));
    }

    test('with many values it is the same', () => {
      const many = new TaintGuard();
      for (let index = 0; index < 40; index++) many.remember(`value-${index}-end`);
      many.remember('post', true);
      expect([many.finds('Postcode'), many.finds('Post code'), many.finds('compost, post')]).toEqual([
        false,
        true,
        true,
      ]);
    });

    test('once it was typed as well, it is found anywhere, whichever came first', () => {
      for (const isFirst of [true, false]) {
        const both = new TaintGuard();
        both.remember('Post', isFirst);
        both.remember('Post', !isFirst);
        expect(both.finds('mr.postman')).toBe(true);
      }
    });
  });
});
