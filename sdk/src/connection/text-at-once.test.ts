import { expect, test, vi } from 'vitest';
import { localText, noText } from './text-at-once.ts';

test('[DL5] a text is kept at once, and removed', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  });
  const text = localText('k');
  expect(text.read()).toBeUndefined();
  text.write('half');
  expect(localText('k').read()).toBe('half');
  text.write(undefined);
  expect([text.read(), kept.size]).toEqual([undefined, 0]);
});

test('where localStorage throws or is not there, nothing is kept and nothing breaks', () => {
  const denied = (): never => {
    throw new DOMException('denied', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: denied, setItem: denied, removeItem: denied });
  localText('k').write('half');
  expect(localText('k').read()).toBeUndefined();
  vi.stubGlobal('localStorage', undefined);
  localText('k').write('half');
  expect([localText('k').read(), noText.read()]).toEqual([undefined, undefined]);
});
