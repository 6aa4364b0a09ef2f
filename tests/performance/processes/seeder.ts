/** Fills conversations of a data folder that no server has open, much quicker than a server would be told. */
import { systemClock } from '@alongside/sdk/shared';
import { conversationStream } from '../../../server/src/events/conversation-stream.ts';
import type { NewEvent } from '../../../server/src/events/log.ts';
import { openLog } from '../../../server/src/events/open-log.ts';
import { openStorage } from '../../../server/src/storage/open-storage.ts';
import { answerParent } from '../harness/answer-parent.ts';
import { LINE } from '../harness/relay-peers.ts';

/** What to fill. */
export interface Seed {
  readonly dataFolder: string;
  readonly conversations: readonly { readonly id: string; readonly events: number }[];
}

const EVENTS_PER_APPEND = 500;
const SAID: NewEvent = {
  type: 'chat.message',
  audience: 'everyone',
  author: { kind: 'visitor', id: 'vis_00000000000000000000000000', name: 'Visitor' },
  body: { text: LINE },
};

answerParent({
  seed: async ({ dataFolder, conversations }: Seed) => {
    const report = (problem: string): never => {
      throw new Error(problem);
    };
    const storage = await openStorage({ dataFolder }, { clock: systemClock, report });
    try {
      const log = await openLog(storage, { clock: systemClock, report });
      for (const { id, events } of conversations) {
        const stream = conversationStream(id, 'demo');
        for (let stored = 0; stored < events; stored += EVENTS_PER_APPEND) {
          const append = new Array<NewEvent>(Math.min(EVENTS_PER_APPEND, events - stored)).fill(SAID);
          const answer = await log.transact(stream, undefined, () => ({ append }));
          if (!answer.ok) throw new Error(answer.message);
        }
      }
      await log.close();
    } finally {
      await storage.close();
    }
  },
});
