import { runCommandLine } from '../../server/src/commands/command-line.ts';
import { connectAgent } from '../../sdk/src/agent.ts';
import type { DeskRow } from '../../sdk/src/protocol/index.ts';
import { must } from '../../sdk/src/shared.ts';
import { newTicket, signIn } from '../support/agent-session.ts';
import type { ServerProcess } from '../support/server-process.ts';

export interface Answered {
  status: number;
  body: Record<string, unknown>;
}

/** Somebody who is signed in: their requests, and their desk. */
export class Person {
  readonly #server: ServerProcess;
  readonly #cookie: string;

  private constructor(server: ServerProcess, cookie: string) {
    this.#server = server;
    this.#cookie = cookie;
  }

  /** By a one-time link, as the server printed it or an admin made it. */
  static async signIn(server: ServerProcess, link: string | undefined): Promise<Person> {
    const { cookie } = await signIn(server.url, link ?? '');
    return new Person(server, cookie);
  }

  /** The same person, with the same session, at another process. */
  at(server: ServerProcess): Person {
    return new Person(server, this.#cookie);
  }

  async ask(method: string, path: string, body?: object): Promise<Answered> {
    const response = await this.#fetch(method, path, body);
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answered['body']) };
  }

  /** Connects as the console does. */
  connect() {
    return connectAgent({
      server: this.#server.url,
      storage: 'memory',
      ticket: () => newTicket(this.#server.url, this.#cookie),
    });
  }

  #fetch(method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.#server.url + path, {
      method,
      headers: {
        origin: this.#server.url,
        ...(this.#cookie !== '' && { cookie: this.#cookie }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

export type Agent = ReturnType<Person['connect']>;

const WAIT_MS = 30_000;

/** Resolves once the rows of a type, now or later, are as they were looked for. */
export async function rowsAre<Type extends DeskRow['type']>(
  agent: Agent,
  type: Type,
  isSo: (rows: Extract<DeskRow, { type: Type }>[]) => boolean,
): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const rows = [...agent.desk.value.values()];
    if (isSo(rows.filter((row): row is Extract<DeskRow, { type: Type }> => row.type === type))) return;
    const left = deadline - Date.now();
    if (left <= 0) throw new Error(`no such ${type}: ${JSON.stringify(rows)}`);
    await changed(agent, left);
  }
}

/** Resolves with the first row of a desk, now or later, that is what was looked for. */
export async function rowOf<Type extends DeskRow['type']>(
  agent: Agent,
  type: Type,
  matches: (row: Extract<DeskRow, { type: Type }>) => boolean = () => true,
): Promise<Extract<DeskRow, { type: Type }>> {
  let found: Extract<DeskRow, { type: Type }> | undefined;
  await rowsAre(agent, type, (rows) => (found = rows.find(matches)) !== undefined);
  return must(found, 'a row that was found');
}

/** Resolves when the desk changes, or after a time. */
function changed(agent: Agent, milliseconds: number): Promise<void> {
  const before = agent.desk.value;
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    const stop = agent.desk.subscribe((rows) => rows !== before && done());
    function done(): void {
      clearTimeout(timer);
      queueMicrotask(() => stop());
      resolve();
    }
  });
}

/** Runs one command beside a server, with something on its standard input. */
export async function command(
  server: { dataFolder: string },
  words: string[],
  input?: unknown,
): Promise<{ code: number; out: string; problem: string }> {
  const out: string[] = [];
  const problem: string[] = [];
  const code = await runCommandLine({
    words,
    environment: { PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: server.dataFolder },
    out: (line) => void out.push(line),
    problem: (line) => void problem.push(line),
    input: () => Promise.resolve(typeof input === 'string' ? input : JSON.stringify(input)),
    onStopSignal: (then) => then(),
  });
  return { code, out: out.join('\n'), problem: problem.join('\n') };
}
