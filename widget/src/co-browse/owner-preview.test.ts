import { STRICTEST } from '@alongside/sdk/shared';
import type { RecorderChunk } from '@alongside/sdk/sharing';
import { describe, expect, test, vi } from 'vitest';
import { offerPreview } from './owner-preview.ts';

const SERVER = 'https://chat.example';
const CODE = '1a2b';

/** A window that was opened by another, and what that one was told. */
function opened(name: string, hasOpener = true) {
  const opener = { postMessage: vi.fn() };
  const listeners = new Set<(event: unknown) => void>();
  const page = {
    name,
    opener: hasOpener ? opener : null,
    alongside: { site: 'demo' },
    addEventListener: (_type: string, listener: (event: unknown) => void) => listeners.add(listener),
    removeEventListener: (_type: string, listener: (event: unknown) => void) => listeners.delete(listener),
    setTimeout: () => 1,
    clearTimeout: () => undefined,
  };
  const fetchRecorder = vi.fn(() => new Promise<RecorderChunk>(() => undefined));
  offerPreview(page as unknown as Window, SERVER, fetchRecorder);
  const hear = (event: object): void => {
    for (const listener of [...listeners]) listener(event);
  };
  return { opener, hear, fetchRecorder, listeners };
}

const welcome = (opener: unknown, change: object = {}): object => ({
  source: opener,
  origin: SERVER,
  data: { type: 'alongside-preview', code: CODE, policy: STRICTEST },
  ports: [new MessageChannel().port1],
  ...change,
});

describe('[CO1] a page shows itself to its owner', () => {
  test('after the window that opened it has answered, once', () => {
    const { opener, hear, fetchRecorder, listeners } = opened(`alongside-preview-${CODE}`);
    // The word is addressed: a browser gives it to no other origin.
    const hello = { type: 'alongside-preview', code: CODE, site: 'demo' };
    expect(opener.postMessage.mock.calls).toEqual([[hello, SERVER]]);
    expect(fetchRecorder).not.toHaveBeenCalled();
    hear(welcome(opener));
    expect(fetchRecorder).toHaveBeenCalledTimes(1);
    expect(listeners.size).toBe(0);
  });

  test.each([
    ['another name', opened('checkout')],
    ['a name without a code', opened('alongside-preview-')],
    ['nobody who opened it', opened(`alongside-preview-${CODE}`, false)],
  ])('not with %s', (_what, { opener, hear, fetchRecorder }) => {
    hear(welcome(opener));
    expect(opener.postMessage).not.toHaveBeenCalled();
    expect(fetchRecorder).not.toHaveBeenCalled();
  });

  test.each([
    ['another window', { source: {} }],
    ['another origin', { origin: 'https://elsewhere.example' }],
    ['another code', { data: { type: 'alongside-preview', code: 'x', policy: STRICTEST } }],
    ['no port', { ports: [] }],
    ['no policy', { data: { type: 'alongside-preview', code: CODE } }],
    [
      'a selector list that is none',
      { data: { type: 'alongside-preview', code: CODE, policy: { ...STRICTEST, mask: 5 } } },
    ],
    ['nothing', { data: null }],
  ])('not at an answer from or with %s', (_what, change) => {
    const { opener, hear, fetchRecorder } = opened(`alongside-preview-${CODE}`);
    hear(welcome(opener, change));
    expect(fetchRecorder).not.toHaveBeenCalled();
    // The right one still counts.
    hear(welcome(opener));
    expect(fetchRecorder).toHaveBeenCalledTimes(1);
  });
});
