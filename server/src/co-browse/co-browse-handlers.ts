import type { AgentCommandBody, VisitorCommandBody } from '@alongside/sdk/protocol';
import { type FoldedConversation, conversationStream } from '../events/conversation-stream.ts';
import type { CommandAnswer, CommandHandler, ReceivedCommand } from '../events/handlers.ts';
import type { Decision, Log, StreamState } from '../events/log.ts';
import type { AgentSession, Session, VisitorSession } from '../events/session.ts';
import { authorOf, submit } from '../events/submit.ts';
import {
  agentAsks,
  agentEnds,
  agentSuggests,
  pageActed,
  shareEnds,
  visitorAnswers,
  visitorFollows,
} from './co-browse-machine.ts';
import type { PagePush } from './page-push.ts';

export interface CoBrowsePorts {
  log: Log;
  newId: (prefix: string) => string;
  pagePush: PagePush;
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

/** What sharing a page does with commands, by who sends them. */
export interface CoBrowseHandlers {
  visitor: [
    VisitorHandler<'co-browse.answer'>,
    VisitorHandler<'co-browse.end'>,
    VisitorHandler<'co-browse.acted'>,
    VisitorHandler<'co-browse.followed'>,
  ];
  agent: [AgentHandler<'co-browse.ask'>, AgentHandler<'co-browse.end'>, AgentHandler<'co-browse.suggest'>];
}

type Stream = StreamState<FoldedConversation>;
type Decider = (stream: Stream, conversation: string) => Decision;

const NO_CONVERSATION: CommandAnswer = {
  ok: false,
  code: 'invalid',
  message: 'say in which conversation',
};
const WHY = { button: 'visitor', escape: 'escape', left: 'left', 'signed-out': 'signed-out' } as const;

/** The command handlers of co-browse. Each decides against the folded header and answers once stored (DL17). */
export function coBrowseHandlers(ports: CoBrowsePorts): CoBrowseHandlers {
  const decide = (session: Session, command: ReceivedCommand<object>, decider: Decider) =>
    decideIn(ports.log, session, command, decider);
  return { visitor: visitorHandlers(ports, decide), agent: agentHandlers(ports, decide) };
}

type DecideFor = (
  session: Session,
  command: ReceivedCommand<object>,
  decider: Decider,
) => Promise<CommandAnswer>;

function visitorHandlers({ newId }: CoBrowsePorts, decide: DecideFor): CoBrowseHandlers['visitor'] {
  return [
    {
      type: 'co-browse.answer',
      handle: (session, command) =>
        decide(session, command, ({ state, now }, conversation) => {
          const { share, scope, allowed, text } = command.body;
          const author = authorOf(session);
          const answered = { conversation, share, scope, allowed, text, author, now, newId };
          return visitorAnswers(state.agents.header, answered);
        }),
    },
    {
      type: 'co-browse.end',
      handle: (session, command) =>
        decide(session, command, ({ state }) => {
          const { share, scope, why } = command.body;
          const reason = WHY[why ?? 'button'];
          return shareEnds(state.agents.header, { share, scope, reason, author: authorOf(session) });
        }),
    },
    {
      type: 'co-browse.acted',
      handle: (session, command) =>
        decide(session, command, ({ state }) => {
          const { type: _, ...acted } = command.body;
          return pageActed(state.agents.header, { ...acted, author: authorOf(session) });
        }),
    },
    {
      type: 'co-browse.followed',
      handle: (session, command) =>
        decide(session, command, () => {
          const { url, opened } = command.body;
          if (!/^https?:\/\//.test(url)) return { refuse: 'invalid', message: 'url is no web address' };
          return visitorFollows(authorOf(session), url, opened);
        }),
    },
  ];
}

function agentHandlers({ newId, pagePush }: CoBrowsePorts, decide: DecideFor): CoBrowseHandlers['agent'] {
  return [
    {
      type: 'co-browse.ask',
      handle: (session, command) =>
        decide(session, command, ({ state, now }, conversation) =>
          agentAsks(state.agents.header, {
            conversation,
            scope: command.body.scope,
            agent: session.agent,
            now,
            newId,
          }),
        ),
    },
    {
      type: 'co-browse.end',
      handle: (session, command) =>
        decide(session, command, ({ state }) =>
          agentEnds(state.agents.header, session.agent, session.role !== 'agent', command.body),
        ),
    },
    {
      type: 'co-browse.suggest',
      async handle(session, command) {
        const url = await pagePush.allowed(session.site, command.body.url);
        if (!url)
          return { ok: false, code: 'invalid', message: 'the address is not on the list of the site' };
        return decide(session, command, ({ state }) =>
          agentSuggests(state.agents.header, session.agent, url),
        );
      },
    },
  ];
}

function decideIn(
  log: Log,
  session: Session,
  command: ReceivedCommand<object>,
  decide: Decider,
): Promise<CommandAnswer> {
  const { conversation } = command;
  if (conversation === undefined) return Promise.resolve(NO_CONVERSATION);
  const stream = conversationStream(conversation, session.site);
  return submit(log, stream, session, command, (state) => decide(state, conversation));
}
