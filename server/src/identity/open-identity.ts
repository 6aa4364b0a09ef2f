import type { Clock } from '@alongside/sdk/shared';
import type { Kysely } from 'kysely';
import type { Bus, BusHealth } from '../bus/bus.ts';
import type { Report } from '../lib/report.ts';
import type { Database } from '../storage/schema.ts';
import { AccessTokens } from './access-token.ts';
import { AgentIdentity } from './agent-identity.ts';
import { AgentSessionsStore } from './agent-sessions-store.ts';
import { AgentsStore } from './agents-store.ts';
import { RevocationWatch } from './revocation-watch.ts';
import type { SecretKeys } from './secrets.ts';
import { SitesStore } from './sites-store.ts';
import { VisitorIdentity } from './visitor-identity.ts';
import { VisitorsStore } from './visitors-store.ts';

export interface IdentityPorts {
  database: Kysely<Database>;
  clock: Clock;
  bus: Bus;
  newId: (prefix: string) => string;
  /** Where other processes revoke sessions too. */
  shared?: { health: BusHealth | undefined; report: Report };
}

/** Everything that knows who people are. */
export interface Identity {
  readonly sites: SitesStore;
  readonly accounts: AgentsStore;
  readonly agents: AgentIdentity;
  readonly visitors: VisitorIdentity;
  readonly conversations: VisitorsStore;
  readonly stop: () => void;
}

const SWEEP_EVERY_MS = 10 * 60_000;

/** Opens the identities of a store. `demoSite`: the site that any page of this machine may use. */
export async function openIdentity(
  ports: IdentityPorts & { keys: SecretKeys; demoSite?: string | undefined },
): Promise<Identity> {
  const { database, clock, keys } = ports;
  const sites = new SitesStore(ports);
  const accounts = new AgentsStore(ports);
  const sessions = new AgentSessionsStore(database);
  const agents = new AgentIdentity({ ...ports, agents: accounts, sessions });
  const conversations = new VisitorsStore(database);
  const tokens = new AccessTokens(keys, clock);
  const visitors = new VisitorIdentity({ ...ports, visitors: conversations, tokens });
  await visitors.start();
  const watch =
    ports.shared &&
    new RevocationWatch({
      ...{ clock, bus: ports.bus, ...ports.shared },
      since: async (time) => [...(await visitors.revokedSince(time)), ...(await agents.revokedSince(time))],
    });
  let cancel = (): void => undefined;
  const sweepLater = (): void => {
    cancel = clock.after(SWEEP_EVERY_MS, () => {
      visitors.sweep();
      // A store in trouble is said by its health; what was not swept now is swept next time.
      void agents.sweep().catch(() => undefined);
      sweepLater();
    });
  };
  sweepLater();
  const stop = (): void => {
    cancel();
    watch?.stop();
  };
  return { sites, accounts, agents, visitors, conversations, stop };
}
