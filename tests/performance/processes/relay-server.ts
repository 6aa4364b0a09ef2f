/** The server itself in a process of its own, with the limits of rate and count out of the way. */
import { join, resolve } from 'node:path';
import { Histogram } from 'prom-client';
import { startApp, type RunningApp } from '../../../server/src/app.ts';
import { SearchStore } from '../../../server/src/events/search-store.ts';
import { defaultLimits, type Limits } from '../../../server/src/lib/limits.ts';
import { answerParent } from '../harness/answer-parent.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const NO_RATE = { burst: 1e9, perMinute: 1e9 };
const NO_COUNT = 1e6;

/** Rates and counts are not what is measured; sizes, times and the connections of one process stay. */
function benchLimits(): Limits {
  const rates = Object.entries(defaultLimits as unknown as Record<string, unknown>).filter(
    ([, value]) => typeof value === 'object' && value !== null && 'perMinute' in value,
  );
  return {
    ...defaultLimits,
    ...Object.fromEntries(rates.map(([name]) => [name, NO_RATE])),
    connectionsPerAddress: NO_COUNT,
    connectionsPerVisitor: NO_COUNT,
    connectionsPerAgent: NO_COUNT,
  };
}

/** How the server is started. */
export interface StartRelay {
  readonly dataFolder: string;
  /** Postgres and Redis, for several processes; otherwise SQLite in the folder. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
}

/** All processes on one database sign with it. */
const SECRET = 'the-secret-of-all-processes-of-a-bench-run';

// What is measured apart is switched off for the rounds that do not measure it.

const { indexMessage } = SearchStore.prototype;
const indexNothing = (): Promise<void> => Promise.resolve();

/** The server's own share of each acknowledgement, in milliseconds; undefined while nobody asks for it. */
let ackTimes: number[] | undefined;

/** What `observe` of a histogram is; the library's types do not name it. */
const histograms = Histogram.prototype as unknown as {
  name: string;
  observeWithoutExemplar: (...values: [number]) => void;
};
const { observeWithoutExemplar } = histograms;

/** What the metric sums up is kept singly: a percentile in buckets would say "below 5 ms". */
histograms.observeWithoutExemplar = function (this: typeof histograms, ...values): void {
  if (this.name === 'alongside_ack_seconds') ackTimes?.push(1_000 * values[0]);
  // Others have labels, which come first.
  observeWithoutExemplar.apply(this, values);
};

let app: RunningApp | undefined;

answerParent({
  start: async ({ dataFolder, databaseUrl, redisUrl }: StartRelay) => {
    app = await startApp({
      config: {
        host: '127.0.0.1',
        port: 0,
        publicOrigin: undefined,
        viewerPort: undefined,
        viewerOrigin: undefined,
        dataFolder,
        databaseUrl,
        redisUrl,
        secrets: databaseUrl === undefined ? [] : [SECRET],
        trustedProxies: 0,
        logLevel: 'error',
      },
      mode: 'demo',
      limits: benchLimits(),
      distFolder: join(ROOT, 'dist'),
      demoFolder: join(ROOT, 'demo-site'),
    });
    return app.url;
  },
  signInLink: (name: string) => app?.signInLink(name),
  /** Whether messages become findable. */
  indexMessages: (does: boolean) => {
    SearchStore.prototype.indexMessage = does ? indexMessage : indexNothing;
  },
  /** Answers the shares since it was asked last. */
  ackTimes: () => {
    const times = ackTimes ?? [];
    ackTimes = [];
    return times;
  },
  close: () => app?.close(),
});
