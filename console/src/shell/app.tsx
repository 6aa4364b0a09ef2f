import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { ApiError } from './api.ts';
import { ConsoleScreen } from './console-screen.tsx';
import type { Session, SessionKeeper } from './session.ts';
import { SignInPage } from './sign-in-page.tsx';
import type { Workspace } from './workspace.ts';

export interface AppProps {
  keeper: SessionKeeper;
  /** The workspace of who is signed in; the same for as long as they are. */
  workspaceOf: (session: Extract<Session, { state: 'signed-in' }>) => Workspace;
}

/** The console, or the way into it. */
export function App({ keeper, workspaceOf }: AppProps): JSX.Element | null {
  const session = keeper.session.value;
  switch (session.state) {
    case 'checking':
      return null;
    case 'signed-in':
      return <SignedIn workspace={workspaceOf(session)} keeper={keeper} />;
    case 'signed-out':
    case 'link-refused':
    case 'unreachable':
      return <SignInPage session={session} keeper={keeper} />;
  }
}

function SignedIn({ workspace, keeper }: { workspace: Workspace; keeper: SessionKeeper }): JSX.Element {
  const signOut = useCallback((): void => {
    keeper.signOut().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      workspace.notices.say('You are still signed in: the server cannot be reached. Try again.', 'problem');
    });
  }, [workspace, keeper]);
  return <ConsoleScreen workspace={workspace} signOut={signOut} />;
}
