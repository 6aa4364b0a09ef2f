import type { Clock } from '@alongside/sdk/shared';
import type { AvailabilitySource, DeskSource, PresenceListener } from './events/handlers.ts';
import type { Log } from './events/log.ts';
import type { Identity } from './identity/open-identity.ts';
import type { Logger } from './lib/logger.ts';
import type { RelayHandlers } from './transport/relay-options.ts';
import type { Search } from './transport/routes/conversation-routes.ts';

export interface CapabilityPorts {
  log: Log;
  clock: Clock;
  newId: (prefix: string) => string;
  identity: Identity;
  logger: Logger;
}

/** What the house can do, as the transport sees it. */
export interface Capabilities {
  readonly handlers: RelayHandlers;
  readonly desk: DeskSource;
  readonly availability: AvailabilitySource;
  readonly presence: PresenceListener;
  readonly search: Search;
  /** Somebody came to a site, changed, or may no longer sign in. */
  readonly onAgentsChanged: (site: string) => Promise<void>;
  /** Sets an agent's status to Available. */
  readonly makeAvailable: (site: string, agent: string) => Promise<void>;
  readonly stop: () => void;
}

/** Joins the capabilities to the log. */
export function openCapabilities(_ports: CapabilityPorts): Promise<Capabilities> {
  const nothing = (): void => undefined;
  return Promise.resolve({
    handlers: { visitor: { commands: [], signals: [] }, agent: { commands: [], signals: [] } },
    desk: { rows: () => Promise.resolve([]), onChanged: () => nothing },
    availability: { of: () => ({ agents: [], open: false }), onAvailabilityChanged: () => nothing },
    presence: { connected: nothing, disconnected: nothing, seen: nothing },
    search: () => Promise.resolve([]),
    onAgentsChanged: () => Promise.resolve(),
    makeAvailable: () => Promise.resolve(),
    stop: nothing,
  });
}
