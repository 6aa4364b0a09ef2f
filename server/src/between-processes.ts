import type { Clock } from '@alongside/sdk/shared';
import type { Bus, BusHealth } from './bus/bus.ts';
import { InProcessBus } from './bus/in-process-bus.ts';
import { RedisBus } from './bus/redis-bus.ts';
import { AgentLeasesStore } from './desk/agent-leases-store.ts';
import type { Log } from './events/log.ts';
import { NewsBetweenProcesses, type SharedLog, type StreamNews } from './events/stream-news.ts';
import { newToken } from './lib/random-token.ts';
import type { Report } from './lib/report.ts';
import type { Metrics } from './lib/metrics.ts';
import type { Storage } from './storage/storage.ts';

/** What one process has of the others that share its store. */
export interface BetweenProcesses {
  /** Names this process among them. */
  readonly process: string;
  readonly bus: Bus;
  /** Absent without Redis: then nothing is heard of the others, only found. */
  readonly health: BusHealth | undefined;
  readonly news: StreamNews;
  readonly leases: AgentLeasesStore;
  readonly report: Report;
}

/** The bus of this process, and what lies behind it. */
export interface Neighbours {
  readonly bus: Bus;
  /** Absent on SQLite, where no other process can be. */
  readonly between: BetweenProcesses | undefined;
  /** What does not work and is done without; for readiness. */
  readonly degraded: () => string | undefined;
  readonly watchedBy: (metrics: Metrics) => void;
  readonly stop: () => void;
}

export interface NeighbourOptions {
  storage: Storage;
  log: Log;
  redisUrl: string | undefined;
  clock: Clock;
  report: Report;
}

/** Opens what processes tell each other: on Postgres there may be others, and with Redis they are heard at once. */
export async function openNeighbours(options: NeighbourOptions): Promise<Neighbours> {
  const { storage, redisUrl, clock, report } = options;
  if (storage.dialect === 'sqlite') {
    const nothing = (): undefined => undefined;
    return {
      bus: new InProcessBus(report),
      between: undefined,
      degraded: nothing,
      watchedBy: nothing,
      stop: nothing,
    };
  }
  // Postgres' log is the one that is shared.
  const log = options.log as SharedLog;
  const redis =
    redisUrl === undefined ? undefined : await RedisBus.open({ redisUrl, centre: log.epoch, clock, report });
  const bus = redis ?? new InProcessBus(report);
  const news = new NewsBetweenProcesses({ log, bus, clock, report, ...(redis && { health: redis }) });
  return {
    bus,
    between: {
      process: redis?.process ?? newToken(),
      ...{ bus, health: redis, news, report },
      leases: new AgentLeasesStore(storage.kysely),
    },
    degraded: () => redis?.trouble,
    watchedBy: (metrics) => {
      metrics.between({
        busWorks: () => redis !== undefined && redis.trouble === undefined,
        busDropped: () => redis?.dropped ?? 0,
        streamsFollowed: () => news.followed,
        lookUps: () => news.polls,
        foundLate: () => news.foundLate,
      });
    },
    stop: () => {
      news.stop();
      redis?.close();
    },
  };
}
