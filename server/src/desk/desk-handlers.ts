import type { AgentCommandBody } from '@alongside/sdk/protocol';
import type { CommandAnswer, CommandHandler, ReceivedCommand } from '../events/handlers.ts';
import type { AgentSession } from '../events/session.ts';
import { commandAnswer, logCommand } from '../events/submit.ts';
import type { RoutingCommand } from '../routing/routing-commands.ts';
import type { DeskService } from './desk-service.ts';

type Handler<T extends AgentCommandBody['type']> = CommandHandler<
  AgentSession,
  Extract<AgentCommandBody, { type: T }>
>;

/** The desk's commands: status, accept, decline. The agent is the session's, never the body's. */
export function deskHandlers(
  desk: DeskService,
): [Handler<'desk.status'>, Handler<'desk.accept'>, Handler<'desk.decline'>] {
  const run = async (
    session: AgentSession,
    received: ReceivedCommand<object>,
    command: RoutingCommand,
  ): Promise<CommandAnswer> =>
    commandAnswer(await desk.run(session.site, command, logCommand(session, received)), session);
  return [
    {
      type: 'desk.status',
      handle: (session, received) => {
        const { presence, reason } = received.body;
        return run(session, received, {
          type: 'set-presence',
          agent: session.agent.id,
          presence,
          ...(reason !== undefined && { reason }),
        });
      },
    },
    {
      type: 'desk.accept',
      handle: (session, received) => {
        const { item, offer } = received.body;
        return run(session, received, { type: 'accept', agent: session.agent.id, item, offer });
      },
    },
    {
      type: 'desk.decline',
      handle: (session, received) => {
        const { item, offer } = received.body;
        return run(session, received, { type: 'decline', agent: session.agent.id, item, offer });
      },
    },
  ];
}
