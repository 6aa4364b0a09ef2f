import { describe, expect, test } from 'vitest';
import { FakeApi, IDENTITY } from '../testing/render-console.tsx';
import { ApiError } from './api.ts';
import { type Address, SessionKeeper } from './session.ts';

class FakeAddress implements Address {
  current: string;
  constructor(hash: string) {
    this.current = hash;
  }
  hash(): string {
    return this.current;
  }
  clearHash(): void {
    this.current = '';
  }
}

/** Remembers what the address was when a code was sent. */
class WatchedApi extends FakeApi {
  readonly redeemed: { code: string; addressThen: string }[] = [];
  readonly address: FakeAddress;
  answer: () => Promise<void> = () => Promise.resolve();
  constructor(address: FakeAddress) {
    super();
    this.address = address;
  }
  override signIn(code: string): Promise<void> {
    this.redeemed.push({ code, addressThen: this.address.hash() });
    return this.answer();
  }
}

function opened(hash: string): { keeper: SessionKeeper; api: WatchedApi; address: FakeAddress } {
  const address = new FakeAddress(hash);
  const api = new WatchedApi(address);
  return { keeper: new SessionKeeper(api, address), api, address };
}

describe('signing in', () => {
  test('redeems the code of the link, which has left the address by then', async () => {
    const { keeper, api } = opened('#sign-in=abc-123');
    await keeper.start();
    expect(api.redeemed).toEqual([{ code: 'abc-123', addressThen: '' }]);
    expect(keeper.session.value).toEqual({ state: 'signed-in', identity: IDENTITY });
  });

  test('without a link, the cookie decides', async () => {
    const { keeper, api } = opened('#/inbox');
    await keeper.start();
    expect(keeper.session.value.state).toBe('signed-in');
    expect(api.redeemed).toEqual([]);
    api.current = undefined;
    await keeper.start();
    expect(keeper.session.value).toEqual({ state: 'signed-out' });
  });

  test('a link that was used or has expired is said, even where somebody is signed in', async () => {
    const { keeper, api } = opened('#sign-in=used');
    api.answer = () => Promise.reject(new ApiError(401, 'unauthenticated', 'used'));
    await keeper.start();
    expect(keeper.session.value).toEqual({ state: 'link-refused', current: IDENTITY });
    keeper.proceed(IDENTITY);
    expect(keeper.session.value.state).toBe('signed-in');
  });

  test('a broken link leaves the address and counts as none', async () => {
    const { keeper, api, address } = opened('#sign-in=');
    await keeper.start();
    expect(address.current).toBe('');
    expect(api.redeemed).toEqual([]);
  });

  test('a server that is not there is said, not taken for being signed out', async () => {
    const { keeper, api } = opened('');
    api.identity = () => Promise.reject(new ApiError(0, 'unreachable', 'no'));
    await keeper.start();
    expect(keeper.session.value).toEqual({ state: 'unreachable' });
  });

  test('a server that fails at the link keeps nobody from trying it again', async () => {
    const { keeper, api } = opened('#sign-in=abc');
    api.answer = () => Promise.reject(new ApiError(503, 'unavailable', 'no'));
    await keeper.start();
    expect(keeper.session.value).toEqual({ state: 'unreachable' });
    api.answer = () => Promise.resolve();
    await keeper.start();
    expect(api.redeemed.map(({ code }) => code)).toEqual(['abc', 'abc']);
    expect(keeper.session.value.state).toBe('signed-in');
  });
});

test('signing out tells the server first', async () => {
  const { keeper, api } = opened('');
  await keeper.start();
  api.signOut = () => Promise.reject(new ApiError(0, 'unreachable', 'no'));
  await expect(keeper.signOut()).rejects.toThrow();
  expect(keeper.session.value.state).toBe('signed-in');
  api.signOut = () => Promise.resolve();
  await keeper.signOut();
  expect(keeper.session.value).toEqual({ state: 'signed-out', because: 'left' });
});
