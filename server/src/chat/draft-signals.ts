import { maskDraft } from '@alongside/sdk/shared';
import { conversationStream } from '../events/conversation-stream.ts';
import type { SignalHandler, VisitorSession } from '../events/handlers.ts';
import type { Log } from '../events/log.ts';

type Draft = { type: 'draft'; text: string };

/** The version of the wire that knows drafts. */
const SINCE_VERSION = 3;

/** The sites whose agents see what visitors are writing, as their settings are in force here. */
export class LiveDrafts {
  readonly #sites = new Set<string>();

  readonly areOn = (site: string): boolean => this.#sites.has(site);

  turn(site: string, on: boolean): void {
    if (on) this.#sites.add(site);
    else this.#sites.delete(site);
  }
}

/**
 * What a visitor is writing: to the agents who are in the conversation at that moment and to nobody else, where the
 * site shows it. Masked again, since the sender's masking proves nothing. That nothing is written any more may always
 * be told, also just after the site has turned it off.
 */
export function draftSignal(
  log: Pick<Log, 'look'>,
  showsDrafts: (site: string) => boolean,
): SignalHandler<VisitorSession, Draft> {
  return {
    type: 'draft',
    handle: ({ site }, _conversation, { type, text }) =>
      text === '' || showsDrafts(site) ? { type, text: maskDraft(text) } : undefined,
    only: {
      since: SINCE_VERSION,
      agents: async ({ site }, conversation) => {
        const stream = await log.look(conversationStream(conversation, site));
        return stream?.state.agents.header.agents.map(({ id }) => id) ?? [];
      },
    },
  };
}
