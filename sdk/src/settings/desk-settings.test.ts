import { describe, expect, test } from 'vitest';
import { fillReply, unknownVariables } from './desk-settings.ts';

describe('the variables of a canned reply', () => {
  test('are replaced, with and without spaces, as often as they stand there', () => {
    const text = 'Hello {{visitor.name}}, {{ agent.name }} here. Bye, {{visitor.name}}!';
    expect(fillReply(text, { 'visitor.name': 'Rosa', 'agent.name': 'Ana' })).toBe(
      'Hello Rosa, Ana here. Bye, Rosa!',
    );
  });

  test('without a value leave nothing, and a value is text: its own braces stay', () => {
    expect(fillReply('[{{page.title}}]', {})).toBe('[]');
    expect(fillReply('{{visitor.name}}', { 'visitor.name': '{{agent.name}} $& $1' })).toBe(
      '{{agent.name}} $& $1',
    );
  });

  test('cost what the text is long, whatever is in it', () => {
    const text = `{{${' '.repeat(7_990)}`;
    const before = performance.now();
    for (let index = 0; index < 100; index++) expect(fillReply(text, {})).toBe(text);
    // 100 × 8,000 characters take some milliseconds; a pattern that tries again at each blank takes minutes.
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('that are none are named', () => {
    expect(unknownVariables('{{visitor.name}} {{ visitor.phone }} {{}} {x} {{constructor}}')).toEqual([
      'visitor.phone',
      '',
      'constructor',
    ]);
    expect(fillReply('{{constructor}}', {})).toBe('');
  });
});
