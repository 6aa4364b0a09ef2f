import type { CoBrowsePolicy } from '@alongside/sdk/shared';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PreviewWindow, previewUrl } from './preview-window.ts';
import { ruleLines } from './privacy-words.ts';

const STRICTEST: CoBrowsePolicy = {
  preset: 'strict',
  ...{ mask: [], block: [], show: [], deny: [], assetOrigins: [] },
};
const PAGE = new URL('https://shop.example/checkout?step=2#pay');

function looking() {
  const tab = { postMessage: vi.fn(), close: vi.fn(), closed: false };
  const open = vi.spyOn(window, 'open').mockReturnValue(tab as unknown as Window);
  const frame = vi.fn();
  const preview = new PreviewWindow({ site: 'demo', policy: () => STRICTEST, frame });
  preview.open(PAGE);
  const name = String(open.mock.calls[0]?.[1]);
  const hear = (change: object): void => {
    const event = new MessageEvent('message', {
      data: { type: 'alongside-preview', code: name.slice('alongside-preview-'.length), site: 'demo' },
    });
    for (const [key, value] of Object.entries({ source: tab, origin: PAGE.origin, ...change })) {
      Object.defineProperty(event, key, { value });
    }
    window.dispatchEvent(event);
  };
  return { tab, preview, name, hear, frame };
}

let stop = (): void => undefined;
afterEach(() => {
  stop();
});

describe('[CO15] a page that an owner looks at', () => {
  test('is opened under a name that nobody guesses, and answered with a port addressed to its origin', () => {
    const { tab, preview, name, hear } = looking();
    stop = () => {
      preview.stop();
    };
    expect(name).toMatch(/^alongside-preview-[0-9a-z]{20,}$/);
    hear({});
    expect(tab.postMessage).toHaveBeenCalledTimes(1);
    expect(tab.postMessage.mock.calls[0]?.[1]).toBe(PAGE.origin);
  });

  test.each([
    ['another window', { source: {} }],
    ['another origin', { origin: 'https://elsewhere.example' }],
    ['another code', { data: { type: 'alongside-preview', code: 'x', site: 'demo' } }],
    ['garbage', { data: { type: 5 } }],
  ])('is not answered from or with %s', (_what, change) => {
    const { tab, preview, hear } = looking();
    stop = () => {
      preview.stop();
    };
    hear(change);
    expect(tab.postMessage).not.toHaveBeenCalled();
  });

  test('is not looked at with the snippet of another site', () => {
    const { tab, preview, name, hear } = looking();
    stop = () => {
      preview.stop();
    };
    const code = name.slice('alongside-preview-'.length);
    hear({ data: { type: 'alongside-preview', code, site: 'other' } });
    expect(tab.postMessage).not.toHaveBeenCalled();
    expect(preview.state.value).toEqual({ name: 'foreign', site: 'other' });
  });
});

describe('the address of a page to look at', () => {
  const place = { viewer: '', origins: ['https://shop.example'], anyLoopbackOrigin: false };
  test.each([
    ['https://shop.example/a?b#c', 'https://shop.example/a?b#c'],
    ['shop.example/a', 'https://shop.example/a'],
  ])('%s is one', (text, href) => {
    expect(String(previewUrl(text, place))).toBe(href);
  });

  test.each([
    '',
    'javascript:alert(1)',
    'https://elsewhere.example/',
    'https://shop.example.evil.test/',
    '//',
    'http://localhost/',
  ])('“%s” is none', (text) => {
    expect(typeof previewUrl(text, place)).toBe('string');
  });
});

test('what rules did: the owner’s own first, with what a stronger rule kept hidden', () => {
  const lines = ruleLines(
    [
      { rule: 'fields', count: 4, nodes: [] },
      { rule: 'secret', count: 2, nodes: [7] },
      { rule: 'show', index: 0, count: 3, overruled: 1, nodes: [8] },
    ],
    { ...STRICTEST, show: ['.price'] },
  );
  expect(lines.map(({ count, words }) => `${count} ${words}`)).toEqual([
    '3 Shown: .price',
    '2 Passwords, card, code, hidden and file fields: never seen',
    '4 Other fields: only that something is in them',
  ]);
  expect(lines[0]?.detail).toContain('1 of 3');
});
