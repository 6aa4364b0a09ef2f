import { type EffectHandler, effectHandler, retryUnlessAnswered } from '../events/effects.ts';
import { conversationStream } from '../events/conversation-stream.ts';
import type { Log } from '../events/log.ts';
import type { SearchStore } from '../events/search-store.ts';
import { agentJoins, agentLeaves, sittingGoesOn } from './chat-machine.ts';

/** A conversation in which much is written is found as soon as others: its messages share commits too. */
const MESSAGES_INDEXED_AT_ONCE = 20;

/** What the chat does after a commit: the conversation says who has it, and search finds what was said. */
export function chatEffects(log: Log, search: Pick<SearchStore, 'indexMessage'>): EffectHandler[] {
  return [
    effectHandler('work.taken', async ({ conversation, item, agent }, { site }) => {
      const stream = conversationStream(conversation, site);
      const answer = await log.transact(stream, undefined, ({ state }) =>
        agentJoins(state.agents.header, item, agent),
      );
      retryUnlessAnswered(answer);
    }),
    effectHandler('work.lost', async ({ conversation, item, agent }, { site }) => {
      const stream = conversationStream(conversation, site);
      const answer = await log.transact(stream, undefined, ({ state }) =>
        agentLeaves(state.agents.header, conversation, item, agent),
      );
      retryUnlessAnswered(answer);
    }),
    effectHandler('work.deflected', async ({ conversation, item, next }, { site }) => {
      const stream = conversationStream(conversation, site);
      const answer = await log.transact(stream, undefined, ({ state }) =>
        sittingGoesOn(state.agents.header, item, next),
      );
      retryUnlessAnswered(answer);
    }),
    effectHandler(
      'search.index',
      ({ conversation, at, author, text }, { site, seq }) =>
        search.indexMessage({ conversation, site, seq, at, author, text }),
      MESSAGES_INDEXED_AT_ONCE,
    ),
  ];
}
