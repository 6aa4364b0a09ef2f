import type { JSX } from 'preact';
import { Name } from '../ui/person.tsx';
import { Mark } from './mark.tsx';
import type { Session, SessionKeeper } from './session.ts';
import './sign-in-page.css';

type Told = Exclude<Session, { state: 'signed-in' } | { state: 'checking' }>;

const HEADINGS: Record<Told['state'], string> = {
  'signed-out': 'Sign in with a link',
  'link-refused': 'This link no longer works',
  unreachable: 'The server cannot be reached',
};

/** What stands in place of the console while nobody is signed in: why, and how to get in. */
export function SignInPage({ session, keeper }: { session: Told; keeper: SessionKeeper }): JSX.Element {
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <Mark />
        <h1>{HEADINGS[session.state]}</h1>
        <Told session={session} keeper={keeper} />
      </div>
    </main>
  );
}

function Told({ session, keeper }: { session: Told; keeper: SessionKeeper }): JSX.Element {
  switch (session.state) {
    case 'unreachable':
      return (
        <>
          <p>Nothing is lost. Check that this device is online and that the server runs.</p>
          <button type="button" class="button button-primary" onClick={() => void keeper.start()}>
            Try again
          </button>
        </>
      );
    case 'link-refused':
      return (
        <>
          <p>A sign-in link works once and only for a short time. This one was used or has expired.</p>
          <HowToGetALink />
          {session.current && <GoOn current={session.current} keeper={keeper} />}
        </>
      );
    case 'signed-out':
      return (
        <>
          <p role="status">{because(session.because)}</p>
          <HowToGetALink />
        </>
      );
  }
}

function because(reason: 'ended' | 'left' | undefined): string {
  if (reason === 'ended') return 'Your session has ended. What you wrote is kept in this browser.';
  if (reason === 'left') return 'You are signed out.';
  return 'There is no password. You sign in by opening a one-time link that is made for you.';
}

function HowToGetALink(): JSX.Element {
  return (
    <dl class="sign-in-ways">
      <dt>You are an agent</dt>
      <dd>Ask the person who runs this server for a new sign-in link, and open it in this browser.</dd>
      <dt>You run this server</dt>
      <dd>
        Make one with <code>npx alongside agent link</code>. In demo mode, starting the server prints one for
        each person.
      </dd>
    </dl>
  );
}

function GoOn({
  current,
  keeper,
}: {
  current: Parameters<SessionKeeper['proceed']>[0];
  keeper: SessionKeeper;
}): JSX.Element {
  return (
    <p class="sign-in-current">
      <span>
        In this browser <Name of={current.agent.name} /> is signed in.
      </span>
      <button
        type="button"
        class="button"
        onClick={() => {
          keeper.proceed(current);
        }}
      >
        Go on as {current.agent.name}
      </button>
    </p>
  );
}
