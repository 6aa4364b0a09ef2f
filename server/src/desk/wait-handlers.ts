import type { VisitorCommandBody } from '@alongside/sdk/protocol';
import type { CommandHandler } from '../events/handlers.ts';
import type { VisitorSession } from '../events/session.ts';
import { commandAnswer, logCommand } from '../events/submit.ts';
import type { DeskService } from './desk-service.ts';

type LeaveMessage = CommandHandler<
  VisitorSession,
  Extract<VisitorCommandBody, { type: 'wait.leave-message' }>
>;

/** What visitors who wait may do (RT11): only with what waits in their own conversation. */
export function waitHandlers(desk: DeskService): [LeaveMessage] {
  return [
    {
      type: 'wait.leave-message',
      async handle(session, received) {
        const { site, conversation } = session;
        const items = (await desk.look(site))?.routing.itemsOf(conversation) ?? [];
        const item = items.find(({ state }) => state === 'waiting' || state === 'offered');
        if (!item) return { ok: false, code: 'stale', message: 'nothing waits any longer' };
        const command = { type: 'deflect', item: item.id } as const;
        return commandAnswer(await desk.run(site, command, logCommand(session, received)), session);
      },
    },
  ];
}
