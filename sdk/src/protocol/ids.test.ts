import { describe, expect, test } from 'vitest';
import { newCommandId, newId } from '../lib/ids.ts';
import { commandId, conversationId, deviceId, epoch, opaque, siteKey } from './ids.ts';

describe('ids of the wire', () => {
  test('what lib/ids makes is what the wire takes', () => {
    expect(() => conversationId.decode(newId('cnv'), '')).not.toThrow();
    expect(() => deviceId.decode(newId('dev'), '')).not.toThrow();
    expect(() => epoch.decode(newId('epo'), '')).not.toThrow();
    expect(() => commandId.decode(newCommandId(Date.now()), '')).not.toThrow();
  });

  test.for([
    newId('vis'),
    'cnv_',
    `cnv_${'0'.repeat(25)}`,
    `cnv_${'0'.repeat(27)}`,
    `cnv_${'i'.repeat(26)}`,
    `cnv_${'l'.repeat(26)}`,
    `cnv_${'o'.repeat(26)}`,
    `cnv_${'u'.repeat(26)}`,
    `cnv_${'A'.repeat(26)}`,
    `\ncnv_${'0'.repeat(26)}`,
    `cnv_${'0'.repeat(26)}\n`,
  ])('%j is no conversation', (id) => {
    expect(() => conversationId.decode(id, '')).toThrow();
  });

  test.for([
    '019b76da-b665-4149-9c08-576b8e7fa304',
    '019b76da-b665-7149-7c08-576b8e7fa304',
    '019B76DA-B665-7149-9C08-576B8E7FA304',
    '019b76dab66571499c08576b8e7fa304',
  ])('%j is no UUIDv7', (id) => {
    expect(() => commandId.decode(id, '')).toThrow();
  });

  test.for(['demo', 'shop-1', '0'])('%j is a site key', (key) => {
    expect(siteKey.decode(key, '')).toBe(key);
  });

  test.for(['', '-a', 'Shop', 'a/b', '../x', 'a'.repeat(41)])('%j is no site key', (key) => {
    expect(() => siteKey.decode(key, '')).toThrow();
  });

  test('an opaque text has no blanks and nothing beyond ASCII', () => {
    expect(() => opaque.decode('a.b_c-d=', '')).not.toThrow();
    for (const text of ['', 'a b', 'a\n', 'ä']) expect(() => opaque.decode(text, '')).toThrow();
  });
});
