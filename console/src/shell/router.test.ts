import { expect, test } from 'vitest';
import { idOf } from '../testing/fake-agent-client.ts';
import { Router, hashOf, parseRoute } from './router.ts';

const CONVERSATION = idOf('cnv', 1);

test('a route and its fragment are the same thing', () => {
  for (const route of [
    {},
    { conversation: CONVERSATION },
    { conversation: CONVERSATION, entry: 12 },
    { place: 'floor' },
    { place: 'settings', part: 'queues/default' },
  ] as const) {
    expect(parseRoute(hashOf(route))).toEqual(route);
  }
});

test('any other fragment is the inbox', () => {
  for (const hash of ['', '#', '#/reports', '#/inbox/none', '#sign-in=x', `#/inbox/${CONVERSATION}/-1`]) {
    expect(parseRoute(hash), hash).toEqual({});
  }
});

test('what is unsaved is asked about before one leaves, also by the browser’s own Back', async () => {
  location.hash = '#/settings/queues';
  const router = new Router();
  const asked: unknown[] = [];
  const stop = router.guard((next) => {
    asked.push(next);
    return false;
  });
  expect(router.go({})).toBe(false);
  const changed = new Promise((resolve) => {
    addEventListener('hashchange', resolve, { once: true });
  });
  location.hash = '#/floor';
  await changed;
  expect(router.route.value).toEqual({ place: 'settings', part: 'queues' });
  expect(location.hash).toBe('#/settings/queues');
  expect(asked).toEqual([{}, { place: 'floor' }]);
  stop();
  expect(router.go({})).toBe(true);
  router.stop();
  location.hash = '';
});
