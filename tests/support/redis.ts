import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { mustFind } from './programs.ts';
import { oncePerRun, RUN_FOLDER_VARIABLE } from './run-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const START_TIMEOUT_MS = 10_000;
const LOOK_AGAIN_MS = 20;
const STOP_TIMEOUT_MS = 5_000;

/** A Redis server of the tests' own, on loopback, that keeps nothing on disk. */
export interface RedisServer {
  /** For `REDIS_URL`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly folder: string;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}

async function until(condition: () => Promise<boolean>, timeout: number, what: string): Promise<void> {
  for (let waited = 0; waited < timeout; waited += LOOK_AGAIN_MS) {
    if (await condition()) return;
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error(`${what} took longer than ${timeout} ms`);
}

/** Starts a server; who calls stops it with {@link stopRedisServer}. A fault run may ask for the same port again. */
export async function startRedisServer(port?: number): Promise<RedisServer> {
  const folder = await temporaryFolder('redis');
  const own = port ?? (await freePort());
  const parameters = ['--port', String(own), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(mustFind('redis'), [...parameters, '--dir', folder.path], {
    stdio: 'ignore',
    detached: true,
  });
  child.unref();
  if (child.pid === undefined) throw new Error('redis-server could not be run');
  await until(() => answers(own), START_TIMEOUT_MS, 'the start of redis-server');
  return { url: `redis://127.0.0.1:${own}`, port: own, pid: child.pid, folder: folder.path };
}

/** Stops a server; `SIGKILL` is a crash. */
export async function stopRedisServer(
  server: RedisServer,
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM',
): Promise<void> {
  process.kill(server.pid, signal);
  await until(async () => !(await answers(server.port)), STOP_TIMEOUT_MS, 'the stop of redis-server');
  await rm(server.folder, { recursive: true, force: true });
}

/** The server that all suites of this run share, started when the first one asks; nobody may stop or flush it. */
export async function sharedRedis(): Promise<RedisServer> {
  const runFolder = process.env[RUN_FOLDER_VARIABLE];
  if (runFolder === undefined) throw new Error('no shared servers outside of a test run');
  return oncePerRun(runFolder, 'redis', startRedisServer);
}
