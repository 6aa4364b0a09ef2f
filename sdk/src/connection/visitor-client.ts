import type { ConversationView } from '../conversation/conversation-view.ts';
import type { Observable } from '../lib/observable.ts';
import type {
  AgentCard,
  Infer,
  Page,
  VisitorCommandBody,
  VisitorSignalBody,
  availability,
} from '../protocol/index.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { TokenStore } from './token-store.ts';

/** Who is there for visitors, when it opens, and how the own conversation waits. */
export type Availability = Readonly<Omit<Infer<typeof availability>, 'type' | 'agents'>> & {
  readonly agents: readonly AgentCard[];
};

/** Everything a visitor's side can do and see; made by `connectVisitor` of `@alongside/sdk`. */
export interface VisitorClient {
  readonly connection: Observable<ConnectionStatus>;
  readonly conversation: Observable<ConversationView>;
  /** Who is there, and how one waits; undefined until the server said so. */
  readonly availability: Observable<Availability | undefined>;
  /** `memory`: this browser denies storage, so that a reload loses what was not sent (shown as a warning). */
  readonly storage: Observable<'durable' | 'memory' | 'opening'>;

  /** What lets this visitor come back as the same, for sockets beside the relay's. */
  readonly tokenStore: Pick<TokenStore, 'read'>;

  /** Resolves once the message is saved on this device (DL5); it goes out by itself. Rejects on text over 8,000. */
  send(text: string): Promise<{ id: string }>;
  /** Sends a refused message again, under a new command id. */
  tryAgain(id: string): Promise<void>;
  /** Deletes a refused message. */
  discard(id: string): Promise<void>;
  /** Entries up to here have been on a screen, or were read. Debounced and only ever forward. */
  markRead(seq: number): void;
  markDelivered(seq: number): void;
  /** Call on each input; sends at most one signal a second and one when it ends. */
  typing(on: boolean): void;
  /** Sends what is live only: lost without a connection. */
  signal(body: VisitorSignalBody): void;
  /** Tells where the visitor is; masked before it leaves. */
  showPage(page: Page): void;
  /** Fetches the page of entries before the oldest; resolves when they are in the view. */
  loadOlder(): Promise<void>;
  /** The draft of the composer, kept per conversation on this device. */
  readDraft(): Promise<string>;
  writeDraft(text: string): void;
  /** Reconnects at once instead of at `retryAt` (a tap, the panel opens). */
  hurry(): void;
  /**
   * Gives a command that has no place in the outbox. It is repeated under its id after a reconnect; `later` after
   * 30 s without an answer or on a refusal that may pass, `never` on one that stays.
   */
  command(body: VisitorCommandBody): Promise<'taken' | 'later' | 'never'>;
  /** Closes the connection and removes every listener and timer. What was saved stays saved. */
  stop(): Promise<void>;
}

/** Options of `connectVisitor`. */
export interface VisitorClientOptions {
  /** Origin of the server, `https://chat.example.com`. */
  server: string;
  /** The site's key. */
  site: string;
  locale?: string;
  page?: Page;
  /** Absent: the browser's IndexedDB and localStorage; in Node, memory. */
  storage?: 'browser' | 'memory';
}
