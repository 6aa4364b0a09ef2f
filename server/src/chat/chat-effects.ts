import { type EffectHandler, effectHandler, retryUnlessAnswered } from '../events/effects.ts';
import { conversationStream } from '../events/conversation-stream.ts';
import type { Log } from '../events/log.ts';
import { agentJoins, agentLeaves } from './chat-machine.ts';

/** What the chat does for other parts of the house: the conversation says who has it. */
export function chatEffects(log: Log): EffectHandler[] {
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
        agentLeaves(state.agents.header, item, agent),
      );
      retryUnlessAnswered(answer);
    }),
  ];
}
