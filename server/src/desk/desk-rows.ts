import type {
  Author,
  ConversationRow,
  ConversationState,
  DeskRow,
  LogEntry,
  MeRow,
  OfferRow,
} from '@alongside/sdk/protocol';
import { HISTORY_PAGE_MAX_BYTES, OPENED_TAIL_EVENTS } from '@alongside/sdk/protocol';
import { LRUCache } from 'lru-cache';
import { visitorName } from '../customers/visitor-name.ts';
import type { Whereabouts } from '../customers/whereabouts.ts';
import { conversationStream } from '../events/conversation-stream.ts';
import type { AgentSession } from '../events/handlers.ts';
import type { Log } from '../events/log.ts';
import { type Agent, type WorkItem, secondOf } from '../routing/routing-model.ts';
import type { RoutingState } from '../routing/routing-state.ts';
import { lastContactsOf, saidInSitting } from './offer-context.ts';
import { sharingOf } from './row-sharing.ts';
import { cardOf } from './desk-service.ts';
import type { DeskState } from './desk-stream.ts';
import type { Mentioned } from './mentions.ts';

const LAST_TEXT_MAX_LENGTH = 200;
/** What an offer shows does not change while it rings; offers whose context is kept at a time. */
const OFFERS_REMEMBERED = 1_000;

type OfferContext = Pick<OfferRow, 'text' | 'lastContacts'>;

/** Builds the own rows of an agent's desk from routing, the conversations' headers and where the visitors are. */
export class DeskRows {
  readonly #log: Log;
  readonly #whereabouts: Whereabouts;
  readonly #notes = new LRUCache<string, string>({ max: OFFERS_REMEMBERED });
  readonly #contexts = new LRUCache<string, OfferContext>({ max: OFFERS_REMEMBERED });

  constructor(log: Log, whereabouts: Whereabouts) {
    this.#log = log;
    this.#whereabouts = whereabouts;
  }

  async of(session: AgentSession, desk: DeskState): Promise<DeskRow[]> {
    const { routing } = desk;
    const agent = routing.agents.get(session.agent.id);
    if (!agent) return [];
    const held = [...routing.holding(agent.id).items].flatMap((id) => routing.items.get(id) ?? []);
    const offers = held.flatMap((item) => offerTo(agent.id, item) ?? []);
    const taken = held.filter((item) => offers.every((offer) => offer.item !== item));
    const parked: WorkItem[] = [];
    for (const item of routing.items.values()) {
      if (item.state === 'parked' && item.agent === agent.id) parked.push(item);
    }
    const shown = new Set([...taken, ...parked].map((item) => item.conversation));
    const recent = (desk.recent.get(agent.id) ?? []).filter((each) => !shown.has(each.conversation));
    return [
      {
        ...meRow(session, agent, desk.presentSince.get(agent.id) ?? 0),
        ...(await this.#mentions(desk.mentions.get(agent.id) ?? [])),
      },
      ...(await Promise.all(offers.map((offer) => this.#offer(session.site, routing, offer)))),
      ...(await Promise.all(
        [...taken, ...parked].map((item) =>
          this.#conversation(session.site, item.conversation, item.id, rowState(item)).then((row) => ({
            ...row,
            ...companyOf(routing, agent.id, item),
            queue: item.queue,
          })),
        ),
      )),
      ...(await Promise.all(
        recent.map((each) => this.#conversation(session.site, each.conversation, each.item, 'closed')),
      )),
    ];
  }

  async #conversation(
    site: string,
    conversation: string,
    item: string,
    state: ConversationRow['state'],
  ): Promise<ConversationRow> {
    const header = await this.#header(site, conversation);
    const page = this.#whereabouts.pageOf(conversation) ?? header?.sitting?.page;
    const last = header?.lastMessage;
    const waitingSince = header && waitingSinceOf(header);
    return {
      type: 'conversation',
      key: `conversation:${conversation}`,
      conversation,
      item,
      state,
      visitorName: visitorName(conversation),
      online: this.#whereabouts.isOnline(conversation),
      ...(page && { page }),
      ...(last && {
        lastText: last.text.slice(0, LAST_TEXT_MAX_LENGTH),
        lastAt: last.at,
        lastBy: last.author.kind,
        ...fromOf(last.author),
      }),
      unread: header?.unreadByAgents.length ?? 0,
      ...(waitingSince !== undefined && { waitingSince }),
      ...(header?.tags?.length && { tags: header.tags }),
      ...(header && sharingOf(header)),
    };
  }

  async #mentions(named: readonly Mentioned[]): Promise<Pick<MeRow, 'mentions'>> {
    if (named.length === 0) return {};
    const mentions = named.map(async ({ conversation, note, at, by }) => {
      const text = await this.#noteText(conversation, note);
      return {
        ...{ conversation, seq: note, at, by },
        visitorName: visitorName(conversation),
        ...(text !== undefined && { text }),
      };
    });
    return { mentions: await Promise.all(mentions) };
  }

  /** How a note begins; undefined where it was erased. */
  async #noteText(conversation: string, note: number): Promise<string | undefined> {
    const key = `${conversation} ${note}`;
    const known = this.#notes.get(key);
    if (known !== undefined) return known;
    const range = { after: note - 1, limit: 1, maxBytes: HISTORY_PAGE_MAX_BYTES };
    const { entries } = await this.#log.read(conversation, { reader: 'agents', ...range });
    const [entry] = entries;
    if (entry?.seq !== note || 'erased' in entry || entry.body.type !== 'chat.noted') return undefined;
    const text = entry.body.text.slice(0, LAST_TEXT_MAX_LENGTH);
    this.#notes.set(key, text);
    return text;
  }

  async #offer(site: string, routing: RoutingState, ringing: Ringing): Promise<OfferRow> {
    const { item, offer, expiresAt, from, warm } = ringing;
    const { conversation } = item;
    const header = await this.#header(site, conversation);
    const page = this.#whereabouts.pageOf(conversation) ?? header?.sitting?.page;
    return {
      type: 'offer',
      key: `offer:${offer}`,
      offer,
      item: item.id,
      conversation,
      channel: item.channel,
      visitorName: visitorName(conversation),
      ...(await this.#context(offer, conversation)),
      ...(page && { page }),
      ...(header && sharingOf(header)),
      waitingSince: item.enqueuedAt,
      expiresAt,
      ...(from !== undefined && { from: cardOf(routing, from), warm }),
    };
  }

  async #context(offer: string, conversation: string): Promise<OfferContext> {
    const known = this.#contexts.get(offer);
    if (known) return known;
    const { entries } = await this.#log.read(conversation, {
      reader: 'agents',
      before: Number.MAX_SAFE_INTEGER,
      limit: OPENED_TAIL_EVENTS,
      maxBytes: HISTORY_PAGE_MAX_BYTES,
    });
    const context = contextFrom(entries);
    this.#contexts.set(offer, context);
    return context;
  }

  async #header(site: string, conversation: string): Promise<ConversationState | undefined> {
    const stream = await this.#log.look(conversationStream(conversation, site));
    return stream?.state.agents.header;
  }
}

function contextFrom(entries: readonly LogEntry[]): OfferContext {
  const text = saidInSitting(entries);
  return { ...(text && { text }), lastContacts: lastContactsOf(entries) };
}

function meRow(session: AgentSession, agent: Agent, since: number): MeRow {
  const { presence, next } = agent;
  return {
    type: 'me',
    key: 'me',
    agent: session.agent,
    role: session.role,
    presence: presence.kind,
    ...(presence.kind !== 'disconnected' && presence.reason !== undefined && { reason: presence.reason }),
    since,
    ...(next && {
      next: { presence: next.presence, ...(next.reason !== undefined && { reason: next.reason }) },
    }),
  };
}

/** What rings at an agent: from the queue, or from a colleague. */
interface Ringing {
  readonly item: WorkItem;
  readonly offer: string;
  readonly expiresAt: number;
  readonly from: string | undefined;
  readonly warm: boolean;
}

function offerTo(agent: string, item: WorkItem): Ringing | undefined {
  if (item.state === 'offered') {
    const { offer, expiresAt } = item;
    return { item, offer, expiresAt, from: undefined, warm: false };
  }
  const second = secondOf(item);
  if (item.state !== 'active' || second?.kind !== 'ringing' || second.agent !== agent) return undefined;
  const { offer, expiresAt, warm } = second;
  return { item, offer, expiresAt, from: item.agent, warm };
}

/** Who else is with the item, and until when it is written up. */
function companyOf(
  routing: RoutingState,
  me: string,
  item: WorkItem,
): Pick<ConversationRow, 'second' | 'first' | 'wrapUpUntil'> {
  if (item.state === 'wrap-up') return { wrapUpUntil: item.endsAt };
  const second = secondOf(item);
  if (item.state !== 'active' || !second) return {};
  if (second.agent === me) return { first: cardOf(routing, item.agent) };
  return { second: { agent: cardOf(routing, second.agent), state: second.kind } };
}

/** The agent who wrote it: what one's own list calls "You" must not be a colleague's. */
function fromOf({ kind, id, name }: Author): Pick<ConversationRow, 'lastFrom'> {
  return kind === 'agent' && id !== undefined ? { lastFrom: { id, name: name ?? 'Agent' } } : {};
}

function rowState(item: WorkItem): ConversationRow['state'] {
  if (item.state === 'wrap-up' || item.state === 'parked') return item.state;
  return 'active';
}

/** Since when the visitor waits for an answer: their message is the last word and nobody answered it. */
function waitingSinceOf(header: ConversationState): number | undefined {
  const { lastMessage, sitting } = header;
  if (lastMessage?.author.kind !== 'visitor' || sitting?.state === 'closed') return undefined;
  return lastMessage.at;
}
