import type { ConnectionStatus } from '@alongside/sdk';
import type { JSX } from 'preact';
import type { ShellContext } from './context.ts';
import type { Words } from './i18n/english.ts';

/** What is wrong with the connection, truthfully; undefined where nothing is. */
function connectionWords(status: ConnectionStatus, waiting: boolean, words: Words): string | undefined {
  switch (status.state) {
    case 'idle':
    case 'connecting':
    case 'online':
      return undefined;
    case 'stopped':
      return words[status.reason === 'version' || status.reason === 'origin' ? status.reason : 'stopped'];
    case 'offline':
    case 'reconnecting':
      if ('busy' in status) return words.busy;
      return words[waiting ? (`${status.state}Waiting` as const) : status.state];
  }
}

/** What the visitor should know about connection and storage, said where it is. */
export function Banners({ shell }: { shell: ShellContext }): JSX.Element {
  const { client, connection, conversation, language, storage } = shell;
  const { words } = language;
  const waiting = conversation.pending.some(({ seq, state }) => state === 'saved' && seq === undefined);
  const said = connectionWords(connection, waiting, words);
  return (
    <div role="status">
      {said && (
        <p class={`banner ${connection.state}`} key={connection.state}>
          {said}
          {connection.state === 'reconnecting' && (
            <button class="link" onClick={() => client.hurry()}>
              {words.tryNow}
            </button>
          )}
        </p>
      )}
      {conversation.restored && <p class="banner">{words.restored}</p>}
      {storage === 'memory' && <p class="banner">{words.storageDenied}</p>}
    </div>
  );
}
