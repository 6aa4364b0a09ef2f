import type { AgentCard, Author, ConversationState, Page } from '@alongside/sdk/protocol';
import { TAGS_MAX } from '@alongside/sdk/protocol';
import { newEffect } from '../events/effects.ts';
import type { Decision, NewEffect, NewEvent } from '../events/log.ts';

/**
 * What a command does to a conversation: pure functions of the header as agents see it. The sitting is the
 * machine: none → waiting → active → closed, and from closed the visitor's next message opens another.
 */

export interface VisitorSays {
  conversation: string;
  author: Author;
  text: string;
  at: number;
  page: Page | undefined;
  newId: (prefix: string) => string;
}

/** A visitor's message; the first one of a sitting opens it and asks for an agent. */
export function visitorSays(header: ConversationState, said: VisitorSays): Decision {
  const message = messageEvent(said.author, said.text);
  const index = indexEffect(said);
  if (header.sitting && header.sitting.state !== 'closed') {
    return { append: [message], effects: [index] };
  }
  const item = said.newId('itm');
  const work = newEffect({
    type: 'work.enqueue',
    conversation: said.conversation,
    item,
    at: said.at,
    ...(header.lastAgent && {
      last: { agent: header.lastAgent.id, at: header.lastMessage?.at ?? said.at },
    }),
  });
  const opened: NewEvent = {
    type: 'sitting.opened',
    audience: 'everyone',
    author: { kind: 'system' },
    body: {
      sitting: said.newId('sit'),
      item,
      channel: 'chat',
      ...(said.page && { page: said.page }),
    },
  };
  return {
    append: [opened, message],
    effects: [work, index],
  };
}

/** An agent's message. It needs no open sitting: the agent may still answer after the end. */
export function agentSays(said: Pick<VisitorSays, 'conversation' | 'author' | 'text' | 'at'>): Decision {
  return { append: [messageEvent(said.author, said.text)], effects: [indexEffect(said)] };
}

/** A note: never seen by the visitor. Colleagues whom it names are told. */
export function agentNotes(
  conversation: string,
  author: Author,
  text: string,
  mentions: readonly AgentCard[] = [],
): Decision {
  const body = { text, ...(mentions.length > 0 && { mentions }) };
  const append: NewEvent[] = [{ type: 'chat.noted', audience: 'agents', author, body }];
  if (mentions.length === 0 || author.id === undefined) return { append };
  const by = { id: author.id, name: author.name ?? '' };
  const agents = mentions.map(({ id }) => id);
  return { append, effects: [newEffect({ type: 'desk.mention', conversation, agents, by })] };
}

/**
 * An agent marks the conversation by a tag, or takes the mark away. Repeating it changes nothing. `isKnown`: the
 * site's settings have the tag; one that they have no more stays where it is, and may be taken away.
 */
export function agentTags(
  header: ConversationState,
  author: Author,
  { tag, on, isKnown }: { tag: string; on: boolean; isKnown: boolean },
): Decision {
  const tags = header.tags ?? [];
  if (tags.includes(tag) === on) return { already: true };
  if (on && !isKnown) return { refuse: 'invalid', message: `the site has no tag “${tag}” (any more)` };
  if (on && tags.length >= TAGS_MAX) return { refuse: 'invalid', message: 'it has as many tags as it can' };
  return { append: [{ type: 'conversation.tagged', audience: 'agents', author, body: { tag, on } }] };
}

/** How far a side's screen has come: only ever forward, and never beyond what that side may see. */
export function sideReceived(
  header: ConversationState,
  head: number,
  author: Author,
  marks: { delivered?: number; read?: number },
): Decision {
  const before = author.kind === 'visitor' ? header.visitor : header.agentSide;
  const read = Math.min(Math.max(before.read, marks.read ?? 0), head);
  const delivered = Math.min(Math.max(before.delivered, marks.delivered ?? 0, read), head);
  if (read === before.read && delivered === before.delivered) return { already: true };
  return {
    append: [{ type: 'chat.received', audience: 'everyone', author, body: { delivered, read } }],
  };
}

/** The agent ends the sitting; `about` is for the work item. */
export function agentFinishes(
  header: ConversationState,
  conversation: string,
  author: Author,
  about: { readonly code?: string; readonly wrapUp?: boolean } = {},
): Decision {
  const { sitting } = header;
  if (!sitting || sitting.state === 'closed') {
    return { refuse: 'invalid', message: 'no sitting is open' };
  }
  const work = newEffect({
    type: 'work.finish',
    conversation,
    item: sitting.item,
    ...(author.id !== undefined && { by: author.id }),
    ...(about.code !== undefined && { code: about.code }),
    ...(about.wrapUp !== undefined && { wrapUp: about.wrapUp }),
  });
  return {
    append: [
      {
        type: 'sitting.closed',
        audience: 'everyone',
        author,
        body: { sitting: sitting.id, reason: 'finished' },
      },
    ],
    effects: [work],
  };
}

/** An agent took the work item: the visitor is told who is there. Repeating it changes nothing. */
export function agentJoins(header: ConversationState, item: string, agent: AgentCard): Decision {
  const { sitting } = header;
  const late = sitting?.item !== item || sitting.state === 'closed';
  if (late || header.agents.some((each) => each.id === agent.id)) return { already: true };
  return {
    append: [
      {
        type: 'agent.joined',
        audience: 'everyone',
        author: { kind: 'system' },
        body: { agent, item },
      },
    ],
  };
}

/**
 * An agent lost the work item or gave it away; control of a shared page does not go along (CO16). Repeating it
 * changes nothing.
 */
export function agentLeaves(
  header: ConversationState,
  conversation: string,
  item: string,
  agent: AgentCard,
): Decision {
  if (!header.agents.some((each) => each.id === agent.id)) return { already: true };
  const { share } = header;
  const left = newEffect({
    type: 'share.agent-left',
    conversation,
    share: share?.id ?? '',
    agent: agent.id,
  });
  return {
    append: [{ type: 'agent.left', audience: 'everyone', author: { kind: 'system' }, body: { agent, item } }],
    ...(share?.control?.agent.id === agent.id && { effects: [left] }),
  };
}

/** RT11: the sitting's work item ended as `deflected`, and `next` is its message. Repeating it changes nothing. */
export function sittingGoesOn({ sitting }: ConversationState, item: string, next: string): Decision {
  if (sitting?.item !== item || sitting.state === 'closed') return { already: true };
  return {
    append: [
      {
        type: 'sitting.deflected',
        audience: 'agents',
        author: { kind: 'system' },
        body: { sitting: sitting.id, item: next },
      },
    ],
  };
}

function messageEvent(author: Author, text: string): NewEvent {
  return { type: 'chat.message', audience: 'everyone', author, body: { text } };
}

function indexEffect(said: Pick<VisitorSays, 'conversation' | 'author' | 'text' | 'at'>): NewEffect {
  const { conversation, author, text, at } = said;
  return newEffect({ type: 'search.index', conversation, author, text, at });
}
