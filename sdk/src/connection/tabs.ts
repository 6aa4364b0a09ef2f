import type { ConversationSession } from '../conversation/conversation-session.ts';
import type { Cell } from '../lib/observable.ts';
import type { OpenedConversation, VisitorDown } from '../protocol/index.ts';
import type { ClientPorts } from './client-ports.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { Outbox } from './outbox.ts';
import type { Frame, RelayConnection } from './relay-connection.ts';
import type { TabGroup } from './tab-group.ts';
import type { TokenStore } from './token-store.ts';
import type { VisitorClient } from './visitor-client.ts';

/** What is used of a BroadcastChannel: what is posted reaches all other pages, each sender's in its order. */
export interface TabChannel {
  onmessage: ((event: { data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What is used of Web Locks: one page at a time is granted a name, until its answer resolves or it is gone. */
export interface TabLocks {
  request(
    name: string,
    options: { ifAvailable?: boolean; steal?: boolean; signal?: AbortSignal },
    granted: (lock: unknown) => unknown,
  ): Promise<unknown>;
}

/** How the pages of one browser find each other. */
export interface TabPorts {
  locks: TabLocks;
  channel(name: string): TabChannel;
  /** What is needed from the second page on; most visitors never load it. */
  group(): Promise<{ TabGroup: typeof TabGroup }>;
}

/** One page's client, as far as its group works with it; the group sets what is optional. */
export interface TabSeat {
  readonly relay: RelayConnection<VisitorDown>;
  readonly outbox: Outbox;
  readonly session: ConversationSession;
  readonly storage: VisitorClient['storage'];
  readonly tokens: TokenStore;
  readonly status: Cell<ConnectionStatus>;
  readonly availability: VisitorClient['availability'];
  /** The conversation was opened, by the server or by the page that leads. */
  opened(opened: OpenedConversation): void;
  received(frame: VisitorDown): void;
  /** Who carried our frames is gone. */
  lost(): void;
  tellPage(): void;
  /** Takes frames instead of the own connection. */
  send?: ((frame: Frame) => void) | undefined;
  /** Sees what the own connection received. */
  heard?: ((frame: VisitorDown) => void) | undefined;
  /** The outbox was changed here. */
  saved?: (() => void) | undefined;
  hurry?: (() => void) | undefined;
  /** Gives the connection's lock back; there while this page holds it. */
  release?: (() => void) | undefined;
}

/**
 * One connection for all pages of a browser (DL8): whoever holds the lock connects, the others work through it.
 * Where there are no locks or no channel, each page connects by itself. The answer ends it.
 */
export function joinTabs(name: string, seat: TabSeat, ports: ClientPorts, tabs: TabPorts): () => void {
  let channel: TabChannel | undefined;
  let group: Promise<TabGroup | undefined> | undefined;
  let stopped = false;
  const connect = (): undefined => {
    if (!stopped) seat.relay.start();
  };
  const meet = (): Promise<TabGroup | undefined> =>
    (group ??= tabs
      .group()
      .then(({ TabGroup }) => {
        return channel && !stopped ? new TabGroup(name, seat, ports, { ...tabs, channel }) : undefined;
      })
      .catch(connect));
  const granted = (lock: unknown): Promise<void> | undefined => {
    if (stopped) return;
    if (!lock || !channel) return void meet();
    connect();
    channel.onmessage = () => void meet();
    return new Promise((resolve) => (seat.release = resolve));
  };
  try {
    channel = tabs.channel(name);
    // Rejected where locks are denied, and where another page took ours because this one did not answer.
    tabs.locks.request(name, { ifAvailable: true }, granted).catch(() => {
      const led = seat.release;
      seat.release = undefined;
      if (led) void meet().then((its) => its?.overtaken());
      else connect();
    });
  } catch {
    connect();
  }
  return () => {
    stopped = true;
    seat.release?.();
    channel?.close();
    void group?.then((its) => its?.stop());
  };
}
