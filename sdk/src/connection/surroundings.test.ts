import { describe, expect, test, vi } from 'vitest';
import { platformSurroundings } from './surroundings.ts';

describe('what the page tells', () => {
  function page() {
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    vi.stubGlobal('window', window);
    vi.stubGlobal('document', document);
    return { window, document };
  }

  test('the network, and whether the page is seen or about to go', () => {
    const { window, document } = page();
    const told: string[] = [];
    const stop = platformSurroundings.watch((event) => told.push(event));
    for (const name of ['offline', 'online', 'pageshow', 'pagehide']) window.dispatchEvent(new Event(name));
    document.visibilityState = 'hidden';
    document.dispatchEvent(new Event('visibilitychange'));
    document.visibilityState = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    expect(told).toEqual(['no-network', 'network', 'shown', 'hidden', 'hidden', 'shown']);
    stop();
    window.dispatchEvent(new Event('online'));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(told).toHaveLength(6);
  });

  test.for([
    [{ onLine: false }, false],
    [{ onLine: true }, true],
    [{}, true],
    [undefined, true],
  ] as const)('navigator %j: network %s', ([navigator, network]) => {
    vi.stubGlobal('navigator', navigator);
    expect(platformSurroundings.network).toBe(network);
  });
});

test('where there is no page, nothing is told', () => {
  expect(() => platformSurroundings.watch(() => undefined)()).not.toThrow();
});
