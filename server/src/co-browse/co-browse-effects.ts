import { conversationStream } from '../events/conversation-stream.ts';
import { EffectNotDue, type EffectHandler, effectHandler, retryUnlessAnswered } from '../events/effects.ts';
import type { Log } from '../events/log.ts';
import { SHARE_LOOK_EVERY_MS, controlLeaves, shareLapses } from './co-browse-machine.ts';
import type { ShareBook } from './share-book.ts';

/** What runs out or passes on by itself, also over a restart: questions, grants, and control at a transfer. */
export function coBrowseEffects(log: Log, shares: ShareBook): EffectHandler[] {
  return [
    effectHandler('share.lapse', async ({ conversation, share, scope, grant }, { site }) => {
      const answer = await log.transact(conversationStream(conversation, site), undefined, ({ state, now }) =>
        shareLapses(state.agents.header, { share, scope, grant, now }),
      );
      retryUnlessAnswered(answer);
    }),
    effectHandler('share.agent-left', async ({ conversation, share, agent }, { site }) => {
      const answer = await log.transact(conversationStream(conversation, site), undefined, ({ state }) =>
        controlLeaves(state.agents.header, { share, agent, reason: 'transferred' }),
      );
      retryUnlessAnswered(answer);
    }),
    effectHandler('share.absence', async ({ conversation, share }, { site }) => {
      if (await shares.runs(conversation, site, share)) throw new EffectNotDue(SHARE_LOOK_EVERY_MS);
    }),
  ];
}
