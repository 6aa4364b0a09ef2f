import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, describe, expect, test } from 'vitest';
import { FakeApi, IDENTITY } from '../testing/render-console.tsx';
import { ApiError } from './api.ts';
import { App } from './app.tsx';
import { SessionKeeper } from './session.ts';

afterEach(cleanup);

async function opened(hash: string, api: FakeApi): Promise<SessionKeeper> {
  const keeper = new SessionKeeper(api, { hash: () => hash, clearHash: () => undefined });
  const noWorkspace = (): never => {
    throw new Error('nobody is signed in');
  };
  render(<App keeper={keeper} workspaceOf={noWorkspace} />);
  await act(() => keeper.start());
  return keeper;
}

describe('the way in', () => {
  test('without a session it says how to sign in', async () => {
    const api = new FakeApi();
    api.current = undefined;
    await opened('', api);
    expect(screen.getByRole('heading', { name: 'Sign in with a link' })).toBeTruthy();
    expect(screen.getByText('npx alongside agent link')).toBeTruthy();
  });

  test('a link that no longer works says how to get a new one', async () => {
    const api = new FakeApi();
    api.current = undefined;
    api.signIn = () => Promise.reject(new ApiError(401, 'unauthenticated', 'used'));
    await opened('#sign-in=old', api);
    expect(screen.getByRole('heading', { name: 'This link no longer works' })).toBeTruthy();
    expect(screen.getByText(/Ask the person who runs this server for a new sign-in link/)).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });

  test('where somebody is signed in all the same, it offers to go on as them', async () => {
    const api = new FakeApi();
    api.signIn = () => Promise.reject(new ApiError(401, 'unauthenticated', 'used'));
    await opened('#sign-in=old', api);
    expect(screen.getByRole('button', { name: `Go on as ${IDENTITY.agent.name}` })).toBeTruthy();
  });

  test('a server that is not there can be tried again', async () => {
    const api = new FakeApi();
    api.current = undefined;
    const identity = api.identity.bind(api);
    api.identity = () => Promise.reject(new ApiError(0, 'unreachable', 'no'));
    await opened('', api);
    api.identity = identity;
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
      await Promise.resolve();
    });
    expect(await screen.findByRole('heading', { name: 'Sign in with a link' })).toBeTruthy();
  });
});
