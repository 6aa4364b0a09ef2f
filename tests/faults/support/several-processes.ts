import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { vi } from 'vitest';
import { AUDIENCES } from '../../../sdk/src/protocol/index.ts';
import {
  type PostgresDatabase,
  type PostgresServer,
  freshDatabase,
  sharedPostgres,
  startPostgresServer,
  stopPostgresServer,
} from '../../support/postgres.ts';
import { type RedisServer, startRedisServer, stopRedisServer } from '../../support/redis.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import { type Verdict, check } from './checker.ts';
import { signIn } from '../../support/agent-session.ts';
import { AgentDriver, VisitorDriver } from './clients.ts';
import { CommitCutter } from './commit-cutter.ts';
import { FaultProxy } from './fault-proxy.ts';
import { History, type StoredLog } from './history.ts';
import { type Seeded, seedOfRun, seeded } from './seeded.ts';
import { ServerControl } from './server-control.ts';
import { NO_RATES } from './no-limits.ts';
import { eventually } from './until.ts';

// A run takes from 5 s to 30 s; on a machine that does much else, several times as long.
vi.setConfig({ testTimeout: 4 * 60_000 });

const ENTRY = resolve(import.meta.dirname, 'fault-server.ts');
const SECRET = 'the-secret-of-all-processes-of-these-tests';
const SETTLED_MAX_MS = 60_000;

export interface SeveralOptions {
  /** How many processes; 2 where nothing is said. */
  readonly processes?: number;
  /** Without: the processes find by looking what they otherwise hear. */
  readonly redis?: boolean;
  /** A Postgres of the run's own, for runs that stop it. */
  readonly ownPostgres?: boolean;
  /** Another entry file, by the number of the process. */
  readonly entry?: (index: number) => string;
}

/** One server process, with proxies between it and what it shares with the others. */
export interface Member {
  readonly server: ServerControl;
  /** Between the process and Postgres. */
  readonly database: FaultProxy;
  /** On the same way, cuts at commits. */
  readonly commits: CommitCutter;
  /** Between the process and Redis. */
  readonly redis: FaultProxy | undefined;
}

/** Several processes on one Postgres and one Redis, people on each of them, and the record of what they do. */
export class SeveralProcesses {
  readonly history = new History();
  readonly random: Seeded;
  readonly members: readonly Member[];
  readonly postgres: PostgresServer;
  readonly #database: PostgresDatabase;
  readonly #ownsPostgres: boolean;
  readonly #folder: TemporaryFolder;
  readonly #people: (VisitorDriver | AgentDriver)[] = [];
  #redis: RedisServer | undefined;

  private constructor(parts: {
    random: Seeded;
    members: readonly Member[];
    postgres: PostgresServer;
    database: PostgresDatabase;
    ownsPostgres: boolean;
    folder: TemporaryFolder;
    redis: RedisServer | undefined;
  }) {
    this.random = parts.random;
    this.members = parts.members;
    this.postgres = parts.postgres;
    this.#database = parts.database;
    this.#ownsPostgres = parts.ownsPostgres;
    this.#folder = parts.folder;
    this.#redis = parts.redis;
  }

  /** Starts everything; prints the seed, with which `FAULT_SEED` repeats the run. */
  static async start(name: string, options: SeveralOptions, seed = seedOfRun()): Promise<SeveralProcesses> {
    console.log(`${name}: FAULT_SEED=${seed}`);
    const ownsPostgres = options.ownPostgres ?? false;
    const postgres = ownsPostgres ? await startPostgresServer() : await sharedPostgres();
    const database = await freshDatabase(postgres);
    const redis = (options.redis ?? true) ? await startRedisServer() : undefined;
    const start = (index: number): Promise<Member> =>
      startMember(database, redis, options.entry?.(index) ?? ENTRY, seed + index);
    // The first one seeds the demo.
    const first = await start(0);
    const others = Array.from({ length: (options.processes ?? 2) - 1 }, (_, index) => start(index + 1));
    const members = [first, ...(await Promise.all(others))];
    const folder = await temporaryFolder('people');
    return new SeveralProcesses({
      random: seeded(seed),
      ...{ members, postgres, database, ownsPostgres, folder, redis },
    });
  }

  member(index: number): Member {
    const member = this.members[index];
    if (!member) throw new Error(`there is no process ${index}`);
    return member;
  }

  /** A visitor at a process, or wherever `server` leads. */
  visitor(name: string, at: number | string): VisitorDriver {
    const server = typeof at === 'string' ? at : this.member(at).server.url;
    const visitor = new VisitorDriver({ name, server, history: this.history });
    this.#people.push(visitor);
    return visitor;
  }

  /** One of the demo's people at a process, signed in with a link that another process may have made. */
  async agent(name: 'Ana' | 'Ben' | 'Sam', at: number | string, linkFrom = 0): Promise<AgentDriver> {
    const server = typeof at === 'string' ? at : this.member(at).server.url;
    const { cookie } = await signIn(server, this.member(linkFrom).server.signInLink(name));
    return this.agentBy(cookie, name, server);
  }

  /** One who is signed in already, at whichever process. */
  agentBy(cookie: string, name: string, server: string): AgentDriver {
    const folder = join(this.#folder.path, `${name} at ${this.#people.length}`);
    const agent = new AgentDriver({ name, server, history: this.history, cookie, folder });
    this.#people.push(agent);
    return agent;
  }

  /** `kill -9` of Redis; what it knew is gone. */
  async killRedis(): Promise<void> {
    if (this.#redis) await stopRedisServer(this.#redis, 'SIGKILL');
  }

  /** An empty Redis in its place. */
  async startRedis(): Promise<void> {
    this.#redis = await startRedisServer(this.#redis?.port);
  }

  /** A connection to the database, past all proxies. */
  async client(): Promise<Client> {
    const client = new Client({ connectionString: this.#database.url });
    await client.connect();
    return client;
  }

  get redis(): RedisServer {
    if (!this.#redis) throw new Error('this run has no Redis');
    return this.#redis;
  }

  /** What `/readyz` of a process says. */
  async readiness(index: number): Promise<{ ok: boolean; degraded?: string; problem?: string }> {
    const answer = await fetch(`${this.member(index).server.url}/readyz`);
    return (await answer.json()) as { ok: boolean };
  }

  /** Resolves once a process is ready, and degraded as said. */
  readyAs(index: number, degraded: string | undefined): Promise<void> {
    const fits = async (): Promise<boolean> => {
      const now = await this.readiness(index);
      return now.ok && now.degraded === degraded;
    };
    return eventually(fits, `process ${index} is ready, degraded: ${String(degraded)}`);
  }

  /** All conversations' logs as they stand in Postgres, past the servers. */
  async storedLogs(): Promise<StoredLog[]> {
    const client = await this.client();
    try {
      const { rows } = await client.query<Row>(
        `SELECT streams.id, streams.epoch, events.* FROM streams JOIN events ON events.stream = streams.number
         WHERE streams.kind = 'conversation' ORDER BY streams.number, events.seq`,
      );
      return logsOf(rows);
    } finally {
      await client.end();
    }
  }

  /** The faults are over: waits until everything is answered and everybody has it, and judges. */
  async judge(): Promise<Verdict> {
    const { history } = this;
    if (history.healedAt === 0) history.healed();
    await history.until(() => history.settled, 'settled', SETTLED_MAX_MS);
    const heads = new Map((await this.storedLogs()).map((log) => [log.conversation, log.entries]));
    const atHead = (): boolean =>
      [...history.readers.values()].every(({ conversation, audience, runs }) => {
        const visible = heads
          .get(conversation)
          ?.filter((each) => audience !== 'everyone' || each.audience === 'everyone');
        return (runs.at(-1)?.entries.at(-1)?.seq ?? 0) >= (visible?.at(-1)?.seq ?? 0);
      });
    await history.until(atHead, 'everybody at the head', SETTLED_MAX_MS);
    return check(history, await this.storedLogs());
  }

  /** The longest that a message took from being written to being seen by another reader, in milliseconds. */
  slowestMs(): number {
    const { operations, readers } = this.history;
    const delays = [...readers.values()].flatMap(({ name, runs }) =>
      runs.flatMap(({ entries }) =>
        entries.flatMap(({ command = '', at }) => {
          const operation = operations.get(command);
          return operation && operation.client !== name ? [at - operation.invokedAt] : [];
        }),
      ),
    );
    return Math.round(Math.max(0, ...delays));
  }

  output(): string {
    return this.members.map(({ server }, index) => `process ${index}:\n${server.output()}`).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#people.map((each) => each.stop()));
    for (const { server, database, commits, redis } of this.members) {
      await server.remove();
      await commits.close();
      await database.close();
      await redis?.close();
    }
    await this.#folder.remove();
    if (this.#redis) await stopRedisServer(this.#redis, 'SIGKILL');
    if (this.#ownsPostgres) await stopPostgresServer(this.postgres, { mode: 'immediate' });
    else await this.#database.drop();
  }
}

interface Row {
  id: string;
  epoch: string;
  seq: string;
  prev_agents: string;
  audience: number;
  type: string;
  body: string;
  command: string | null;
}

function logsOf(rows: readonly Row[]): StoredLog[] {
  const logs = new Map<string, StoredLog & { entries: StoredLog['entries'][number][] }>();
  for (const { id, epoch, seq, prev_agents: prev, audience, type, body, command } of rows) {
    const log = logs.get(id) ?? { conversation: id, epoch, entries: [] };
    const { text } = JSON.parse(body) as { text?: string };
    log.entries.push({
      ...{ seq: Number(seq), prev: Number(prev), type, audience: AUDIENCES[audience] ?? 'staff' },
      ...(command !== null && { command }),
      ...(text !== undefined && { text }),
    });
    logs.set(id, log);
  }
  return [...logs.values()];
}

async function startMember(
  database: PostgresDatabase,
  redis: RedisServer | undefined,
  entry: string,
  seed: number,
): Promise<Member> {
  const address = new URL(database.url);
  const databaseProxy = await FaultProxy.inFrontOf(Number(address.port), seed);
  const commits = await CommitCutter.inFrontOf(databaseProxy.port);
  address.port = String(commits.port);
  const redisProxy = redis && (await FaultProxy.inFrontOf(redis.port, seed));
  const environment = {
    DATABASE_URL: address.href,
    SECRET,
    FAULT_LIMITS: NO_RATES,
    ...(redisProxy && { REDIS_URL: `redis://127.0.0.1:${redisProxy.port}` }),
  };
  const server = await ServerControl.start({ entry, environment });
  return { server, database: databaseProxy, commits, redis: redisProxy };
}

/** Runs `scene` on several processes and stops them whatever happens. */
export async function onSeveralProcesses(
  name: string,
  scene: (several: SeveralProcesses) => Promise<void>,
  options: SeveralOptions = {},
): Promise<void> {
  const several = await SeveralProcesses.start(name, options);
  try {
    await scene(several);
  } catch (error) {
    console.error(`${name}: the servers said\n${several.output()}`);
    throw error;
  } finally {
    await several.stop();
  }
}
