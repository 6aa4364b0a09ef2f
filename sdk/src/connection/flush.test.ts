import { describe, expect, test } from 'vitest';
import { Cell } from '../lib/observable.ts';
import { FRAME_MAX_BYTES } from '../protocol/index.ts';
import { FLUSH_MAX_BYTES, FLUSH_MAX_COMMANDS, flush } from './flush.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { TabSeat } from './tabs.ts';

const SOURCE = { server: 'http://relay.test', site: 'demo' };
const NOW_MS = 1_000_000;

interface Posted {
  url: string;
  bytes: number;
  body: { access: string; frames: { n: number; id: string }[] } & Record<string, unknown>;
}

const entry = (n: number, more: object = {}) => ({
  ...{ id: `cmd-${n}`, lane: 'visitor', at: 1, n, body: { type: 'chat.send', text: `${n}` } },
  ...more,
});

const expiring = (seconds: number): string => `e.${btoa(JSON.stringify({ exp: seconds }))}.s`;

/** A page with these entries; `goes` answers what it posted. */
async function pageWith(entries: object[], more: object = {}) {
  const status = new Cell<ConnectionStatus>({ state: 'reconnecting' });
  const seat = {
    outbox: { open: () => Promise.resolve('dev-1'), entries: new Cell(entries) },
    tokens: { read: () => ({ access: 'access-1', refresh: 'refresh-1' }) },
    status,
    ...more,
  } as unknown as TabSeat;
  const posted: Posted[] = [];
  const listeners = new Set<() => void>();
  const page = {
    now: () => NOW_MS,
    watch: (goes: () => void) => {
      listeners.add(goes);
      return () => listeners.delete(goes);
    },
    post: (url: string, body: string) => {
      const bytes = new TextEncoder().encode(body).length;
      posted.push({ url, bytes, body: JSON.parse(body) as Posted['body'] });
    },
  };
  await flush(seat, SOURCE, page);
  await flush(seat, SOURCE, page);
  const goes = (): Posted[] => {
    for (const listener of listeners) listener();
    return posted.splice(0);
  };
  return { goes, status, listeners };
}

describe('[DL5] a page goes', () => {
  test('what waits is posted once, in order, with the access token and not the refresh token', async () => {
    const page = await pageWith([entry(1), entry(2, { refused: { code: 'invalid' } }), entry(3)]);
    const frames = [1, 3].map((n) => ({ type: 'command', id: `cmd-${n}`, n, body: entry(n).body }));
    const body = { site: 'demo', device: 'dev-1', access: 'access-1', frames };
    expect(page.goes()).toMatchObject([{ url: 'http://relay.test/v1/relay/flush', body }]);
    expect(JSON.stringify(page.goes())).not.toContain('refresh-1');
  });

  test('no more than the server reads of one request', async () => {
    expect(FLUSH_MAX_BYTES).toBe(FRAME_MAX_BYTES);
    const many = Array.from({ length: 40 }, (_, index) => entry(index + 1));
    const [posted] = (await pageWith(many)).goes();
    expect(posted?.body.frames.map(({ n }) => n)).toEqual(
      many.slice(0, FLUSH_MAX_COMMANDS).map(({ n }) => n),
    );
    const long = [1, 2, 3, 4].map((n) => entry(n, { body: { type: 'chat.send', text: '字'.repeat(8_000) } }));
    const [cut] = (await pageWith(long)).goes();
    expect(cut?.body.frames.map(({ n }) => n)).toEqual([1, 2]);
    expect(cut?.bytes).toBeLessThanOrEqual(FLUSH_MAX_BYTES);
  });

  test.each([
    ['nothing waits', [], {}],
    ['another page leads', [entry(1)], { send: () => undefined }],
    ['nothing says who we are', [entry(1)], { tokens: { read: () => ({ refresh: 'refresh-1' }) } }],
    ['the access token has expired', [entry(1)], { tokens: { read: () => ({ access: expiring(1_000) }) } }],
  ])('nothing is posted where %s', async (_why, entries, more) => {
    expect((await pageWith(entries, more)).goes()).toEqual([]);
  });

  test('a token that is still good is used', async () => {
    const access = expiring(1_001);
    const page = await pageWith([entry(1)], { tokens: { read: () => ({ access }) } });
    expect(page.goes()).toMatchObject([{ body: { access } }]);
  });

  test('a client that was stopped listens no more', async () => {
    const page = await pageWith([entry(1)]);
    expect(page.listeners.size).toBe(1);
    page.status.value = { state: 'idle' };
    expect(page.listeners.size).toBe(0);
  });
});
