import {
  AUDIENCES,
  type Audience,
  type ConversationState,
  type OpenedConversation,
  type Position,
  HISTORY_PAGE_MAX_BYTES,
  OPENED_TAIL_EVENTS,
  conversationState,
} from '@alongside/sdk/protocol';
import { assert, emptyConversation, mayRead, must, reduceConversation } from '@alongside/sdk/shared';
import type { Fold, Log, StreamKey, StreamState } from './log.ts';
import { toEntry } from './to-entry.ts';

/** What one level of reader may know of a conversation, and the command of the newest entry it may see. */
interface FoldedFor {
  header: ConversationState;
  lastCommand: string | undefined;
}

/** A conversation's header, folded for each audience from what that audience may see. */
export type FoldedConversation = Record<Audience, FoldedFor>;

const conversationFold: Fold<FoldedConversation> = {
  kind: 'conversation',
  empty: () => ({ everyone: emptyFor(), agents: emptyFor(), staff: emptyFor() }),
  apply(state, event) {
    // The header depends on nothing that differs between readers of an entry (`prev` does), so one will do.
    const entry = must(toEntry(event, 'staff'), 'an entry for staff, who see all');
    for (const reader of AUDIENCES) {
      if (!mayRead(event.audience, reader)) continue;
      const header = reduceConversation(state[reader].header, entry);
      state[reader] = { header, lastCommand: event.command };
    }
    return state;
  },
  snapshot: (state) => JSON.stringify(state),
  restore(snapshot) {
    const stored = JSON.parse(snapshot) as Partial<Record<Audience, Partial<FoldedFor>>>;
    const of = (reader: Audience): FoldedFor => ({
      header: conversationState.decode(stored[reader]?.header, `${reader}.header`),
      lastCommand: stored[reader]?.lastCommand,
    });
    return { everyone: of('everyone'), agents: of('agents'), staff: of('staff') };
  },
};

function emptyFor(): FoldedFor {
  return { header: emptyConversation(), lastCommand: undefined };
}

/** The stream of a conversation. */
export function conversationStream(id: string, site: string): StreamKey<FoldedConversation> {
  return { id, site, fold: conversationFold };
}

/**
 * Opens a conversation for a reader whose right to it was checked before. A position that this log knows is
 * resumed (one that is the newest costs no query); one that it lacks gives the stream a new epoch (DL3).
 */
export async function openConversation(
  log: Log,
  conversation: { id: string; site: string },
  reader: Audience,
  position: Position | undefined,
): Promise<OpenedConversation> {
  const key = conversationStream(conversation.id, conversation.site);
  const stream = await log.look(key);
  const epoch = stream?.epoch ?? log.epoch;
  const head = stream?.heads[reader] ?? 0;
  if (position?.epoch === epoch) {
    if (await isKnown(log, key.id, stream, reader, position)) {
      return { conversation: key.id, epoch, head, resumed: true };
    }
    return openWhole(log, key, await log.renewEpoch(key), reader);
  }
  return openWhole(log, key, epoch, reader);
}

async function isKnown(
  log: Log,
  id: string,
  stream: StreamState<FoldedConversation> | undefined,
  reader: Audience,
  position: Position,
): Promise<boolean> {
  if (position.seq === 0) return true;
  if (!stream || position.seq > stream.heads[reader]) return false;
  if (position.seq === stream.heads[reader]) {
    return stream.state[reader].lastCommand === position.command;
  }
  return log.hasEntry(id, position.seq, position.command);
}

/** The header and the newest entries, of one instant: an append between the two reads is read again. */
async function openWhole(
  log: Log,
  key: StreamKey<FoldedConversation>,
  epoch: string,
  reader: Audience,
): Promise<OpenedConversation> {
  for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
    const page = await log.read(key.id, {
      reader,
      before: Number.MAX_SAFE_INTEGER,
      limit: OPENED_TAIL_EVENTS,
      maxBytes: HISTORY_PAGE_MAX_BYTES,
    });
    const stream = await log.look(key);
    const head = stream?.heads[reader] ?? 0;
    if (page.head !== head) continue;
    return {
      conversation: key.id,
      epoch,
      head,
      resumed: false,
      state: stream?.state[reader].header ?? emptyConversation(),
      entries: page.entries,
      older: page.more,
    };
  }
  assert(false, 'a conversation stands still between two reads within a few tries');
}

/** A conversation to which somebody appends between every two reads does not exist; 20 in a row is a fault. */
const OPEN_ATTEMPTS = 20;
