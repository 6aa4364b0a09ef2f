import type { AgentCard } from '@alongside/sdk/protocol';
import type { Clock, PrivacySettings } from '@alongside/sdk/shared';
import type { BetweenProcesses } from './between-processes.ts';
import { chatEffects } from './chat/chat-effects.ts';
import { chatHandlers } from './chat/chat-handlers.ts';
import { chatSignals } from './chat/chat-signals.ts';
import { LiveDrafts, draftSignal } from './chat/draft-signals.ts';
import { type CoBrowse, openCoBrowse } from './co-browse/open-co-browse.ts';
import { SharedWhereabouts } from './customers/shared-whereabouts.ts';
import { visitorName } from './customers/visitor-name.ts';
import { Whereabouts } from './customers/whereabouts.ts';
import { deskEffects } from './desk/desk-effects.ts';
import { DeskFeed } from './desk/desk-feed.ts';
import { deskHandlers } from './desk/desk-handlers.ts';
import { DeskPresence } from './desk/desk-presence.ts';
import { type DeskPorts, DeskService } from './desk/desk-service.ts';
import { configureDesk } from './desk/desk-setup.ts';
import { Looks } from './desk/looks.ts';
import { endingCodes } from './desk/ending-codes.ts';
import { SharedPresence } from './desk/shared-presence.ts';
import { waitHandlers } from './desk/wait-handlers.ts';
import { whyNotAnswer } from './desk/why-not-answer.ts';
import type { EffectHandler } from './events/effects.ts';
import type { AvailabilitySource, DeskSource, PresenceListener, RecordLook } from './events/handlers.ts';
import type { Log } from './events/log.ts';
import type { SearchStore } from './events/search-store.ts';
import type { ShareDoors } from './events/share-ports.ts';
import type { Identity } from './identity/open-identity.ts';
import type { Report } from './lib/report.ts';
import type { ShareLimits } from './lib/share-limits.ts';
import type { ShareMetrics } from './lib/share-metrics.ts';
import type { WaitMetrics } from './lib/wait-metrics.ts';
import type { Settings } from './settings/open-settings.ts';
import { SettingsWatch } from './settings/settings-watch.ts';
import type { Bus } from './bus/bus.ts';
import type { RelayHandlers } from './transport/relay-options.ts';
import type { Search } from './transport/routes/conversation-routes.ts';
import type { AskWhyNot } from './transport/routes/floor-routes.ts';

export interface CapabilityPorts {
  log: Log;
  clock: Clock;
  newId: (prefix: string) => string;
  identity: Identity;
  settings: Settings;
  bus: Bus;
  search: SearchStore;
  report: Report;
  shareLimits: ShareLimits;
  shareMetrics: ShareMetrics;
  waitMetrics: WaitMetrics;
  /** What agents may see of a site's pages. */
  policyOf: (site: string) => Promise<PrivacySettings>;
  /** Where other processes share the store. */
  between?: BetweenProcesses;
}

/** Longer than news take from process to process, short against what falls due: an offer rings for 20 s. */
const DUE_SPREAD_MS = 250;

/** What the house can do, as the transport and the outbox see it. */
export interface Capabilities {
  readonly handlers: RelayHandlers;
  readonly effects: readonly EffectHandler[];
  readonly desk: DeskSource;
  readonly availability: AvailabilitySource;
  readonly presence: PresenceListener;
  readonly search: Search;
  /** Shared pages; absent: none can be shared. */
  readonly shares?: ShareDoors;
  readonly looked: RecordLook;
  readonly whyNot: AskWhyNot;
  /** A site opens after a start: what fell due is done, and who was there has a lease to come back in. */
  readonly openSite: (site: string) => Promise<void>;
  /** Sets an agent's status to Available. */
  readonly makeAvailable: (site: string, agent: string) => Promise<void>;
  readonly stop: () => void;
}

/** Joins the capabilities and the desk to the log: the one place that lists them. */
export function openCapabilities(ports: CapabilityPorts): Capabilities {
  const { log, clock, newId, identity, search, between } = ports;
  const whereabouts = new Whereabouts();
  const waitEnded: DeskPorts['waitEnded'] = (outcome) => ports.waitMetrics.ended(outcome);
  const spread = between && { dueSpreadMs: DUE_SPREAD_MS };
  const desk = new DeskService({ log, clock, newId, waitEnded, ...spread });
  const drafts = new LiveDrafts();
  const news = between && { news: between.news };
  const feed = new DeskFeed({ log, clock, desk, whereabouts, showsDrafts: drafts.areOn, ...news });
  const presence = between ? new SharedPresence({ ...between, desk, clock }) : new DeskPresence(desk, clock);
  const { health } = between ?? {};
  const shared = between && health && new SharedWhereabouts({ ...between, health, clock, whereabouts });
  const looks = new Looks({ log, desk, clock, audit: ports.settings.audit });
  const mayEndWith = endingCodes(desk, ports.settings.settings);
  const isTag = async (site: string, tag: string): Promise<boolean> =>
    (await ports.settings.settings.of(site)).find('tags', tag) !== undefined;
  const colleagues = colleaguesAt(identity);
  const chat = chatHandlers({ log, newId, whereabouts, colleagues, mayEndWith, isTag });
  const signals = chatSignals(whereabouts);
  const coBrowse = coBrowseOf(ports);
  const watch = settingsWatch(ports, desk, feed, drafts);
  return {
    handlers: {
      visitor: {
        commands: [...chat.visitor, ...coBrowse.handlers.visitor, ...waitHandlers(desk)],
        signals: [...signals.visitor, draftSignal(log, drafts.areOn)],
      },
      agent: {
        commands: [...chat.agent, ...coBrowse.handlers.agent, ...deskHandlers(desk, mayEndWith)],
        signals: signals.agent,
      },
    },
    effects: [...chatEffects(log, search), ...deskEffects(desk), ...coBrowse.effects],
    desk: feed,
    availability: feed.visitors,
    shares: coBrowse.shares,
    presence: everyListener([whereabouts, presence]),
    async search({ site, words, limit }) {
      const hits = await search.searchMessages(site, words, limit);
      return hits.map((hit) => ({ ...hit, visitorName: visitorName(hit.conversation) }));
    },
    looked: (session, conversation) => looks.looked(session, conversation),
    async whyNot(site, item) {
      const found = await desk.look(site);
      return found && whyNotAnswer(found.routing, item, clock.now());
    },
    async openSite(site) {
      await watch.open(site);
      await desk.wake(site);
      await presence.expectBack(site);
      await feed.refresh(site);
    },
    async makeAvailable(site, agent) {
      await desk.run(site, { type: 'set-presence', agent, presence: 'available' });
    },
    stop() {
      for (const each of [watch, coBrowse.shares, shared, presence, feed, desk]) each?.stop();
    },
  };
}

function coBrowseOf(ports: CapabilityPorts): CoBrowse {
  const { log, clock, newId, report, policyOf, identity, between } = ports;
  return openCoBrowse({
    ...{ log, clock, newId, report, policyOf, sites: identity.sites },
    ...{ limits: ports.shareLimits, metrics: ports.shareMetrics },
    ...(between && { between }),
  });
}

function colleaguesAt({ accounts }: Identity): (site: string) => Promise<AgentCard[]> {
  return async (site) =>
    (await accounts.list(site)).flatMap(({ active, id, name }) => (active ? { id, name } : []));
}

/** What is decided about a site holds at its desk, and for whoever looks at it. */
function settingsWatch(
  ports: CapabilityPorts,
  desk: DeskService,
  feed: DeskFeed,
  drafts: LiveDrafts,
): SettingsWatch {
  const { settings, settingsStore } = ports.settings;
  const { clock, bus, report, identity } = ports;
  return new SettingsWatch({
    ...{ settings, store: settingsStore, clock, bus, report },
    async apply(site, decided) {
      drafts.turn(site, decided.options.liveDrafts ?? false);
      const agents = (await identity.accounts.list(site)).filter(({ active }) => active);
      const outcome = await configureDesk(desk, site, agents, decided);
      await feed.refresh(site);
      return outcome;
    },
  });
}

function everyListener(listeners: readonly PresenceListener[]): PresenceListener {
  return {
    connected: (session) => {
      for (const listener of listeners) listener.connected(session);
    },
    disconnected: (session) => {
      for (const listener of listeners) listener.disconnected(session);
    },
    seen: (session) => {
      for (const listener of listeners) listener.seen(session);
    },
  };
}
