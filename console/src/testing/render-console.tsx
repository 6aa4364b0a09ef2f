import { act, cleanup, render } from '@testing-library/preact';
import { type Api, ApiError, type Identity, type SearchHit } from '../shell/api.ts';
import type { SettingsValues, StoredSetting } from '@alongside/sdk/shared';
import { ConsoleScreen } from '../shell/console-screen.tsx';
import type { Place } from '../shell/place.ts';
import { keepPreferences } from '../shell/preferences.ts';
import type { Registration } from '../shell/registration.ts';
import { Router } from '../shell/router.ts';
import { Workspace } from '../shell/workspace.ts';
import { FakeAgentClient, idOf } from './fake-agent-client.ts';
import { ManualClock } from '../../../sdk/src/testing/manual-clock.ts';

/** Noon of a day in the past, in the zone of the machine. */
export const NOON = new Date(2026, 2, 10, 12, 0, 0).getTime();

export const IDENTITY: Identity = {
  agent: { id: idOf('agt', 1), name: 'Ana' },
  role: 'agent',
  site: { key: 'demo', name: 'The Corner Shop' },
};

/** The REST side without a server: `hits` is what every search finds. */
export class FakeApi implements Api {
  hits: SearchHit[] = [];
  searched: string[] = [];
  current: Identity | undefined = IDENTITY;
  /** What the site has set up, by kind. */
  lists: { [Kind in keyof SettingsValues]?: StoredSetting<SettingsValues[Kind]>[] } = {};
  signIn(_code: string): Promise<void> {
    return Promise.resolve();
  }
  signOut(): Promise<void> {
    return Promise.resolve();
  }
  identity(): Promise<Identity | undefined> {
    return Promise.resolve(this.current);
  }
  ticket(): Promise<string> {
    return Promise.resolve('ticket');
  }
  /** What a request is answered, by its method and path: `GET /v1/agents`. Others are `not-found`. */
  readonly answers = new Map<string, (body: object | undefined) => unknown>();
  readonly called: [request: string, body?: object][] = [];
  async call(method: string, path: string, body?: object): Promise<unknown> {
    const name = `${method} ${path}`;
    this.called.push(body ? [name, body] : [name]);
    await Promise.resolve();
    const answer = this.answers.get(name);
    if (!answer) throw new ApiError(404, 'not-found', 'there is nothing here');
    return answer(body);
  }
  search(words: string): Promise<SearchHit[]> {
    this.searched.push(words);
    return Promise.resolve(this.hits);
  }
  list<Kind extends keyof SettingsValues>(kind: Kind): Promise<StoredSetting<SettingsValues[Kind]>[]> {
    return Promise.resolve(this.lists[kind] ?? []);
  }
}

export interface RenderedConsole {
  client: FakeAgentClient;
  clock: ManualClock;
  api: FakeApi;
  workspace: Workspace;
  /** Changes something and lets the screen follow. */
  change(what: () => unknown): Promise<void>;
  close(): Promise<void>;
}

/** What a test may put in place of the usual. */
export interface RenderOptions {
  places?: readonly Place[];
  identity?: Identity;
  api?: FakeApi;
}

/** The signed-in console over a client without a server. `prepare` runs before the first picture. */
export async function renderConsole(
  registrations: readonly Registration[],
  prepare?: (client: FakeAgentClient, clock: ManualClock) => void,
  { places = [], identity = IDENTITY, api = new FakeApi() }: RenderOptions = {},
): Promise<RenderedConsole> {
  const clock = new ManualClock(NOON);
  const client = new FakeAgentClient(() => clock.now());
  prepare?.(client, clock);
  const { preferences, stop } = keepPreferences();
  const router = new Router();
  const workspace = new Workspace({
    client,
    api,
    clock,
    identity,
    preferences,
    router,
    registrations,
    places,
  });
  const change = async (what: () => unknown): Promise<void> => {
    await act(async () => {
      await what();
    });
  };
  await change(() => render(<ConsoleScreen workspace={workspace} signOut={() => undefined} />));
  return {
    client,
    clock,
    api,
    workspace,
    change,
    close: async () => {
      cleanup();
      await workspace.stop();
      stop();
    },
  };
}

/** A page as it is before anything was opened in it. */
export function freshPage(): void {
  localStorage.clear();
  location.hash = '';
  document.title = '';
}
