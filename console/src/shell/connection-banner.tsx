import type { ConnectionStatus } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { Icon } from '../ui/icon.tsx';
import { duration } from '../ui/time.ts';
import { useWorkspace } from './use-console.ts';
import './connection-banner.css';

type Trouble = Exclude<ConnectionStatus, { state: 'online' | 'idle' | 'connecting' }>;

const STOPPED: Record<Extract<ConnectionStatus, { state: 'stopped' }>['reason'], string> = {
  version: 'This page is older than the server. Reload it to go on; nothing is lost.',
  origin: 'The server does not accept this address. Open the console at the address that you were given.',
  revoked: 'You were signed out.',
  unauthenticated: 'You are signed out. Sign in again to go on.',
  protocol: 'The server and this page do not understand each other. Reload the page.',
};

/** Says what is wrong with the connection, what is safe, and what can be done. Empty while all is well. */
export function ConnectionBanner(): JSX.Element {
  const { connection, storage } = useWorkspace();
  const status = connection.value;
  const isTrouble = status.state !== 'online' && status.state !== 'idle' && status.state !== 'connecting';
  return (
    <div class="connection-banner" role="status">
      {isTrouble && <TroubleLine status={status} />}
      {storage.value === 'memory' && (
        <p class="connection-line">
          <Icon name="alert" size={16} />
          <span>
            This browser keeps nothing for this page. Do not reload or close it while something is not sent.
          </span>
        </p>
      )}
    </div>
  );
}

function TroubleLine({ status }: { status: Trouble }): JSX.Element {
  const { client } = useWorkspace();
  const canReload =
    status.state === 'stopped' && (status.reason === 'version' || status.reason === 'protocol');
  return (
    <p class="connection-line" data-state={status.state}>
      <Icon name={status.state === 'stopped' ? 'alert' : 'offline'} size={16} />
      <span>
        {textOf(status)}
        {status.state === 'reconnecting' && <RetryTime at={status.retryAt} />}
      </span>
      {status.state === 'reconnecting' && (
        <button
          type="button"
          class="button-link"
          onClick={() => {
            client.hurry();
          }}
        >
          Try now
        </button>
      )}
      {canReload && (
        <button
          type="button"
          class="button-link"
          onClick={() => {
            location.reload();
          }}
        >
          Reload
        </button>
      )}
    </p>
  );
}

function textOf(status: Trouble): string {
  switch (status.state) {
    case 'offline':
      return 'This device is offline. What you write is kept here and goes out when it is back.';
    case 'reconnecting':
      return status.busy
        ? 'The server is busy and asked to wait. What you write is kept here and goes out by itself.'
        : 'Connection lost. What you write is kept here and goes out by itself.';
    case 'stopped':
      return STOPPED[status.reason];
  }
}

/** Hidden from screen readers: a sentence that changes each second would be read each second. */
function RetryTime({ at }: { at: number | undefined }): JSX.Element | null {
  const { ticker, client } = useWorkspace();
  if (at === undefined) return null;
  const left = at + client.clockOffset.value - ticker.now.value;
  if (left < 1_000) return null;
  return <span aria-hidden="true"> Trying again in {duration(left)}.</span>;
}
