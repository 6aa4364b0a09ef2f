import type { OutboxStore } from '../../../sdk/src/connection/outbox-store.ts';
import { type SocketPort, webSocketPort } from '../../../sdk/src/connection/socket-port.ts';
import { dutyOf, type ErrorCode, type LogEntry } from '../../../sdk/src/protocol/index.ts';
import type { ClientPorts } from '../../../sdk/src/visitor.ts';
import type { Entry, History } from './history.ts';

/** What is recorded at the edges of a client: what it saves, what it is answered, of which epoch its copies are. */
export interface Recording {
  readonly client: string;
  readonly history: History;
  readonly ports: Pick<ClientPorts, 'socket' | 'durableStore'>;
  /** The epochs of the first and of the last copy that the server gave, by conversation. */
  readonly epochs: ReadonlyMap<string, { first: string; last: string }>;
  /** Sockets opened so far. */
  connections(): number;
  /** From now on nothing is saved, sent or heard, as if the process had died. */
  die(): void;
}

interface DownFrame {
  type: string;
  id?: string;
  seq?: number;
  code?: ErrorCode;
  opened?: { conversation: string; epoch: string };
}

/** Wraps a client's store and its way to the server, by default a WebSocket and nothing else. A visitor's one conversation is known from its first welcome only. */
export function recording(
  client: string,
  history: History,
  durableStore: ClientPorts['durableStore'],
  way: SocketPort = webSocketPort,
): Recording {
  const epochs = new Map<string, { first: string; last: string }>();
  let alive = true;
  let opened = 0;
  const heard = ({ type, id, seq, code, opened: copy }: DownFrame): void => {
    if (type === 'ack' && id !== undefined && seq !== undefined) history.acknowledged(id, seq);
    if (type === 'refused' && id !== undefined && code && dutyOf(code) === 'stop') history.refused(id, code);
    if (!copy) return;
    const first = epochs.get(copy.conversation)?.first ?? copy.epoch;
    epochs.set(copy.conversation, { first, last: copy.epoch });
    if (type === 'welcome') history.livesIn(client, copy.conversation);
  };
  const socket: SocketPort = (url, listener) => {
    opened++;
    const inner = way(url, {
      opened: () => alive && listener.opened(),
      message: (text) => {
        if (!alive) return;
        heard(JSON.parse(text) as DownFrame);
        listener.message(text);
      },
      closed: (code, reason) => alive && listener.closed(code, reason),
    });
    return { send: (text) => alive && inner.send(text), close: () => inner.close() };
  };
  return {
    client,
    history,
    epochs,
    ports: {
      socket,
      durableStore: (key) => {
        const store = durableStore(key);
        return store && recordedStore(store, client, history, () => alive);
      },
    },
    connections: () => opened,
    die: () => {
      alive = false;
    },
  };
}

function recordedStore(
  store: OutboxStore,
  client: string,
  history: History,
  alive: () => boolean,
): OutboxStore {
  return {
    async change(change) {
      if (!alive()) return new Promise(() => undefined);
      const [result, device, entries] = await store.change((box) => {
        const done = change(box);
        return [done, box.device, [...box.entries]] as const;
      });
      for (const { id, conversation = '', body } of entries) {
        const audience = body.type === 'chat.note' ? 'agents' : 'everyone';
        history.invoked({ client, device, conversation, command: id, audience, text: body.text });
      }
      return result;
    },
    close: () => store.close(),
  };
}

/** An entry of a copy as the history keeps it. */
export function entryOf(entry: LogEntry): Entry {
  if ('erased' in entry) return { seq: entry.seq, prev: entry.prev, type: 'erased' };
  const { seq, prev, command, body } = entry;
  const text = 'text' in body && { text: body.text };
  return { seq, prev, type: body.type, ...(command !== undefined && { command }), ...text };
}
