import { describe, expect, test } from 'vitest';
import { isSelectorList, writtenSelectorFaults } from './selector-grammar.ts';

const GOOD = [
  'p',
  '*',
  '#account .balance',
  '.a.b > .c + d ~ e',
  'a, b ,\n c',
  '[data-price]',
  'input[name="iban" i], input[ name = iban ]',
  '[lang|=en], [class~="x"], [href^="/a"], [href$=".pdf"], [href*=shop]',
  'li:nth-child(2n + 1):not(.open, :has(> a))',
  ':is()',
  'a:hover::before',
  '#\\31 st .\\:odd',
  'my-element .--x',
];

const BAD = [
  '',
  ',',
  'a,',
  ', a',
  'a > > b',
  '> a',
  'a >',
  '.',
  '..a',
  '#',
  '#1a',
  '.5a',
  '[a',
  '[=a]',
  '[a=]',
  '[a=b c]',
  '[a == b]',
  'a:',
  'a:not()',
  'a:nth-child()',
  'a:not(b',
  'a)',
  'a { color: red }',
  'a; b',
  '@media',
  '12px',
  '"a"',
  '.a..b',
  '$x',
];

describe('[CO4] a selector as it is written', () => {
  test.each(GOOD)('%j is one', (text) => {
    expect(isSelectorList(text)).toBe(true);
  });

  test.each(BAD)('%j is none', (text) => {
    expect(isSelectorList(text)).toBe(false);
  });

  test('that cannot be used is named with its list and the reason', () => {
    const none = { preset: 'balanced' as const, mask: [], block: [], show: [], deny: [], assetOrigins: [] };
    expect(writtenSelectorFaults({ ...none, mask: ['.a'], show: ['#x'] })).toEqual([]);
    expect(writtenSelectorFaults({ ...none, mask: ['a /* b */'], block: ['[a'], deny: ['a >'] })).toEqual([
      { list: 'mask', selector: 'a /* b */', reason: 'it holds a comment' },
      { list: 'block', selector: '[a', reason: 'a bracket or quotation mark in it is not closed' },
      { list: 'deny', selector: 'a >', reason: 'it is not written as a selector is' },
    ]);
  });
});
