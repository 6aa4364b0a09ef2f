import { expect, test } from 'vitest';
import { idOf } from '../testing/fake-agent-client.ts';
import { hashOf, parseRoute } from './router.ts';

const CONVERSATION = idOf('cnv', 1);

test('a route and its fragment are the same thing', () => {
  for (const route of [{}, { conversation: CONVERSATION }, { conversation: CONVERSATION, entry: 12 }]) {
    expect(parseRoute(hashOf(route))).toEqual(route);
  }
});

test('any other fragment is the inbox', () => {
  for (const hash of ['', '#', '#/reports', '#/inbox/none', '#sign-in=x', `#/inbox/${CONVERSATION}/-1`]) {
    expect(parseRoute(hash), hash).toEqual({});
  }
});
