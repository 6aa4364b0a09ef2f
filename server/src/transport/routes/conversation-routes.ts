import {
  HISTORY_PAGE_MAX_BYTES,
  HISTORY_PAGE_MAX_EVENTS,
  NAME_MAX_LENGTH,
  author,
  boolean,
  conversationId,
  list,
  logEntry,
  object,
  optional,
  seq,
  string,
  time,
  type Infer,
  type Audience,
} from '@alongside/sdk/protocol';
import type { RecordLook } from '../../events/handlers.ts';
import type { Log } from '../../events/log.ts';
import { readerOf } from '../../events/submit.ts';
import { mayAccess } from '../../identity/access.ts';
import type { SignedIn } from '../../identity/agent-identity.ts';
import type { VisitorsStore } from '../../identity/visitors-store.ts';
import { HttpError } from '../http-error.ts';
import { numberInQuery } from '../query-schemas.ts';
import { type Route, route } from '../route.ts';
import { sessionOf } from './session-of.ts';

const SEARCH_WORDS_MAX_LENGTH = 200;
const SNIPPET_MAX_LENGTH = 400;
const SNIPPET_PARTS_MAX = 40;
const HITS_MAX = 50;
const HITS_USUAL = 20;

/** A message that a search found; `snippet` is its text around the words, those marked. */
export const searchHit = object({
  conversation: conversationId,
  seq,
  at: time,
  author,
  visitorName: string(NAME_MAX_LENGTH),
  snippet: list(object({ text: string(SNIPPET_MAX_LENGTH), hit: boolean }), SNIPPET_PARTS_MAX),
});
export type SearchHit = Infer<typeof searchHit>;

/** Finds messages of a site that `reader` may see, best first. */
export type Search = (query: {
  site: string;
  reader: Audience;
  words: string;
  limit: number;
}) => Promise<SearchHit[]>;

export interface ConversationRouteOptions {
  readonly log: Log;
  readonly conversations: Pick<VisitorsStore, 'siteOfConversation'>;
  readonly search: Search;
  /** Asked before an agent is shown anything of a conversation. */
  readonly looked: RecordLook;
}

/** What is not live of conversations. */
export function conversationRoutes(options: ConversationRouteOptions): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/conversations/{conversation}/entries',
      summary: 'Entries of a conversation, oldest first; give either after or before.',
      access: 'agent',
      parameters: object({ conversation: conversationId }),
      query: object({
        after: optional(numberInQuery(0, Number.MAX_SAFE_INTEGER)),
        before: optional(numberInQuery(0, Number.MAX_SAFE_INTEGER)),
        limit: optional(numberInQuery(1, HISTORY_PAGE_MAX_EVENTS)),
      }),
      answer: object({ entries: list(logEntry, HISTORY_PAGE_MAX_EVENTS), head: seq, more: boolean }),
      async handle({ who, parameters, query }) {
        const { conversation } = parameters;
        const { after, before, limit = HISTORY_PAGE_MAX_EVENTS } = query;
        if (after !== undefined && before !== undefined) {
          throw new HttpError('invalid', 'give either after or before');
        }
        await refuseStranger(options, who, conversation);
        await options.looked(sessionOf(who), conversation).catch(() => {
          throw new HttpError('unavailable', 'it cannot be read at present');
        });
        return options.log.read(conversation, {
          reader: readerOf(sessionOf(who)),
          ...(before !== undefined ? { before } : { after: after ?? 0 }),
          limit,
          maxBytes: HISTORY_PAGE_MAX_BYTES,
        });
      },
    }),
    route({
      method: 'get',
      path: '/v1/search',
      summary: 'Messages of the site that contain the words.',
      access: 'agent',
      query: object({
        q: string(SEARCH_WORDS_MAX_LENGTH, /\S/, 1),
        limit: optional(numberInQuery(1, HITS_MAX)),
      }),
      answer: object({ hits: list(searchHit, HITS_MAX) }),
      async handle({ who, query }) {
        const { q: words, limit = HITS_USUAL } = query;
        const reader = readerOf(sessionOf(who));
        return { hits: await options.search({ site: who.agent.site, reader, words, limit }) };
      },
    }),
  ];
}

async function refuseStranger(
  options: ConversationRouteOptions,
  who: SignedIn,
  conversation: string,
): Promise<void> {
  const site = await options.conversations.siteOfConversation(conversation);
  if (site === undefined || !mayAccess(sessionOf(who), { kind: 'conversation', id: conversation, site })) {
    throw new HttpError('not-found', 'there is no such conversation');
  }
}
