import { type EffectHandler, effectHandler, onceOnly, retryUnlessAnswered } from '../events/effects.ts';
import { stickyTo } from '../routing/sticky.ts';
import { DEFAULT_QUEUE } from '../settings/decided-settings.ts';
import type { DeskService } from './desk-service.ts';

/** What the desk does for other parts of the house. Each may meet the same effect again and then changes nothing. */
export function deskEffects(desk: DeskService): EffectHandler[] {
  return [
    effectHandler('work.enqueue', async (work, { site }) => {
      const routing = (await desk.look(site))?.routing;
      const sticky = work.last && stickyTo(work.last.agent, work.last.at, work.at);
      const answer = await desk.run(
        site,
        {
          type: 'enqueue',
          item: work.item,
          conversation: work.conversation,
          queue: routing?.site.chats ?? DEFAULT_QUEUE,
          channel: 'chat',
          ...(sticky && { sticky }),
        },
        onceOnly('work.enqueue', work.item),
      );
      retryUnlessAnswered(answer);
    }),
    effectHandler('desk.mention', async ({ conversation, agents, by }, { site, seq }) => {
      const about = { agents, conversation, note: seq, by };
      const answer = await desk.mention(site, about, onceOnly('desk.mention', `${conversation} ${seq}`));
      retryUnlessAnswered(answer);
    }),
    effectHandler('work.finish', async (work, { site }) => {
      const routing = (await desk.look(site))?.routing;
      // It may have become a message before its sitting heard of that.
      const item =
        routing?.items.get(work.item) ??
        routing?.itemsOf(work.conversation).find((each) => each.insteadOf === work.item);
      if (!item || item.state === 'wrap-up') return;
      const answer = await desk.run(
        site,
        item.state === 'active' || item.state === 'parked'
          ? {
              type: 'finish',
              item: item.id,
              // Somebody else may end the sitting; who has the item writes nothing up then.
              ...(work.by === item.agent && { agent: work.by }),
              ...(work.code !== undefined && { code: work.code }),
              ...(work.wrapUp !== undefined && { wrapUp: work.wrapUp }),
            }
          : { type: 'abandon', item: item.id, outcome: 'expired' },
        onceOnly('work.finish', work.item),
      );
      retryUnlessAnswered(answer);
    }),
  ];
}
