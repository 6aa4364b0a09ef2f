import type { ConversationView, PendingMessage } from '@alongside/sdk';
import type { Author, ConversationEvent, LogEntry } from '@alongside/sdk/protocol';

/** Messages of one author this close together stand as one group. */
const GROUP_WITHIN_MS = 180_000;

/** One message, or another event that is drawn by a card. */
export interface TimelineItem {
  /** The same before and after the server has numbered it. */
  key: string;
  at: number;
  mine: boolean;
  author?: Author;
  body: ConversationEvent['body'];
  /** Where it stands: in the log, or still on the way. */
  source: ConversationEvent | PendingMessage;
}

/** What the timeline shows, from top to bottom. */
export type Block =
  | { kind: 'day'; key: string; at: number }
  /** A fact in one line: somebody joined, something was deleted. */
  | { kind: 'line'; key: string; entry: LogEntry }
  | { kind: 'group'; key: string; mine: boolean; author?: Author; items: TimelineItem[] };

type Body = ConversationEvent['body'];
type Line = Extract<Body, { type: 'agent.joined' | 'agent.left' | 'sitting.closed' | 'unreadable' }>;

/** Whether an event is told in one line. The words for it have the name of its type; a shared page's chunk has its own. */
export function isLine(body: Body): body is Line {
  return /^(agent|unr|co-)|closed$/.test(body.type);
}

function itemOf(source: ConversationEvent): TimelineItem {
  const { at, author, body, command, seq } = source;
  return { key: command ?? String(seq), at, mine: author.kind === 'visitor', author, body, source };
}

function pendingItem(source: PendingMessage): TimelineItem {
  const { at, id, text } = source;
  return { key: id, at, mine: true, body: { type: 'chat.message', text }, source };
}

function continues(group: Block | undefined, item: TimelineItem): group is Extract<Block, { kind: 'group' }> {
  if (group?.kind !== 'group' || group.mine !== item.mine) return false;
  const last = group.items.at(-1);
  return (
    (item.mine || group.author?.id === item.author?.id) &&
    Math.abs(item.at - (last?.at ?? 0)) <= GROUP_WITHIN_MS
  );
}

/**
 * Arranges a conversation: days, lines, and messages grouped by author. `cards` are the types of events that
 * somebody can draw; what is neither a card nor a line is not shown. Own messages on the way come last.
 */
export function blocksOf(view: ConversationView, cards: ReadonlySet<string>): Block[] {
  const blocks: Block[] = [];
  let day = '';
  const dayOf = (at: number): void => {
    const date = new Date(at).toDateString();
    if (date !== day) blocks.push({ kind: 'day', key: date, at });
    day = date;
  };
  const put = (item: TimelineItem): void => {
    dayOf(item.at);
    const last = blocks.at(-1);
    if (continues(last, item)) last.items.push(item);
    else {
      const { key, mine, author } = item;
      blocks.push({ kind: 'group', key: `g${key}`, mine, ...(author && { author }), items: [item] });
    }
  };
  for (const entry of view.entries) {
    if ('erased' in entry || isLine(entry.body)) {
      if (!('erased' in entry)) dayOf(entry.at);
      blocks.push({ kind: 'line', key: `l${entry.seq}`, entry });
    } else if (cards.has(entry.body.type)) {
      put(itemOf(entry));
    }
  }
  for (const pending of view.pending) put(pendingItem(pending));
  return blocks;
}

/** The last own message that was not refused: the one under which its delivery state stands. */
export function lastOwn(blocks: readonly Block[]): TimelineItem | undefined {
  for (const block of [...blocks].reverse()) {
    if (block.kind !== 'group' || !block.mine) continue;
    const item = block.items.findLast((each) => !('state' in each.source && each.source.state === 'refused'));
    if (item) return item;
  }
  return undefined;
}
