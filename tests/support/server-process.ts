import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ended, endWithUs, type Exit, stopChild } from './child.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

const MAIN = resolve(import.meta.dirname, '../../server/src/main.ts');
const READY = /^Alongside ready on (http:\/\/\S+)$/;
const SIGN_IN = /^Sign in as ([^:]+): (\S+)$/;
const START_TIMEOUT_MS = 30_000;

/** How a server is started. */
export interface ServerOptions {
  /** `demo` (default) has seeds and the demo site. */
  readonly command?: 'demo' | 'serve';
  /** Beside HOST, PORT (0), VIEWER_PORT (0) and DATA_DIR, which are set here. */
  readonly environment?: Readonly<Record<string, string>>;
  /** For a server that is started again on what another one left; otherwise a temporary folder of its own. */
  readonly dataFolder?: string;
  /** For a server that must come back under the same address; 0 takes any. */
  readonly port?: number;
  /** Another entry file, for the test of this function. */
  readonly entry?: string;
}

/** A running server in a process of its own. */
export interface ServerProcess {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataFolder: string;
  /** One-time links by person (`Ana`), as the demo prints them. */
  readonly signInLinks: ReadonlyMap<string, string>;
  /** Both outputs so far, for a failing test. */
  output(): string;
  /** Milliseconds from start to the ready line. */
  readonly startMs: number;
  /** Asks it to drain (SIGTERM); answers how it ended. Keeps the data folder. */
  stop(): Promise<Exit>;
  /** `kill -9`, or another signal. Keeps the data folder. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** Ends it if it runs and deletes its own temporary data folder. */
  remove(): Promise<void>;
  /** Resolves when it ends by itself. */
  readonly ended: Promise<Exit>;
}

interface Running {
  readonly url: string;
  readonly signInLinks: Map<string, string>;
}

/** Resolves at the ready line; rejects with all output when the process ends before, or takes too long. */
function ready(child: ChildProcess, lines: string[]): Promise<Running> {
  const signInLinks = new Map<string, string>();
  return new Promise((resolvePromise, reject) => {
    const fail = (why: string): void => {
      reject(new Error(`the server ${why}:\n${lines.join('\n')}`));
    };
    const timer = setTimeout(() => fail(`was not ready after ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    const onLine = (line: string): void => {
      lines.push(line);
      const [, name, link] = SIGN_IN.exec(line) ?? [];
      if (name !== undefined && link !== undefined) signInLinks.set(name, link);
      const url = READY.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolvePromise({ url: url.replace(/\/$/, ''), signInLinks });
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', onLine);
    }
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(`ended with ${String(code)} before it was ready`);
    });
  });
}

/** Only what a server needs of this process' environment, so that a developer's settings change no test. */
function environmentFor(options: ServerOptions, dataFolder: string): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].map((name) => [name, process.env[name]]);
  return {
    ...(Object.fromEntries(kept.filter(([, value]) => value !== undefined)) as NodeJS.ProcessEnv),
    HOST: '127.0.0.1',
    PORT: String(options.port ?? 0),
    VIEWER_PORT: '0',
    DATA_DIR: dataFolder,
    ...options.environment,
  };
}

async function dataFolderOf(options: ServerOptions): Promise<{ path: string; own?: TemporaryFolder }> {
  if (options.dataFolder !== undefined) return { path: options.dataFolder };
  const own = await temporaryFolder('data');
  return { path: join(own.path, 'data'), own };
}

/** Starts the server's real entry file in a process of its own and waits for its ready line. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const { path: dataFolder, own } = await dataFolderOf(options);
  const begin = performance.now();
  const child = spawn(process.execPath, [options.entry ?? MAIN, options.command ?? 'demo'], {
    env: environmentFor(options, dataFolder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(child);
  const lines: string[] = [];
  try {
    const { url, signInLinks } = await ready(child, lines);
    const startMs = performance.now() - begin;
    return {
      ...{ url, signInLinks, dataFolder, startMs, port: Number(new URL(url).port), pid: child.pid ?? 0 },
      output: () => lines.join('\n'),
      stop: () => stopChild(child),
      kill: (signal = 'SIGKILL') => stopChild(child, signal),
      ended: ended(child),
      remove: async () => {
        await stopChild(child);
        await own?.remove();
      },
    };
  } catch (error) {
    await stopChild(child, 'SIGKILL');
    await own?.remove();
    throw error;
  }
}
