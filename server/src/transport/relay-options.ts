import type { Clock } from '@alongside/sdk/shared';
import type { Bus } from '../bus/bus.ts';
import type {
  AvailabilitySource,
  CommandAnswer,
  DeskSource,
  OpenConversation,
  PresenceListener,
  ReceivedCommand,
  RecordLook,
  SignalReaders,
} from '../events/handlers.ts';
import type { Log } from '../events/log.ts';
import type { AgentSession, Session, VisitorSession } from '../events/session.ts';
import type { AgentIdentity } from '../identity/agent-identity.ts';
import type { SitesStore } from '../identity/sites-store.ts';
import type { VisitorIdentity } from '../identity/visitor-identity.ts';
import type { VisitorsStore } from '../identity/visitors-store.ts';
import type { Limits } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { FeedBetween } from './feed-between.ts';

/** A command handler of whatever type; the dispatcher gives it only bodies of its own type. */
export interface AnyCommandHandler<S extends Session> {
  readonly type: string;
  readonly handle: (session: S, command: ReceivedCommand<never>) => Promise<CommandAnswer>;
}

/** A signal handler of whatever type. */
export interface AnySignalHandler<S extends Session> {
  readonly type: string;
  readonly handle: (session: S, conversation: string, body: never) => { type: string } | undefined;
  readonly only?: SignalReaders<S>;
}

/** What capabilities do with what arrives, by side. */
export interface RelayHandlers {
  visitor: {
    commands: readonly AnyCommandHandler<VisitorSession>[];
    signals: readonly AnySignalHandler<VisitorSession>[];
  };
  agent: {
    commands: readonly AnyCommandHandler<AgentSession>[];
    signals: readonly AnySignalHandler<AgentSession>[];
  };
}

/** Who people are, as the relay asks it. */
export interface RelayIdentity {
  readonly sites: Pick<SitesStore, 'find' | 'areSeveral'>;
  readonly visitors: Pick<VisitorIdentity, 'admit' | 'isRevoked'>;
  readonly agents: Pick<AgentIdentity, 'byTicket' | 'byCookie' | 'bySession'>;
  readonly conversations: Pick<VisitorsStore, 'siteOfConversation'>;
}

/** Everything the relay needs; it makes nothing of it itself and knows no capability. */
export interface RelayOptions {
  readonly log: Log;
  readonly bus: Bus;
  /** Where other processes share the store. */
  readonly between?: FeedBetween;
  readonly openConversation: OpenConversation;
  readonly handlers: RelayHandlers;
  /** Asked before an agent is shown anything of a conversation. */
  readonly looked: RecordLook;
  readonly desk: DeskSource;
  readonly availability: AvailabilitySource;
  readonly presence: PresenceListener;
  readonly identity: RelayIdentity;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Where the server is reached from outside, when that is not what the request says. */
  readonly publicOrigin: string | undefined;
}
