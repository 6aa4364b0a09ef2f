import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { mustFind } from './programs.ts';
import { oncePerRun, RUN_FOLDER_VARIABLE } from './run-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const run = promisify(execFile);
const START_TIMEOUT_S = 30;

/** A Postgres server of the tests' own, on loopback, with its data in a temporary folder. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  /** Superuser without a password; the server listens on loopback only. */
  readonly user: string;
  /** For a fault run that stops and starts it: `pg_ctl -D`. */
  readonly dataFolder: string;
  readonly folder: string;
}

/** A database of one suite's own. */
export interface PostgresDatabase {
  /** For `DATABASE_URL`. */
  readonly url: string;
  /** Deletes it; connections that are still open are cut. */
  drop(): Promise<void>;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root; Debian's package brings the account that it runs as instead. */
async function account(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [{ stdout: uid }, { stdout: gid }] = await Promise.all([
    run('id', ['-u', 'postgres']),
    run('id', ['-g', 'postgres']),
  ]);
  return { uid: Number(uid), gid: Number(gid) };
}

async function program(name: string, parameters: readonly string[]): Promise<void> {
  const path = join(mustFind('postgres'), name);
  await run(path, parameters, { ...(await account()), cwd: '/', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
}

/** Starts a server; who calls stops it with {@link stopPostgresServer}. About 1 s. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const folder = await temporaryFolder('postgres');
  const owner = await account();
  const dataFolder = join(folder.path, 'data');
  await mkdir(dataFolder);
  if (owner) {
    await chown(folder.path, owner.uid, owner.gid);
    await chown(dataFolder, owner.uid, owner.gid);
  }
  const user = 'alongside';
  await program('initdb', ['-D', dataFolder, '-U', user, '-A', 'trust', '-E', 'UTF8', '--no-sync']);
  const server = { host: '127.0.0.1', port: await freePort(), user, dataFolder, folder: folder.path };
  await resumePostgresServer(server);
  return server;
}

/** Starts a server again that {@link stopPostgresServer} has stopped and kept. */
export async function resumePostgresServer(server: PostgresServer): Promise<void> {
  const { dataFolder, folder, port } = server;
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`;
  const log = join(folder, 'log');
  await program('pg_ctl', [
    ...['-D', dataFolder, '-w', '-t', String(START_TIMEOUT_S), '-s', '-l', log, '-o', options],
    'start',
  ]);
}

/** Stops a server: `fast` cuts connections, `immediate` is a crash. With `keep` its data stays, to be resumed. */
export async function stopPostgresServer(
  server: PostgresServer,
  { mode = 'fast', keep = false }: { mode?: 'fast' | 'immediate'; keep?: boolean } = {},
): Promise<void> {
  await program('pg_ctl', ['-D', server.dataFolder, '-w', '-s', '-m', mode, 'stop']);
  if (!keep) await rm(server.folder, { recursive: true, force: true });
}

/** Runs one statement as the server's owner. */
async function administer(server: PostgresServer, statement: string): Promise<void> {
  const client = new Client({
    host: server.host,
    port: server.port,
    user: server.user,
    database: 'postgres',
  });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** An empty database on `server`. */
export async function freshDatabase(server: PostgresServer): Promise<PostgresDatabase> {
  const name = `suite_${randomBytes(8).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name}`);
  return {
    url: `postgres://${server.user}@${server.host}:${server.port}/${name}`,
    drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** The server that all suites of this run share, started when the first one asks; nobody may stop it. */
export async function sharedPostgres(): Promise<PostgresServer> {
  const runFolder = process.env[RUN_FOLDER_VARIABLE];
  if (runFolder === undefined) throw new Error('no shared servers outside of a test run');
  return oncePerRun(runFolder, 'postgres', startPostgresServer);
}
