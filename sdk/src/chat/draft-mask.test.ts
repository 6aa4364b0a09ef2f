import { describe, expect, test } from 'vitest';
import { DRAFT_SHOWN_MAX_LENGTH, draft } from '../protocol/index.ts';
import { MASK } from '../lib/mask-page.ts';
import { maskDraft } from './draft-mask.ts';

describe('what agents may see of an unsent text', () => {
  test.each([
    ['my order is 1234', 'my order is 1234'],
    ['the 3 of 12 in 2026', 'the 3 of 12 in 2026'],
    ['Wo ist mein Paket?', 'Wo ist mein Paket?'],
    ['4111 1111 1111 1111 please', `${MASK} please`],
    ['4111-1111-1', MASK],
    ['it is 12345', `it is ${MASK}`],
    ['٤١١١ ١١١١', MASK],
    ['call +49 (30) 123', `call +${MASK}`],
    ['DE89 3704 0', MASK],
    ['DE89 37a4 bcd', MASK],
    ['I am ana@', `I am ${MASK}`],
    ['I am ana@example.com now', `I am ${MASK} now`],
    ['password: hunter2 ok', `password: ${MASK} ok`],
    ['my pin is 12', `my pin is ${MASK}`],
    ['mein Kennwort ist geheim', `mein Kennwort ist ${MASK}`],
    ['CVV 123', `CVV ${MASK}`],
    ['Bearer abc', MASK],
    ['', ''],
  ])('%j is seen as %j', (text, seen) => {
    expect(maskDraft(text)).toBe(seen);
  });

  test('a card number shows no more than its first four digits at any moment of being typed', () => {
    const card = '4111 1111 1111 1111';
    for (let length = 1; length <= card.length; length++) {
      const seen = maskDraft(`pay with ${card.slice(0, length)}`).replace(/\D/g, '');
      expect(seen.length, card.slice(0, length)).toBeLessThanOrEqual(4);
    }
  });

  test('of a long text its end is seen, and no more than the wire takes', () => {
    const seen = maskDraft(`${'word 😀 '.repeat(2_000)}the end`);
    expect(seen.length).toBe(DRAFT_SHOWN_MAX_LENGTH);
    expect(seen).toMatch(/^….*the end$/u);
    for (let more = 0; more < 4; more++)
      expect(() => draft.decode({ text: maskDraft('a'.repeat(more) + '😀'.repeat(900)) }, '')).not.toThrow();
    expect(maskDraft('half \ud83d')).toBe('half \ufffd');
  });

  test('masking twice changes nothing', () => {
    const texts = ['pin is 12', '4111 1111 1111', 'a@b.example x', 'password: secret', '😀'.repeat(900)];
    for (const text of texts) expect(maskDraft(maskDraft(text))).toBe(maskDraft(text));
  });

  test('a text without spaces takes no longer than its length', () => {
    const begun = performance.now();
    for (const unit of ['a', '1', 'a1', '@', 'pass', '1 ', '-']) maskDraft(unit.repeat(8_000));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
