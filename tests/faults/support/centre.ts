import { join } from 'node:path';
import { vi } from 'vitest';
import type { ClientPorts } from '../../../sdk/src/visitor.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import type { ServerOptions } from '../../support/server-process.ts';
import { check, type Verdict } from './checker.ts';
import { signIn } from '../../support/agent-session.ts';
import { AgentDriver, VisitorDriver } from './clients.ts';
import { FaultProxy } from './fault-proxy.ts';
import { History } from './history.ts';
import { type Seeded, seeded, seedOfRun } from './seeded.ts';
import { ServerControl } from './server-control.ts';
import { storedLogs } from './stored-log.ts';
import { until } from './until.ts';

// A run takes from 1 s to 30 s; on a machine that does much else, several times as long.
vi.setConfig({ testTimeout: 4 * 60_000 });

/** Healing may take so long before the run counts as one that never converged; what is promised is 10 s. */
const SETTLED_MAX_MS = 60_000;

/** A server, a proxy in front of it, people on both sides, and the record of what they do. */
export class Centre {
  readonly history = new History();
  readonly random: Seeded;
  readonly server: ServerControl;
  readonly proxy: FaultProxy;
  readonly #folder: TemporaryFolder;
  readonly #people: (VisitorDriver | AgentDriver)[] = [];

  private constructor(random: Seeded, server: ServerControl, proxy: FaultProxy, folder: TemporaryFolder) {
    this.random = random;
    this.server = server;
    this.proxy = proxy;
    this.#folder = folder;
  }

  /** Starts the server and the proxy; prints the seed, with which `FAULT_SEED` repeats the run. */
  static async start(name: string, options: ServerOptions = {}, seed = seedOfRun()): Promise<Centre> {
    console.log(`${name}: FAULT_SEED=${seed}`);
    const server = await ServerControl.start(options);
    const proxy = await FaultProxy.inFrontOf(server.port, seed);
    return new Centre(seeded(seed), server, proxy, await temporaryFolder('people'));
  }

  /**
   * A visitor; one of the same name later is the same browser, with what it had saved, unless it `keeps` nothing.
   * `direct`: past the proxy.
   */
  visitor(
    name = 'visitor',
    keeps = true,
    ports: Partial<ClientPorts> = {},
    { direct = false }: { direct?: boolean } = {},
  ): VisitorDriver {
    const { history, proxy, server } = this;
    const folder = keeps ? { folder: join(this.#folder.path, name) } : {};
    const url = direct ? server.url : proxy.url;
    const visitor = new VisitorDriver({ name, server: url, history, ports, ...folder });
    this.#people.push(visitor);
    return visitor;
  }

  /** Signs one of the demo's people in; they stay signed in over restarts. `direct`: past the proxy. */
  async agent(
    name: 'Ana' | 'Ben' | 'Sam' = 'Ana',
    {
      direct = false,
      keeps = true,
      ports = {},
    }: { direct?: boolean; keeps?: boolean; ports?: Partial<ClientPorts> } = {},
  ): Promise<AgentDriver> {
    const { history, proxy, server } = this;
    const { cookie } = await signIn(server.url, server.signInLink(name));
    const folder = keeps ? { folder: join(this.#folder.path, name) } : {};
    const agent = new AgentDriver({
      name,
      server: direct ? server.url : proxy.url,
      history,
      cookie,
      ports,
      ...folder,
    });
    this.#people.push(agent);
    return agent;
  }

  /** A visitor and an agent in one conversation, which the visitor has begun with one message. */
  async chat(
    ports: () => Partial<ClientPorts> = () => ({}),
  ): Promise<{ visitor: VisitorDriver; agent: AgentDriver; conversation: string }> {
    const visitor = this.visitor('visitor', true, ports());
    const agent = await this.agent('Ana', { ports: ports() });
    const conversation = await visitor.conversation();
    await visitor.send('Good morning');
    await agent.take(conversation);
    await until(agent.open(conversation).view, ({ entries }) => entries.length > 0, 'the agent reads');
    await this.history.until(() => this.history.settled, 'the first message', SETTLED_MAX_MS);
    return { visitor, agent, conversation };
  }

  /** Starts the server again and lets nobody wait for their backoff, where it is not what a run is about. */
  async comeBack(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.server.startAgain(environment);
    for (const each of this.#people) each.client.hurry();
  }

  /** The faults are over: waits until everything is answered and everybody has it, and judges. */
  async judge(): Promise<Verdict> {
    if (this.history.healedAt === 0) this.history.healed();
    await this.history.until(() => this.history.settled, 'settled', SETTLED_MAX_MS);
    const logs = storedLogs(this.server.dataFolder);
    // Entries that nobody was acknowledged for (receipts, joins) may be on their way to readers.
    const heads = new Map(logs.map(({ conversation, entries }) => [conversation, entries]));
    await this.history.until(
      () =>
        [...this.history.readers.values()].every(({ conversation, audience, runs }) => {
          const visible = heads
            .get(conversation)
            ?.filter((each) => audience !== 'everyone' || each.audience === 'everyone');
          return (runs.at(-1)?.entries.at(-1)?.seq ?? 0) >= (visible?.at(-1)?.seq ?? 0);
        }),
      'everybody at the head',
      SETTLED_MAX_MS,
    );
    return check(this.history, storedLogs(this.server.dataFolder));
  }

  /** Where everybody's connection is, for a run that failed. */
  whereabouts(): string {
    return this.#people
      .map(({ name, client }) => `${name}: ${JSON.stringify(client.connection.value)}`)
      .join('\n');
  }

  /** Stops everything; on a failed run the server's output says more than the assertion. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#people.map((each) => each.stop()));
    await this.proxy.close();
    await this.server.remove();
    await this.#folder.remove();
  }
}

/** Runs `scene` in a centre of its own and stops it whatever happens. */
export async function inCentre(
  name: string,
  scene: (centre: Centre) => Promise<void>,
  options: ServerOptions = {},
): Promise<void> {
  const centre = await Centre.start(name, options);
  try {
    await scene(centre);
  } catch (error) {
    console.error(`${name}: the server said\n${centre.server.output()}\n${centre.whereabouts()}`);
    throw error;
  } finally {
    await centre.stop();
  }
}
