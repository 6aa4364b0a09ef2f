import { type Clock, type PrivacySettings, must, newId, systemClock } from '@alongside/sdk/shared';
import { type Neighbours, openNeighbours } from './between-processes.ts';
import { type Capabilities, type CapabilityPorts, openCapabilities } from './capabilities.ts';
import { DEMO_AGENT, DEMO_SITE, seedDemo } from './demo/seeds.ts';
import { openConversation } from './events/conversation-stream.ts';
import type { Log } from './events/log.ts';
import { openLog } from './events/open-log.ts';
import { Outbox } from './events/outbox.ts';
import { SearchStore } from './events/search-store.ts';
import { AGENT_SESSION_LASTS_MS, DEMO_LINK_LASTS_MS } from './identity/agent-identity.ts';
import { type Identity, openIdentity } from './identity/open-identity.ts';
import { keysOf } from './identity/secrets.ts';
import type { Config } from './lib/config.ts';
import { type Limits, defaultLimits, demoLimits } from './lib/limits.ts';
import { type Logger, createLogger } from './lib/logger.ts';
import { Metrics } from './lib/metrics.ts';
import { ShareMetrics } from './lib/share-metrics.ts';
import { WaitMetrics } from './lib/wait-metrics.ts';
import { type Doors, openListeners } from './listeners.ts';
import { randomFraction } from './lib/random-fraction.ts';
import type { Report } from './lib/report.ts';
import { StartError } from './lib/start-error.ts';
import { type Settings, openSettings } from './settings/open-settings.ts';
import { openStorage } from './storage/open-storage.ts';
import type { Storage } from './storage/storage.ts';
import { type CoBrowseOptions, CoBrowseRelay } from './transport/co-browse-relay.ts';
import { httpApp } from './transport/http-app.ts';
import { Relay } from './transport/relay.ts';
import { SessionCookie } from './transport/session-cookie.ts';
import { ViewerListener } from './transport/viewer-listener.ts';

/** A message is found at most this much later than it was said, so that a commit of the index serves many. */
const SEARCHABLE_AFTER_MS = 100;

export interface AppOptions {
  readonly config: Config;
  /** `demo`: seeds, demo pages, wide limits. */
  readonly mode: 'demo' | 'serve';
  readonly clock?: Clock;
  readonly limits?: Limits;
  readonly logger?: Logger;
  /** What the build made. */
  readonly distFolder: string;
  readonly demoFolder: string;
  /** Tests put other capabilities in place. */
  readonly capabilities?: (ports: CapabilityPorts) => Capabilities;
}

/** A server that takes requests. */
export interface RunningApp {
  /** Where it listens. */
  readonly url: string;
  /** Names of the demo's people; empty otherwise. */
  readonly people: readonly string[];
  /** A one-time link with which one of them signs in. */
  signInLink(name: string): Promise<string>;
  /** Drains: finishes what is on its way, sends everybody away, closes the store (DL13). */
  close(): Promise<void>;
}

/** Everything below the transport. */
interface House {
  readonly storage: Storage;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly neighbours: Neighbours;
  readonly identity: Identity;
  readonly settings: Settings;
  readonly capabilities: Capabilities;
  readonly people: readonly string[];
  readonly shareMetrics: ShareMetrics;
  readonly waitMetrics: WaitMetrics;
  readonly policyOf: (site: string) => Promise<PrivacySettings>;
}

/** Starts a server and resolves once it listens. @throws StartError for what the operator has to change. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? createLogger(options.config.logLevel);
  const house = await openHouse(options, clock, logger);
  try {
    const { relay, coBrowse, viewer, http, url } = await openDoors(options, house, clock, logger);
    logger.info({ mode: options.mode }, 'ready');
    return {
      url,
      people: house.people,
      signInLink: (name) => demoLink(house.identity, options.config.publicOrigin ?? url, name),
      async close() {
        logger.info('draining');
        const requestsDone = http.close();
        await Promise.all([relay.drain(), coBrowse?.drain()]);
        http.end();
        await Promise.all([requestsDone, viewer.close()]);
        await closeHouse(house);
        logger.info('stopped');
      },
    };
  } catch (error) {
    await closeHouse(house);
    throw error;
  }
}

async function openHouse(options: AppOptions, clock: Clock, logger: Logger): Promise<House> {
  const { config, mode } = options;
  const report: Report = (problem, details) => logger.error(details, problem);
  const { databaseUrl, dataFolder } = config;
  const place = databaseUrl === undefined ? { dataFolder } : { databaseUrl };
  const storage = await openStorage(place, { clock, report });
  try {
    await storage.migrate();
    const outbox = new Outbox(storage, { clock, report });
    const log = await openLog(storage, { clock, report, effects: outbox });
    const { redisUrl } = config;
    const neighbours = await openNeighbours({ storage, log, redisUrl, clock, report });
    const { bus, between } = neighbours;
    const identity = await openIdentity({
      database: storage.kysely,
      ...{ clock, bus, newId },
      ...(between && { shared: between }),
      keys: keysOf(config),
      demoSite: mode === 'demo' ? DEMO_SITE : undefined,
    });
    const settings = openSettings({ storage, identity, clock, bus });
    const people = mode === 'demo' ? await seedDemo(identity, settings.settings) : [];
    const open = options.capabilities ?? openCapabilities;
    const search = new SearchStore(storage, { clock, milliseconds: SEARCHABLE_AFTER_MS });
    const shareMetrics = new ShareMetrics();
    const waitMetrics = new WaitMetrics();
    const policyOf = async (site: string) => (await settings.settings.of(site)).coBrowsePolicy;
    const capabilities = open({
      ...{ log, clock, newId, identity, settings, bus, search, report, policyOf, shareMetrics, waitMetrics },
      shareLimits: limitsOf(options).shares,
      ...(between && { between }),
    });
    for (const handler of capabilities.effects) outbox.register(handler);
    for (const { key } of await identity.sites.list()) await capabilities.openSite(key);
    await outbox.start();
    return {
      storage,
      log,
      outbox,
      neighbours,
      identity,
      settings,
      capabilities,
      people,
      shareMetrics,
      waitMetrics,
      policyOf,
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function closeHouse(house: House): Promise<void> {
  const { storage, log, outbox, identity, capabilities, neighbours } = house;
  await outbox.drain();
  capabilities.stop();
  identity.stop();
  neighbours.stop();
  await log.close();
  await storage.close();
}

function limitsOf({ limits, mode }: AppOptions): Limits {
  return limits ?? (mode === 'demo' ? demoLimits() : defaultLimits);
}

async function openDoors(options: AppOptions, house: House, clock: Clock, logger: Logger): Promise<Doors> {
  const { config, mode } = options;
  const { log, identity, capabilities, neighbours } = house;
  const { bus, between } = neighbours;
  const { publicOrigin, trustedProxies } = config;
  const limits = limitsOf(options);
  const metrics = new Metrics({ process: true });
  neighbours.watchedBy(metrics);
  for (const counts of [house.shareMetrics, house.waitMetrics]) counts.register(metrics.registry);
  const cookie = new SessionCookie({ https: publicOrigin?.startsWith('https:') ?? false });
  const shared = { log, limits, logger, metrics, publicOrigin };
  const relay = new Relay(
    {
      ...shared,
      bus,
      ...(between && { between }),
      openConversation: openIn(log),
      ...capabilities,
      identity,
      clock,
      random: randomFraction,
    },
    cookie,
  );
  const viewer = new ViewerListener(config);
  const coBrowse = coBrowseRelay(house, viewer, { ...shared, clock, cookie });
  const { policyOf } = house;
  let url = '';
  const app = httpApp({
    ...shared,
    streams: relay.streams,
    flush: relay.flush,
    sites: identity.sites,
    ...house.settings,
    agents: identity.agents,
    conversations: identity.conversations,
    search: capabilities.search,
    looked: capabilities.looked,
    whyNot: capabilities.whyNot,
    cookie,
    trustedProxies,
    monotonic: () => clock.monotonic(),
    distFolder: options.distFolder,
    viewer: viewer.place,
    policyOf,
    ...(mode === 'demo' && {
      demo: { demoFolder: options.demoFolder, site: DEMO_SITE, signIn: demoSignIn(house, cookie) },
    }),
    signInUrl: (code) => signInUrl(publicOrigin ?? url, code),
    notReady: () => (relay.isDraining ? 'draining' : log.healthy ? undefined : 'storage'),
    degraded: neighbours.degraded,
  });
  const { distFolder } = options;
  const served = { app, config, sites: identity.sites, policyOf, distFolder };
  const http = await openListeners({ ...shared, ...served, relay, coBrowse, viewer });
  const { host } = config;
  url = `http://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
  return { relay, coBrowse, viewer, http, url };
}

/** The sockets of shared pages, where pages can be shared. */
function coBrowseRelay(
  { capabilities, neighbours, identity, shareMetrics }: House,
  { place }: ViewerListener,
  shared: Pick<CoBrowseOptions, 'limits' | 'logger' | 'metrics' | 'publicOrigin' | 'clock' | 'cookie'>,
): CoBrowseRelay | undefined {
  const { shares: doors } = capabilities;
  const viewerUrl = (site: string, host: string | undefined): string =>
    `${place.origin(host) ?? ''}/view/${site}`;
  const { bus } = neighbours;
  const random = randomFraction;
  return doors && new CoBrowseRelay({ ...shared, doors, identity, bus, random, shareMetrics, viewerUrl });
}

function openIn(log: Log) {
  return (...[conversation, reader, position]: DropFirst<Parameters<typeof openConversation>>) =>
    openConversation(log, conversation, reader, position);
}

type DropFirst<List extends unknown[]> = List extends [unknown, ...infer Rest] ? Rest : never;

function signInUrl(url: string, code: string): string {
  return `${url}/console/#sign-in=${code}`;
}

async function demoLink({ accounts, agents }: Identity, url: string, name: string): Promise<string> {
  const agent = await accounts.findByName(DEMO_SITE, name);
  if (!agent) throw new StartError(`There is nobody named ${name}.`);
  return signInUrl(url, await agents.newLink(agent.id, DEMO_LINK_LASTS_MS));
}

/** Signs a browser in as Ana, unless somebody is, and makes whoever it is available. */
function demoSignIn({ identity, capabilities }: House, cookie: SessionCookie) {
  return async (cookies: string | undefined): Promise<string | undefined> => {
    const { agents, accounts } = identity;
    const value = cookie.read(cookies);
    const present = value === undefined ? undefined : await agents.byCookie(value);
    if (present) {
      await capabilities.makeAvailable(DEMO_SITE, present.agent.id);
      return undefined;
    }
    const ana = must(await accounts.findByName(DEMO_SITE, DEMO_AGENT), DEMO_AGENT);
    const started = await agents.startSession(ana);
    await capabilities.makeAvailable(DEMO_SITE, ana.id);
    return cookie.set(started.cookie, AGENT_SESSION_LASTS_MS);
  };
}
