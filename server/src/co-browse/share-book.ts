import type { AgentCard, ConversationState } from '@alongside/sdk/protocol';
import type { Clock, PrivacySettings } from '@alongside/sdk/shared';
import { conversationStream } from '../events/conversation-stream.ts';
import type { Log, StoredEvent } from '../events/log.ts';
import type { AgentSession, VisitorSession } from '../events/session.ts';
import type {
  FromPage,
  FromViewer,
  NotLetIn,
  PageHello,
  ShareDoors,
  ShareGuest,
  ShareWire,
  ToPage,
  ToViewer,
  ViewHello,
} from '../events/share-ports.ts';
import { type StreamNews, noNews } from '../events/stream-news.ts';
import { type Report, oneLine } from '../lib/report.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareMetrics } from '../lib/share-metrics.ts';
import { ShareAbsence } from './share-absence.ts';
import type { ShareEntry } from './share-entry.ts';
import { SharePipes, type PipesBetween } from './share-pipes.ts';
import { ELSEWHERE, FORBIDDEN, FULL, OVER, UNAVAILABLE, rightsOf } from './share-rights.ts';
import { ShareRoom } from './share-room.ts';
import { ShareWatchers } from './share-watchers.ts';

export interface BookOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly limits: ShareLimits;
  readonly metrics: ShareMetrics;
  readonly report: Report;
  /** What agents may see of a site's pages. */
  readonly policyOf: (site: string) => Promise<PrivacySettings>;
  /** Where other processes append too. */
  readonly news?: StreamNews;
  /** Where a page and its viewers may be connected to different processes. */
  readonly between?: PipesBetween;
}

const TICK_EVERY_MS = 200;
const nothing = (): void => undefined;

/**
 * The shares of this process. Whoever comes is let in by what the log says, so no frame is taken before the consent
 * is on disk (DL17), and whatever ends a share in the log ends it here at once.
 */
export class ShareBook implements ShareDoors {
  readonly #options: BookOptions;
  readonly #entries = new Map<string, ShareEntry>();
  readonly #stopListening: () => void;
  readonly #pipes: SharePipes | undefined;
  #cancelTick: () => void = nothing;
  #stopped = false;

  constructor(options: BookOptions) {
    this.#options = options;
    this.#stopListening = options.log.onAppended(({ stream, events }) => this.#appended(stream, events));
    const { between, clock, limits } = options;
    this.#pipes =
      between &&
      new SharePipes({
        ...{ ...between, clock, limits },
        roomOf: (conversation) => this.#entries.get(conversation)?.room,
      });
    options.metrics.shares = () => this.#entries.size;
    options.metrics.heldBytes = () => this.heldBytes;
  }

  get heldBytes(): number {
    let bytes = 0;
    for (const { room } of this.#entries.values()) bytes += room.heldBytes;
    return bytes;
  }

  async page(
    session: VisitorSession,
    hello: PageHello,
    wire: ShareWire<ToPage>,
  ): Promise<ShareGuest<FromPage> | NotLetIn> {
    if (hello.conversation !== session.conversation) return FORBIDDEN;
    const entry = await this.#entry(session.conversation, session.site, hello.share);
    if ('close' in entry) return entry;
    const { room } = entry;
    const { limits } = this.#options;
    if (room.pages.size >= limits.pagesPerShare && !room.pages.has(hello.tab)) return FULL;
    const page = room.pageArrives(hello, wire);
    return {
      take: (message, weight) => room.fromPage(page, message, weight),
      beat: () => ({}),
      left: () => room.pageLeaves(page),
    };
  }

  async viewer(
    session: AgentSession,
    hello: ViewHello,
    wire: ShareWire<ToViewer>,
    viewerUrl: string,
  ): Promise<ShareGuest<FromViewer> | NotLetIn> {
    const { agent, site } = session;
    const entry = await this.#entry(hello.conversation, site, hello.share);
    if ('close' in entry) return entry;
    const { room } = entry;
    const rights = await rightsOf(this.#options.log, entry, session);
    if (!rights.mayWatch) {
      this.#closeIfEmpty(entry);
      return FORBIDDEN;
    }
    if (room.viewers.all.size >= this.#options.limits.viewersPerShare) return FULL;
    if (this.#isElsewhere(entry)) {
      this.#closeIfEmpty(entry);
      return ELSEWHERE;
    }
    // Who watches whom is written down before anything is shown (T22).
    if (!(await entry.watchers.begins(agent))) {
      this.#closeIfEmpty(entry);
      return this.#entries.get(entry.conversation) === entry ? UNAVAILABLE : OVER;
    }
    if (this.#entries.get(entry.conversation) !== entry) return OVER;
    const left = (why?: 'revoked'): void => this.#viewerLeft(entry, agent, why);
    const home = room.isHome ? undefined : await this.#pipes?.find(entry.conversation, room.share);
    if (this.#entries.get(entry.conversation) !== entry) return OVER;
    if (home !== undefined && this.#pipes) {
      entry.piped.set(wire, agent.id);
      const { conversation } = entry;
      const far = { agent, ...rights, viewerUrl };
      return this.#pipes.open(home, { conversation, share: room.share }, far, wire, (why) => {
        entry.piped.delete(wire);
        left(why);
      });
    }
    const viewer = room.viewerArrives({ agent, ...rights }, wire, viewerUrl);
    return {
      take: (message) => room.fromViewer(viewer, message),
      beat: () => room.beat,
      left: (why) => {
        room.viewerLeaves(viewer);
        left(why);
      },
    };
  }

  /** Whether a share still runs; one that has no page any more is over soon, also where a restart forgot it. */
  async runs(conversation: string, site: string, share: string): Promise<boolean> {
    const entry = await this.#entry(conversation, site, share);
    if ('close' in entry) return entry !== OVER;
    await entry.absence.look(() => entry.room.pages.size > 0);
    this.#closeIfEmpty(entry);
    return true;
  }

  /** No page is here nor was lately, other processes may have it, and nothing gets here from them. */
  #isElsewhere({ room, absence }: ShareEntry): boolean {
    return this.#pipes?.works === false && !room.isHome && !absence.isAwaited;
  }

  #viewerLeft(entry: ShareEntry, agent: AgentCard, why: 'revoked' | undefined): void {
    const { room, piped, watchers } = entry;
    if (why === 'revoked') watchers.loseControl(agent, 'signed-out');
    const isGone = !room.viewers.has(agent.id) && ![...piped.values()].includes(agent.id);
    if (isGone && this.#entries.get(entry.conversation) === entry) watchers.stopLater(agent);
    this.#closeIfEmpty(entry);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTick();
    this.#stopListening();
    this.#pipes?.stop();
    for (const entry of [...this.#entries.values()]) this.#close(entry);
  }

  /** The share that the log says is allowed, with its room. */
  async #entry(conversation: string, site: string, share: string): Promise<ShareEntry | NotLetIn> {
    const { log, limits, policyOf } = this.#options;
    const { assetOrigins } = await policyOf(site);
    const stream = await log.look(conversationStream(conversation, site));
    const header = stream?.state.agents.header;
    if (stream?.site !== site || header?.share?.id !== share || header.share.state !== 'allowed') return OVER;
    const known = this.#entries.get(conversation);
    if (known?.room.share === share) {
      known.room.update(header);
      return known;
    }
    // The one before it ended while nobody told this process.
    if (known) this.#end(known, 'ended');
    const isFull = this.#entries.size >= limits.sharesMax || this.heldBytes >= limits.heldMaxBytes;
    return isFull || this.#stopped
      ? FULL
      : this.#open({ conversation, site, share }, header, stream.heads.staff, assetOrigins);
  }

  #open(
    { conversation, site, share }: { conversation: string; site: string; share: string },
    header: ConversationState,
    head: number,
    assetOrigins: readonly string[],
  ): ShareEntry {
    const { limits, metrics, clock, news = noNews } = this.#options;
    const followed = news.follow(conversation, site);
    const about = { ...this.#options, conversation, site, share };
    const entry: ShareEntry = {
      conversation,
      site,
      followed,
      absence: new ShareAbsence({ ...about, pipes: this.#pipes, onOver: () => this.#closeIfEmpty(entry) }),
      piped: new Map(),
      stopHearing: this.#pipes?.hear(conversation, share) ?? nothing,
      watchers: new ShareWatchers({ ...about, onGone: () => this.#closeIfEmpty(entry) }),
      room: new ShareRoom(
        {
          share,
          assetOrigins,
          ...{ limits, metrics, clock },
          onPages: () => {
            if (entry.room.pages.size > 0 || this.#stopped) entry.absence.ends();
            else entry.absence.begins();
          },
          onHome: () => {
            this.#pipes?.announce(conversation, share);
            for (const wire of [...entry.piped.keys()]) wire.close(4012);
          },
        },
        header,
      ),
    };
    this.#entries.set(conversation, entry);
    followed.at(head);
    if (this.#cancelTick === nothing) this.#tickLater();
    return entry;
  }

  // What the log tells

  #appended(stream: string, events: readonly StoredEvent[]): void {
    const entry = this.#entries.get(stream);
    if (!entry) return;
    for (const { type, body } of events) {
      if (type === 'sitting.closed') this.#end(entry, 'sitting-closed');
      if (type !== 'co-browse.ended') continue;
      const { share, scope, reason } = body as { share: string; scope: string; reason: string };
      if (share === entry.room.share && scope === 'view') this.#end(entry, reason);
    }
    const concerns = events.some(({ type }) => /^(co-browse|agent|sitting)\./.test(type));
    if (concerns || events.length === 0) void this.#refresh(entry);
  }

  async #refresh(entry: ShareEntry): Promise<void> {
    if (this.#entries.get(entry.conversation) !== entry) return;
    try {
      const stream = await this.#options.log.look(conversationStream(entry.conversation, entry.site));
      if (this.#entries.get(entry.conversation) !== entry) return;
      const header = stream?.state.agents.header;
      if (header?.share?.id !== entry.room.share || header.share.state !== 'allowed') {
        this.#end(entry, 'ended');
        return;
      }
      entry.room.update(header);
    } catch (error) {
      this.#options.report('share-not-read', { error: oneLine(error) });
    }
  }

  #end(entry: ShareEntry, reason: string): void {
    if (this.#entries.get(entry.conversation) !== entry) return;
    entry.room.end(reason);
    for (const wire of entry.piped.keys()) {
      wire.send({ type: 'ended', reason });
      wire.close(4010);
    }
    this.#close(entry);
  }

  #close(entry: ShareEntry): void {
    if (this.#entries.get(entry.conversation) === entry) this.#entries.delete(entry.conversation);
    entry.followed.stop();
    entry.stopHearing();
    entry.absence.ends();
    entry.watchers.stop();
  }

  #closeIfEmpty(entry: ShareEntry): void {
    const isAwaited = entry.piped.size > 0 || entry.watchers.size > 0 || entry.absence.isAwaited;
    if (entry.room.isEmpty && !isAwaited) this.#close(entry);
  }

  #tickLater(): void {
    this.#cancelTick = this.#options.clock.after(TICK_EVERY_MS, () => {
      for (const { room } of [...this.#entries.values()]) room.tick();
      this.#cancelTick = nothing;
      if (!this.#stopped && this.#entries.size > 0) this.#tickLater();
    });
  }
}
