import type { AgentCommandBody } from '@alongside/sdk/protocol';
import type { CommandAnswer, CommandHandler, ReceivedCommand } from '../events/handlers.ts';
import type { AgentSession } from '../events/session.ts';
import { commandAnswer, logCommand } from '../events/submit.ts';
import type { RoutingCommand } from '../routing/routing-commands.ts';
import type { DeskService } from './desk-service.ts';
import { type MayEndWith, UNKNOWN_CODE } from './ending-codes.ts';

type Handler<T extends AgentCommandBody['type']> = CommandHandler<
  AgentSession,
  Extract<AgentCommandBody, { type: T }>
>;

export type DeskHandlers = [
  ...ReturnType<typeof offerHandlers>,
  ...ReturnType<typeof passingHandlers>,
  Handler<'desk.mention-seen'>,
];

type Run = (
  session: AgentSession,
  received: ReceivedCommand<object>,
  command: RoutingCommand,
) => Promise<CommandAnswer>;

/** The desk's commands. The agent who acts is the session's, never the body's. */
export function deskHandlers(desk: DeskService, mayEndWith: MayEndWith = anyCode): DeskHandlers {
  const run: Run = async (session, received, command) =>
    commandAnswer(await desk.run(session.site, command, logCommand(session, received)), session);
  return [...offerHandlers(desk, run, mayEndWith), ...passingHandlers(desk, run), mentionHandler(desk)];
}

const anyCode: MayEndWith = () => Promise.resolve(true);

function offerHandlers(
  desk: DeskService,
  run: Run,
  mayEndWith: MayEndWith,
): [Handler<'desk.status'>, Handler<'desk.accept'>, Handler<'desk.decline'>, Handler<'desk.wrap-up-end'>] {
  return [
    {
      type: 'desk.status',
      handle: (session, received) => {
        const { presence, reason, drain } = received.body;
        return run(session, received, {
          type: 'set-presence',
          agent: session.agent.id,
          presence,
          ...(reason !== undefined && { reason }),
          ...(drain !== undefined && { drain }),
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
    {
      type: 'desk.wrap-up-end',
      handle: async (session, received) => {
        const { item, code } = received.body;
        if (!(await mayEndWith(session.site, { item }, code))) {
          const logged = logCommand(session, received);
          return commandAnswer(await desk.refuse(session.site, UNKNOWN_CODE, logged), session);
        }
        return run(session, received, {
          type: 'end-wrap-up',
          agent: session.agent.id,
          item,
          ...(code !== undefined && { code }),
        });
      },
    },
  ];
}

function passingHandlers(
  desk: DeskService,
  run: Run,
): [
  Handler<'desk.transfer'>,
  Handler<'desk.transfer-withdraw'>,
  Handler<'desk.consult-end'>,
  Handler<'desk.assign'>,
] {
  return [
    {
      type: 'desk.transfer',
      handle: async (session, received) => {
        const command = transferOf(session, received.body, await holderOf(desk, session, received.body.item));
        return command ? run(session, received, command) : Promise.resolve(ONE_TARGET);
      },
    },
    {
      type: 'desk.transfer-withdraw',
      handle: (session, received) =>
        run(session, received, {
          type: 'withdraw-transfer',
          agent: session.agent.id,
          item: received.body.item,
        }),
    },
    {
      type: 'desk.consult-end',
      handle: (session, received) => {
        const { item, handOver } = received.body;
        return run(session, received, { type: 'end-consult', agent: session.agent.id, item, handOver });
      },
    },
    {
      type: 'desk.assign',
      handle: (session, received) => {
        if (!supervises(session)) return Promise.resolve(SUPERVISORS_ONLY);
        const { item, agent } = received.body;
        return run(session, received, { type: 'assign', item, to: agent });
      },
    },
  ];
}

function mentionHandler(desk: DeskService): Handler<'desk.mention-seen'> {
  return {
    type: 'desk.mention-seen',
    handle: async (session, received) => {
      const { agent, site } = session;
      const logged = logCommand(session, received);
      return commandAnswer(
        await desk.seeMentions(site, agent.id, received.body.conversation, logged),
        session,
      );
    },
  };
}

const ONE_TARGET: CommandAnswer = {
  ok: false,
  code: 'invalid',
  message: 'name either a colleague or a queue',
};
const SUPERVISORS_ONLY: CommandAnswer = {
  ok: false,
  code: 'forbidden',
  message: 'only supervisors put work into hands',
};

function supervises({ role }: AgentSession): boolean {
  return role !== 'agent';
}

async function holderOf(desk: DeskService, { site }: AgentSession, id: string): Promise<string | undefined> {
  const item = (await desk.look(site))?.routing.items.get(id);
  return item && 'agent' in item ? item.agent : undefined;
}

/** RT13: undefined unless exactly one target is named. A supervisor moves what others have without being them. */
function transferOf(
  session: AgentSession,
  body: Extract<AgentCommandBody, { type: 'desk.transfer' }>,
  holder: string | undefined,
): RoutingCommand | undefined {
  const { item, agent: to, queue, warm, keepsPlace } = body;
  const agent = session.agent.id;
  if (to !== undefined && queue === undefined) {
    return { type: 'transfer-to-agent', item, agent, to, ...(warm !== undefined && { warm }) };
  }
  if (queue === undefined || to !== undefined) return undefined;
  const moves = supervises(session) && holder !== agent;
  return {
    type: 'transfer-to-queue',
    item,
    queue,
    ...(!moves && { agent }),
    ...(keepsPlace !== undefined && { keepsPlace }),
  };
}
