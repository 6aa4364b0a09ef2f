import { effect, untracked } from '@preact/signals';
import type { VNode } from 'preact';
import type { AgentClient } from '@alongside/sdk/agent';
import type { Clock } from '@alongside/sdk/shared';
import '../ui/tokens.css';
import '../ui/base.css';
import { type Api, httpApi } from './api.ts';
import { App, type AppProps } from './app.tsx';
import { followViewport } from './follow-viewport.ts';
import { keepPreferences } from './preferences.ts';
import { showPageIcon } from './page-icon.ts';
import type { Place } from './place.ts';
import type { Registration } from './registration.ts';
import { Router } from './router.ts';
import { SessionKeeper, browserAddress } from './session.ts';
import { ticketFrom } from './ticket.ts';
import { Workspace } from './workspace.ts';

export interface ConsoleOptions {
  registrations: readonly Registration[];
  places?: readonly Place[];
  clock: Clock;
  /** Connects an agent's client; each connect asks for a new ticket. */
  connect: (ticket: () => Promise<string>) => AgentClient;
  draw: (app: VNode) => void;
  api?: Api;
}

/** Starts the console in this page, for as long as the page lives. */
export function startConsole(options: ConsoleOptions): void {
  const { registrations, places = [], clock, connect, draw, api = httpApi() } = options;
  const keeper = new SessionKeeper(api, browserAddress);
  const { preferences } = keepPreferences();
  let workspace: Workspace | undefined;
  const leave = (): void => {
    void workspace?.stop();
    workspace = undefined;
  };
  const workspaceOf: AppProps['workspaceOf'] = ({ identity }) => {
    if (workspace) return workspace;
    workspace = new Workspace({
      client: connect(() => ticketFrom(api)),
      api,
      clock,
      identity,
      preferences,
      router: new Router(),
      registrations,
      places,
    });
    watch(workspace);
    return workspace;
  };
  effect(() => {
    if (keeper.session.value.state !== 'signed-in') untracked(leave);
  });
  const watch = ({ connection }: Workspace): void => {
    const stop = effect(() => {
      const status = connection.value;
      if (status.state !== 'stopped' || !ENDED.includes(status.reason)) return;
      queueMicrotask(() => {
        stop();
        keeper.ended();
      });
    });
  };
  // A sign-in link that is opened where the console runs already changes only the fragment.
  addEventListener('hashchange', () => {
    if (keeper.hasLink()) void keeper.start();
  });
  showPageIcon(false);
  followViewport();
  draw(<App keeper={keeper} workspaceOf={workspaceOf} />);
  void keeper.start();
}

/** Reasons by which a connection ends because the session did. */
const ENDED: readonly string[] = ['revoked', 'unauthenticated'];
