import { type Infer, conversationId, itemId, list, object, time } from '@alongside/sdk/protocol';
import type { Fold, StoredEvent, StreamKey } from '../events/log.ts';
import { applyRouting } from '../routing/routing-apply.ts';
import { decodeRoutingEvent } from '../routing/routing-events.ts';
import { routingFromSnapshot, routingSnapshot } from '../routing/routing-snapshot.ts';
import { RoutingState } from '../routing/routing-state.ts';
import { type Mentioned, foldMention, isMentionEvent, mentionedList } from './mentions.ts';

/** Conversations that an agent finished lately and still sees in the inbox. */
const RECENT_MAX = 20;

const recentWork = object({ conversation: conversationId, item: itemId, at: time });
export type RecentWork = Infer<typeof recentWork>;
const recentList = list(recentWork, RECENT_MAX);

/** What the desk of a site knows: its routing, what each agent finished lately (newest first), and since when each has the status. */
export interface DeskState {
  routing: RoutingState;
  recent: Map<string, readonly RecentWork[]>;
  /** Since when each agent has the present status. */
  presentSince: Map<string, number>;
  /** By agent, newest first. */
  mentions: Map<string, readonly Mentioned[]>;
}

const PRESENCE_EVENTS: ReadonlySet<string> = new Set([
  'agent-configured',
  'agent-presence',
  'agent-disconnected',
  'agent-reconnected',
]);

const deskFold: Fold<DeskState> = {
  kind: 'desk',
  empty: () => ({
    routing: new RoutingState(),
    recent: new Map(),
    presentSince: new Map(),
    mentions: new Map(),
  }),
  apply(state, event) {
    if (isMentionEvent(event.type)) {
      foldMention(state.mentions, event);
      return state;
    }
    const decoded = decodeRoutingEvent({ ...event.body, type: event.type });
    if (decoded.type === 'item-finished') rememberFinished(state, decoded, event);
    if (PRESENCE_EVENTS.has(decoded.type) && 'agent' in decoded) {
      state.presentSince.set(decoded.agent, event.at);
    }
    applyRouting(state.routing, decoded, event.at);
    return state;
  },
  snapshot: (state) =>
    JSON.stringify({
      routing: routingSnapshot(state.routing),
      recent: Object.fromEntries(state.recent),
      presentSince: Object.fromEntries(state.presentSince),
      mentions: Object.fromEntries(state.mentions),
    }),
  restore(snapshot) {
    const stored = JSON.parse(snapshot) as {
      routing: unknown;
      recent: object;
      presentSince: object;
      mentions?: object;
    };
    const recent = Object.entries(stored.recent).map(
      ([agent, finished]) => [agent, recentList.decode(finished, `recent.${agent}`)] as const,
    );
    const presentSince = Object.entries(stored.presentSince).map(
      ([agent, since]) => [agent, time.decode(since, `presentSince.${agent}`)] as const,
    );
    const mentions = Object.entries(stored.mentions ?? {}).map(
      ([agent, named]) => [agent, mentionedList.decode(named, `mentions.${agent}`)] as const,
    );
    return {
      routing: routingFromSnapshot(stored.routing),
      recent: new Map(recent),
      presentSince: new Map(presentSince),
      mentions: new Map(mentions),
    };
  },
};

function rememberFinished(
  state: DeskState,
  finished: { item: string; agent: string },
  event: StoredEvent,
): void {
  const item = state.routing.items.get(finished.item);
  if (!item) return;
  const { conversation } = item;
  const others = (state.recent.get(finished.agent) ?? []).filter(
    (each) => each.conversation !== conversation,
  );
  const next = [{ conversation, item: item.id, at: event.at }, ...others].slice(0, RECENT_MAX);
  state.recent.set(finished.agent, next);
}

/** The stream of a site's desk. */
export function deskStream(site: string): StreamKey<DeskState> {
  return { id: `${DESK_PREFIX}${site}`, site, fold: deskFold };
}

const DESK_PREFIX = 'desk:';

/** Whether a stream is a desk. */
export function isDesk(stream: string): boolean {
  return stream.startsWith(DESK_PREFIX);
}
