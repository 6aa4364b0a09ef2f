import { describe, expect, test } from 'vitest';
import { completed, completingAt, knownName, withoutUnknown } from './completing.ts';

const at = (text: string, isNote = false) => completingAt(text, text.length, isNote);

describe('what is completed at the caret', () => {
  test('is a canned reply behind a slash that begins a word', () => {
    expect(at('/')).toEqual({ kind: 'reply', from: 0, to: 1, word: '' });
    expect(at('Hello /Ret')).toEqual({ kind: 'reply', from: 6, to: 10, word: 'ret' });
    for (const text of ['and/or', 'https://shop.test', '/two words', '1/2', ''])
      expect(at(text)).toBeUndefined();
  });

  test('is a colleague behind an at sign, in a note only', () => {
    expect(at('ask @', true)).toMatchObject({ kind: 'mention', word: '' });
    expect(at('ask @Ana Lu', true)).toMatchObject({ kind: 'mention', from: 4, word: 'ana lu' });
    expect(at('ask @Ana')).toBeUndefined();
    expect(at('ana@shop.test', true)).toBeUndefined();
  });

  test('ends at the caret; what follows stays', () => {
    const found = completingAt('Hello /re there', 9, false);
    expect(found).toMatchObject({ from: 6, to: 9 });
    expect(found && completed('Hello /re there', found, 'friend')).toEqual({
      text: 'Hello friend there',
      caret: 12,
    });
  });
});

describe('variables without a value', () => {
  test('go with the space before them', () => {
    expect(withoutUnknown('Hello {{ visitor.name }}, I am {{agent.name}}.', { 'agent.name': 'Ana' })).toBe(
      'Hello, I am {{agent.name}}.',
    );
  });

  test('a visitor is not addressed by a name that we made up', () => {
    expect(knownName('Visitor 7QK2')).toBeUndefined();
    expect(knownName(undefined)).toBeUndefined();
    expect(knownName('Maya Okafor')).toBe('Maya Okafor');
  });
});
