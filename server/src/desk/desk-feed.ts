import type { DeskRow } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type { Whereabouts } from '../customers/whereabouts.ts';
import type { AgentSession, DeskChange, DeskSource, SharedDeskRows } from '../events/handlers.ts';
import type { Appended, Log } from '../events/log.ts';
import { type Followed, type StreamNews, noNews } from '../events/stream-news.ts';
import { secondOf } from '../routing/routing-model.ts';
import { concernedBy } from './desk-concerns.ts';
import { DeskRows } from './desk-rows.ts';
import type { DeskService } from './desk-service.ts';
import { type DeskState, deskStream, isDesk } from './desk-stream.ts';
import { FloorWatch } from './floor-watch.ts';
import { OnceMore } from './once-more.ts';
import { SharedRowsOfSites, colleagueKey } from './shared-rows.ts';
import { VisitorFeed } from './visitor-feed.ts';

export interface DeskFeedPorts {
  log: Log;
  clock: Clock;
  desk: DeskService;
  whereabouts: Whereabouts;
  /** Whether a site shows its agents what visitors are writing; absent: none does. */
  showsDrafts?: (site: string) => boolean;
  /** Where other processes append to the desk, and to the conversations on it. */
  news?: StreamNews;
}

/**
 * News of a conversation reach the inbox at most this often, in milliseconds: the open conversation itself is
 * live, and a row for each message would cost more than the message.
 */
const INBOX_EVERY_MS = 100;

/** Tells each agent's desk when its rows may differ, and visitors who is there. */
export class DeskFeed implements DeskSource {
  readonly #ports: DeskFeedPorts;
  readonly #rows: DeskRows;
  readonly #deskListeners = new Set<(change: DeskChange) => void>();
  /** What visitors are told. */
  readonly visitors: VisitorFeed;
  /** Conversations with news that their holders were not told yet, by site. */
  readonly #waiting = new Map<string, Set<string>>();
  readonly #stops: (() => void)[];
  readonly #news: StreamNews;
  readonly #onceMore: OnceMore;
  readonly #floor: FloorWatch;
  readonly #shared: SharedRowsOfSites;
  #rounds = 0;
  /** Desks and conversations that are followed, by site and stream. */
  readonly #followed = new Map<string, Map<string, Followed>>();

  constructor(ports: DeskFeedPorts) {
    this.#ports = ports;
    this.#news = ports.news ?? noNews;
    this.#onceMore = new OnceMore(ports.clock);
    this.#rows = new DeskRows(ports.log, ports.whereabouts);
    const look = async (site: string) => (await ports.desk.look(site))?.routing;
    this.visitors = new VisitorFeed(ports.clock, look, ports.showsDrafts ?? (() => false));
    this.#floor = new FloorWatch(ports.clock, (site, agents) => {
      this.#tellDesks({ site, agents });
    });
    this.#shared = new SharedRowsOfSites(ports.clock, (site) => {
      this.#tellDesks({ site, agents: [], shared: true });
    });
    this.#stops = [
      ports.log.onAppended((appended) => {
        this.#appended(appended);
      }),
      ports.whereabouts.onChanged((site, conversation) => {
        this.#conversationChanged(site, conversation);
      }),
    ];
  }

  async rows(session: AgentSession, { floor = false }: { floor?: boolean } = {}): Promise<DeskRow[]> {
    const { site, agent, role } = session;
    const desk = await this.#ports.desk.look(site);
    if (!desk) return [];
    const own = await this.#rows.of(session, desk);
    return floor && role !== 'agent' ? [...own, ...this.#floor.rows(site, agent.id, desk)] : own;
  }

  async shared({
    site,
    agent,
  }: AgentSession): Promise<{ rows: SharedDeskRows; without: string } | undefined> {
    const desk = await this.#ports.desk.look(site);
    return desk && { rows: this.#shared.of(site, desk.routing), without: colleagueKey(agent.id) };
  }

  onChanged(then: (change: DeskChange) => void): () => void {
    this.#deskListeners.add(then);
    return () => this.#deskListeners.delete(then);
  }

  /** Reads who is there once, after a start, and follows the desk from then on. */
  async refresh(site: string): Promise<void> {
    this.follow(site);
    const desk = await this.#ports.desk.look(site);
    if (!desk) return;
    this.visitors.update(site, desk.routing);
    this.#followHeld(site, desk);
  }

  /** Hears of what other processes do to a site's desk. */
  follow(site: string): void {
    if (this.#news === noNews || this.#followed.has(site)) return;
    this.#followed.set(site, new Map());
    this.#news.follow(deskStream(site).id, site).fromNow();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#onceMore.stop();
    this.#floor.stop();
    this.#shared.stop();
    this.visitors.stop();
  }

  #appended({ stream, site, events }: Appended): void {
    if (!isDesk(stream)) {
      this.#conversationChanged(site, stream);
      return;
    }
    const agents = concernedBy(events);
    if (agents.length > 0) this.#tellDesks({ site, agents });
    this.#shared.changed(site);
    this.#onceMore.do(`desk ${site}`, () => this.refresh(site));
  }

  /** The inbox shows what was said last in every conversation that an agent has. */
  #followHeld(site: string, { routing }: DeskState): void {
    const followed = this.#followed.get(site);
    if (!followed) return;
    const held = new Set<string>();
    for (const item of routing.items.values()) if ('agent' in item) held.add(item.conversation);
    for (const conversation of held) {
      if (followed.has(conversation)) continue;
      const its = this.#news.follow(conversation, site);
      its.fromNow();
      followed.set(conversation, its);
    }
    for (const [conversation, its] of followed) {
      if (held.has(conversation)) continue;
      its.stop();
      followed.delete(conversation);
    }
  }

  /** Gathers conversations that changed and tells the agents who have them, not more often than need be. */
  #conversationChanged(site: string, conversation: string): void {
    const waiting = this.#waiting.get(site);
    if (waiting) {
      waiting.add(conversation);
      return;
    }
    this.#waiting.set(site, new Set([conversation]));
    this.#ports.clock.after(INBOX_EVERY_MS, () => {
      const conversations = this.#waiting.get(site) ?? new Set<string>();
      this.#waiting.delete(site);
      this.#onceMore.do(`holders ${++this.#rounds}`, () => this.#tellHolders(site, conversations));
    });
  }

  async #tellHolders(site: string, conversations: ReadonlySet<string>): Promise<void> {
    const desk = await this.#ports.desk.look(site);
    if (!desk) return;
    const agents = new Set<string>();
    for (const conversation of conversations) {
      for (const item of desk.routing.itemsOf(conversation)) {
        if ('agent' in item) agents.add(item.agent);
        const second = secondOf(item);
        if (second) agents.add(second.agent);
      }
    }
    for (const [agent, recent] of desk.recent) {
      if (recent.some((each) => conversations.has(each.conversation))) agents.add(agent);
    }
    if (agents.size > 0) this.#tellDesks({ site, agents: [...agents] });
  }

  #tellDesks(change: DeskChange): void {
    for (const listener of this.#deskListeners) listener(change);
  }
}
