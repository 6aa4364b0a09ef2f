import type {
  Audience,
  ConversationEvent,
  ConversationState,
  EventBody,
  LogEntry,
} from '../protocol/index.ts';
import { withShare } from '../co-browse/share-state.ts';
import { withDeflection } from './deflection-state.ts';
import { withTags } from './tags-state.ts';
import { AUDIENCES, UNREAD_MAX } from '../protocol/index.ts';

/** The header of a conversation in which nothing happened yet. */
export function emptyConversation(): ConversationState {
  return {
    seq: 0,
    agents: [],
    visitor: { delivered: 0, read: 0 },
    agentSide: { delivered: 0, read: 0 },
    unreadByVisitor: [],
    unreadByAgents: [],
  };
}

/** Whether a reader of level `reader` may see what was written for `audience`. */
export function mayRead(audience: Audience, reader: Audience): boolean {
  return AUDIENCES.indexOf(audience) <= AUDIENCES.indexOf(reader);
}

/**
 * Folds one entry into the header. Pure: the server, the widget and the console all fold with this. Entries
 * must come in order and without a gap for the reader whose header it is; that is the caller's to keep.
 */
export function reduceConversation(state: ConversationState, entry: LogEntry): ConversationState {
  const next = { ...state, seq: entry.seq };
  if ('erased' in entry) return next;
  const { body } = entry;
  return withDeflection(withTags(withShare({ ...next, ...changeOf(state, entry) }, body), body), body);
}

function changeOf(state: ConversationState, event: ConversationEvent): Partial<ConversationState> {
  const { body } = event;
  switch (body.type) {
    case 'sitting.opened': {
      const { sitting: id, item, page } = body;
      return { sitting: { id, item, state: 'waiting', openedAt: event.at, ...(page && { page }) } };
    }
    case 'sitting.closed':
      return state.sitting ? { sitting: { ...state.sitting, state: 'closed' }, agents: [] } : {};
    case 'agent.joined':
      return {
        agents: [...state.agents.filter((each) => each.id !== body.agent.id), body.agent],
        lastAgent: body.agent,
        ...(state.sitting && { sitting: { ...state.sitting, state: 'active' as const } }),
      };
    case 'agent.left':
      return { agents: state.agents.filter((each) => each.id !== body.agent.id) };
    case 'chat.message':
      return messageSaid(state, event, body);
    case 'chat.received':
      return received(state, event, body);
    default:
      return {};
  }
}

function messageSaid(
  state: ConversationState,
  event: ConversationEvent,
  body: Extract<EventBody, { type: 'chat.message' }>,
): Partial<ConversationState> {
  const { seq, at, author } = event;
  const lastMessage = { seq, at, author, text: body.text };
  const more = (unread: number[]): number[] => [...unread, seq].slice(-UNREAD_MAX);
  return author.kind === 'visitor'
    ? { lastMessage, unreadByAgents: more(state.unreadByAgents) }
    : { lastMessage, unreadByVisitor: more(state.unreadByVisitor) };
}

function received(
  state: ConversationState,
  event: ConversationEvent,
  body: Extract<EventBody, { type: 'chat.received' }>,
): Partial<ConversationState> {
  const forward = (marks: ConversationState['visitor']): ConversationState['visitor'] => ({
    delivered: Math.max(marks.delivered, body.delivered, body.read),
    read: Math.max(marks.read, body.read),
  });
  const left = (unread: number[]): number[] => unread.filter((seq) => seq > body.read);
  return event.author.kind === 'visitor'
    ? { visitor: forward(state.visitor), unreadByVisitor: left(state.unreadByVisitor) }
    : { agentSide: forward(state.agentSide), unreadByAgents: left(state.unreadByAgents) };
}
