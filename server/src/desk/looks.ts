import type { Clock } from '@alongside/sdk/shared';
import { LRUCache } from 'lru-cache';
import { conversationStream } from '../events/conversation-stream.ts';
import { LookNotRecorded } from '../events/handlers.ts';
import type { AuditStore } from '../events/audit-store.ts';
import type { Log } from '../events/log.ts';
import type { AgentSession } from '../events/session.ts';
import { authorOf } from '../events/submit.ts';
import { secondOf } from '../routing/routing-model.ts';
import type { DeskService } from './desk-service.ts';

/** One entry for all that somebody reads of a conversation within this time. */
export const LOOK_LASTS_MS = 30 * 60_000;
/** Looks that are remembered; one that is forgotten early only makes a second entry. */
const LOOKS_REMEMBERED = 10_000;

/**
 * T22: whoever reads a conversation that they neither have nor had lately leaves an entry in it, before they see
 * anything. Agents see the entry, the visitor does not: who works on a conversation knows who reads along.
 */
export class Looks {
  readonly #log: Log;
  readonly #desk: Pick<DeskService, 'look'>;
  readonly #clock: Clock;
  readonly #audit: Pick<AuditStore, 'append'>;
  readonly #known = new LRUCache<string, number>({ max: LOOKS_REMEMBERED });
  /** In the audit and not yet in the conversation, whose store was in trouble: not written there again. */
  readonly #audited = new LRUCache<string, number>({ max: LOOKS_REMEMBERED });
  /** Conversations whose looks could not be recorded lately. */
  readonly #hindered = new LRUCache<string, true>({ max: LOOKS_REMEMBERED });

  constructor(ports: {
    log: Log;
    desk: Pick<DeskService, 'look'>;
    clock: Clock;
    audit: Pick<AuditStore, 'append'>;
  }) {
    this.#audit = ports.audit;
    this.#log = ports.log;
    this.#desk = ports.desk;
    this.#clock = ports.clock;
  }

  /** Resolves once it may be shown. @throws LookNotRecorded where the entry cannot be stored. */
  async looked(session: AgentSession, conversation: string): Promise<void> {
    const key = `${session.agent.id} ${conversation}`;
    const now = this.#clock.monotonic();
    const last = this.#known.get(key);
    if (last !== undefined && now - last < LOOK_LASTS_MS) return;
    if (await this.#isTheirs(session, conversation)) return;
    try {
      await this.#recordInAudit(session, conversation, { key, now });
      await this.#recordInConversation(session, conversation);
    } catch (error) {
      const isNews = !this.#hindered.has(conversation);
      this.#hindered.set(conversation, true);
      throw new LookNotRecorded(isNews, error);
    }
    this.#hindered.delete(conversation);
    this.#audited.delete(key);
    this.#known.set(key, now);
  }

  /** For those who check. */
  async #recordInAudit(
    { site, agent }: AgentSession,
    conversation: string,
    { key, now }: { key: string; now: number },
  ): Promise<void> {
    const last = this.#audited.get(key);
    if (last !== undefined && now - last < LOOK_LASTS_MS) return;
    await this.#audit.append({
      site,
      actor: { kind: 'agent', id: agent.id, name: agent.name },
      action: 'conversation.looked',
      target: conversation,
      details: {},
    });
    this.#audited.set(key, now);
  }

  /** For those who work on the conversation. */
  async #recordInConversation(session: AgentSession, conversation: string): Promise<void> {
    const answer = await this.#log.transact(
      conversationStream(conversation, session.site),
      undefined,
      ({ state }) =>
        state.agents.header.seq === 0
          ? { already: true }
          : {
              append: [
                {
                  type: 'agent.looked',
                  audience: 'agents',
                  author: authorOf(session),
                  body: { agent: session.agent },
                },
              ],
            },
    );
    if (!answer.ok) throw new Error(answer.message);
  }

  async #isTheirs({ site, agent }: AgentSession, conversation: string): Promise<boolean> {
    const desk = await this.#desk.look(site);
    if (!desk) return false;
    const recent = desk.recent.get(agent.id) ?? [];
    return (
      recent.some((each) => each.conversation === conversation) ||
      desk.routing
        .itemsOf(conversation)
        .some((item) => ('agent' in item && item.agent === agent.id) || secondOf(item)?.agent === agent.id)
    );
  }
}
