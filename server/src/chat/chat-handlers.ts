import type { AgentCard, AgentCommandBody, VisitorCommandBody } from '@alongside/sdk/protocol';
import { must } from '@alongside/sdk/shared';
import type { Whereabouts } from '../customers/whereabouts.ts';
import { type MayEndWith, UNKNOWN_CODE } from '../desk/ending-codes.ts';
import { type FoldedConversation, conversationStream } from '../events/conversation-stream.ts';
import type { CommandAnswer, CommandHandler, ReceivedCommand } from '../events/handlers.ts';
import type { Decision, Log, StreamState } from '../events/log.ts';
import type { AgentSession, Session, VisitorSession } from '../events/session.ts';
import { authorOf, submit } from '../events/submit.ts';
import {
  agentFinishes,
  agentNotes,
  agentSays,
  agentTags,
  sideReceived,
  visitorSays,
} from './chat-machine.ts';

export interface ChatPorts {
  log: Log;
  newId: (prefix: string) => string;
  whereabouts: Whereabouts;
  /** The agents of a site, whom notes can mention. */
  colleagues: (site: string) => Promise<readonly AgentCard[]>;
  /** Whether a sitting may end with a wrap-up code. */
  mayEndWith: MayEndWith;
  /** Whether a site's settings have a tag. */
  isTag: (site: string, tag: string) => Promise<boolean>;
}

type Body<B extends { type: string }, T extends B['type']> = Extract<B, { type: T }>;
type VisitorHandler<T extends VisitorCommandBody['type']> = CommandHandler<
  VisitorSession,
  Body<VisitorCommandBody, T>
>;
type AgentHandler<T extends AgentCommandBody['type']> = CommandHandler<
  AgentSession,
  Body<AgentCommandBody, T>
>;

/** What the chat does with commands, by who sends them. */
export interface ChatHandlers {
  visitor: [VisitorHandler<'chat.send'>, VisitorHandler<'chat.receipt'>];
  agent: [
    AgentHandler<'chat.send'>,
    AgentHandler<'chat.note'>,
    AgentHandler<'chat.receipt'>,
    AgentHandler<'sitting.finish'>,
    AgentHandler<'conversation.tag'>,
  ];
}

type Stream = StreamState<FoldedConversation>;

/** The chat's command handlers. Each decides against the conversation's folded header and answers once stored. */
export function chatHandlers(ports: ChatPorts): ChatHandlers {
  const { log } = ports;
  const receipt: Receipt = (session, command) =>
    decideIn(log, session, command, ({ state, heads }) =>
      sideReceived(state.agents.header, heads.everyone, authorOf(session), command.body),
    );
  return {
    visitor: [
      {
        type: 'chat.send',
        handle: (session, command) =>
          decideIn(log, session, command, ({ state, now }) =>
            visitorSays(state.agents.header, {
              conversation: session.conversation,
              author: authorOf(session),
              text: command.body.text,
              at: now,
              page: ports.whereabouts.pageOf(session.conversation),
              newId: ports.newId,
            }),
          ),
      },
      { type: 'chat.receipt', handle: receipt },
    ],
    agent: agentHandlers(ports, receipt),
  };
}

type Receipt = (
  session: Session,
  command: ReceivedCommand<{ delivered?: number; read?: number }>,
) => Promise<CommandAnswer>;

function agentHandlers(
  { log, colleagues, mayEndWith, isTag }: ChatPorts,
  receipt: Receipt,
): ChatHandlers['agent'] {
  return [
    {
      type: 'chat.send',
      handle: (session, command) =>
        decideIn(log, session, command, ({ now }, conversation) =>
          agentSays({
            conversation,
            author: authorOf(session),
            text: command.body.text,
            at: now,
          }),
        ),
    },
    {
      type: 'chat.note',
      handle: async (session, command) => {
        const { text, mentions = [] } = command.body;
        const all = mentions.length > 0 ? await colleagues(session.site) : [];
        const named = all.filter(({ id }) => mentions.includes(id));
        return decideIn(log, session, command, (_stream, conversation) =>
          agentNotes(conversation, authorOf(session), text, named),
        );
      },
    },
    { type: 'chat.receipt', handle: receipt },
    {
      type: 'sitting.finish',
      handle: async (session, command) => {
        const work = { conversation: must(command.conversation, 'the conversation that ends') };
        const isCode = await mayEndWith(session.site, work, command.body.code);
        return decideIn(log, session, command, ({ state }, conversation) =>
          isCode
            ? agentFinishes(state.agents.header, conversation, authorOf(session), command.body)
            : UNKNOWN_CODE,
        );
      },
    },
    {
      type: 'conversation.tag',
      handle: async (session, command) => {
        const { tag, on } = command.body;
        const isKnown = !on || (await isTag(session.site, tag));
        return decideIn(log, session, command, ({ state }) =>
          agentTags(state.agents.header, authorOf(session), { tag, on, isKnown }),
        );
      },
    },
  ];
}

function decideIn(
  log: Log,
  session: Session,
  command: ReceivedCommand<object>,
  decide: (stream: Stream, conversation: string) => Decision,
): Promise<CommandAnswer> {
  const id = must(command.conversation, 'the conversation of a chat command');
  const stream = conversationStream(id, session.site);
  return submit(log, stream, session, command, (state) => decide(state, id));
}
