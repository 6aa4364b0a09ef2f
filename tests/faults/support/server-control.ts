import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from '../../support/child.ts';
import { type ServerOptions, type ServerProcess, startServer } from '../../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';

const FAULT_STRIKES_MAX_MS = 20_000;

/**
 * A server that a fault run ends and starts again, on the same data folder and port as long as this object lives.
 * Each life is a process of its own.
 */
export class ServerControl {
  readonly #options: ServerOptions;
  readonly #folder: TemporaryFolder;
  readonly #outputs: string[] = [];
  #life: ServerProcess;
  /** Milliseconds from start to the ready line, one per life. */
  readonly startMs: number[] = [];

  private constructor(options: ServerOptions, folder: TemporaryFolder, life: ServerProcess) {
    this.#options = { ...options, port: life.port };
    this.#folder = folder;
    this.#life = life;
    this.startMs.push(life.startMs);
  }

  /** Starts the first life in an empty folder, or in `dataFolder`. */
  static async start(options: ServerOptions = {}): Promise<ServerControl> {
    const folder = await temporaryFolder('faults');
    const settings = { ...options, dataFolder: options.dataFolder ?? `${folder.path}/data` };
    try {
      return new ServerControl(settings, folder, await startServer(settings));
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  get url(): string {
    return this.#life.url;
  }

  get port(): number {
    return this.#life.port;
  }

  get pid(): number {
    return this.#life.pid;
  }

  get dataFolder(): string {
    return this.#life.dataFolder;
  }

  /** How often it was started. */
  get lives(): number {
    return this.startMs.length;
  }

  /** A one-time link of this life; a later life prints others. */
  signInLink(name: string): string {
    const link = this.#life.signInLinks.get(name);
    if (link === undefined) throw new Error(`the server printed no link for ${name}`);
    return link;
  }

  /** What all lives have printed. */
  output(): string {
    return [...this.#outputs, this.#life.output()].join('\n');
  }

  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<Exit> {
    return this.#life.kill('SIGKILL');
  }

  /** SIGTERM; resolves to how it ended. */
  terminate(): Promise<Exit> {
    return this.#life.stop();
  }

  /** Resolves when it has ended by a fault; rejects where the fault does not strike. */
  async ended(): Promise<Exit> {
    const patience = new AbortController();
    const late = delay(FAULT_STRIKES_MAX_MS, undefined, { signal: patience.signal }).then(() => {
      throw new Error(`the server still ran after ${FAULT_STRIKES_MAX_MS} ms: the fault did not strike`);
    });
    try {
      return await Promise.race([this.#life.ended, late]);
    } finally {
      patience.abort();
      await late.catch(() => undefined);
    }
  }

  /** SIGSTOP for so long, then SIGCONT: a machine that slept. */
  async pause(milliseconds: number): Promise<void> {
    process.kill(this.pid, 'SIGSTOP');
    try {
      await delay(milliseconds);
    } finally {
      process.kill(this.pid, 'SIGCONT');
    }
  }

  /** Starts the next life; the one before must have ended. `environment` is for this life only. */
  async startAgain(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#outputs.push(this.#life.output());
    this.#life = await startServer({
      ...this.#options,
      environment: { ...this.#options.environment, ...environment },
    });
    this.startMs.push(this.#life.startMs);
  }

  /** Ends it and deletes its folder. */
  async remove(): Promise<void> {
    await this.#life.kill('SIGKILL');
    await this.#life.remove();
    await this.#folder.remove();
  }
}
