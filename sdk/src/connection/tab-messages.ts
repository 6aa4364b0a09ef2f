import type { ConversationSession } from '../conversation/conversation-session.ts';
import { type OpenedConversation, type Position, OPENED_TAIL_EVENTS } from '../protocol/index.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { Frame } from './relay-connection.ts';
import { tabPosition } from './tab-schema.ts';
import type { VisitorTokens } from './token-store.ts';

/**
 * What the pages of one browser tell each other. From the leader: here (`fresh`: it has just been granted the lock),
 * opened (the conversation as it has it), down (what the server sent), gone (it was overtaken). To it: ask, hurry, join, up (what the server
 * is to be sent). Among all: saved (the outbox in the store has changed).
 */
export type TabMessage = { from: string } & (
  | { type: 'here'; status: ConnectionStatus; fresh: boolean }
  | { type: 'opened'; to: string; opened: unknown; tokens: VisitorTokens }
  | { type: 'down'; to?: string; frame: unknown }
  | { type: 'ask' | 'hurry' | 'saved' | 'gone' }
  | { type: 'join'; position: unknown }
  | { type: 'up'; to: string; frame: Frame }
);
export type Told<T> = Extract<TabMessage, { type: T }>;
export type Untold = TabMessage extends infer M ? (M extends TabMessage ? Omit<M, 'from'> : never) : never;

/** A reader's copy goes on where it stands, unless it is of another log or ahead of the leader's. */
export function openedAs(mine: Position, { view }: ConversationSession, asked: unknown): OpenedConversation {
  const { conversation, epoch, seq } = mine;
  const theirs = asked === undefined ? undefined : tabPosition.decode(asked, '');
  const same = theirs?.conversation === conversation && theirs.epoch === epoch && theirs.seq <= seq;
  const { header, entries, older } = view.value;
  const tail = entries.slice(-OPENED_TAIL_EVENTS);
  return {
    ...{ conversation, epoch, head: seq, resumed: same },
    ...(!same && {
      state: header,
      entries: tail,
      older: older || tail.length < entries.length,
    }),
  };
}
