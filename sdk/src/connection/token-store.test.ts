import { beforeEach, describe, expect, test, vi } from 'vitest';
import { localTokenStore, memoryTokenStore } from './token-store.ts';

/** A localStorage as browsers have it, as far as a token store uses it. */
class FakeStorage {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
}

describe('in localStorage', () => {
  let storage: FakeStorage;
  beforeEach(() => {
    storage = new FakeStorage();
    vi.stubGlobal('localStorage', storage);
  });

  test('another page reads what one has written', () => {
    localTokenStore('k').write({ access: 'a', refresh: 'r' });
    expect(localTokenStore('k').read()).toEqual({ access: 'a', refresh: 'r' });
    expect(localTokenStore('other').read()).toEqual({});
  });

  test.for(['{', '5', '"x"', 'null', '[]', '{"access":5,"refresh":null}'])('%s is no token', (kept) => {
    storage.kept.set('k', kept);
    expect(localTokenStore('k').read()).toEqual({});
  });

  test('what another tab has cleared is gone', () => {
    const store = localTokenStore('k');
    store.write({ access: 'a' });
    localTokenStore('k').write({});
    expect(store.read()).toEqual({});
  });

  test('denied or full, it is memory', () => {
    const store = localTokenStore('k');
    vi.spyOn(storage, 'getItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    vi.spyOn(storage, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    store.write({ refresh: 'r' });
    expect(store.read()).toEqual({ refresh: 'r' });
  });
});

test('without localStorage at all it is memory', () => {
  vi.stubGlobal('localStorage', undefined);
  const store = localTokenStore('k');
  store.write({ refresh: 'r' });
  expect(store.read()).toEqual({ refresh: 'r' });
});

test('memory keeps for as long as it lives', () => {
  const store = memoryTokenStore();
  expect(store.read()).toEqual({});
  store.write({ access: 'a' });
  expect(store.read()).toEqual({ access: 'a' });
});
