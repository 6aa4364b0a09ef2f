import type { Limits } from '../../../server/src/lib/limits.ts';

const UNLIMITED = { burst: 1_000_000, perMinute: 1_000_000 };

const RATES = {
  ...{ visitorMessages: UNLIMITED, agentMessages: UNLIMITED, framesPerConnection: UNLIMITED },
  ...{ visitorCommands: UNLIMITED, agentCommands: UNLIMITED, signals: UNLIMITED },
  ...{ hellosPerVisitor: UNLIMITED, fetches: UNLIMITED, requestsPerAddress: UNLIMITED },
  ...{ newConnectionsPerAddress: UNLIMITED, newVisitorsPerAddress: UNLIMITED },
  ...{ signInsPerAddress: UNLIMITED, connectionsPerAddress: 20_000, connectionsPerVisitor: 100 },
} satisfies Partial<Limits>;

/** For `FAULT_LIMITS`: no rate or count is in a run's way. */
export const NO_RATES: string = JSON.stringify(RATES);
