import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { Connect, ConnectAgents } from '../processes/load-client.ts';
import { agentTickets } from './agent-tickets.ts';
import { MeasuredProcess } from './measured-process.ts';

/** A server in a process of its own, and a client process with visitors whose conversations agents read. */
export interface RelayUnderLoad {
  readonly server: MeasuredProcess;
  readonly client: MeasuredProcess;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly dataFolder: string;
  stop(): Promise<void>;
}

/** Visitors and agents to connect. */
export interface Population {
  readonly visitors: number;
  /** Conversations that one agent reads; 0: there are no agents. */
  readonly conversationsPerAgent: number;
  readonly opensDesk?: boolean;
  /** For memory: see {@link MeasuredProcess}. */
  readonly hasSmallHeap?: boolean;
}

/** The relay's socket of a server. */
export function relayUrl(server: string): string {
  return `${server.replace(/^http/, 'ws')}/v1/relay`;
}

/** Starts the server on an empty folder (or on `dataFolder`) and connects everybody. */
export async function startRelay(population: Population, dataFolder?: string): Promise<RelayUnderLoad> {
  const own = await temporaryFolder('bench');
  const folder = dataFolder ?? own.path;
  const server = new MeasuredProcess('relay-server', population);
  const client = new MeasuredProcess('load-client');
  const stop = async (): Promise<void> => {
    await Promise.all([client.stop(), server.stop()]);
    await own.remove();
  };
  try {
    const url = await server.ask<string>('start', { dataFolder: folder });
    await populate(server, client, url, population);
    return { server, client, url, dataFolder: folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function populate(
  server: MeasuredProcess,
  client: MeasuredProcess,
  url: string,
  { visitors, conversationsPerAgent, opensDesk = false }: Population,
): Promise<void> {
  const connect: Connect = { url: relayUrl(url), count: visitors };
  const conversations = await client.ask<string[]>('connectVisitors', connect);
  if (conversationsPerAgent === 0) return;
  const count = Math.ceil(visitors / conversationsPerAgent);
  const tickets = await agentTickets(url, await server.ask<string>('signInLink', 'Ana'), count);
  const connectAgents: ConnectAgents = {
    url: relayUrl(url),
    agents: tickets.map((ticket, index) => ({
      ticket,
      conversations: conversations.slice(index * conversationsPerAgent, (index + 1) * conversationsPerAgent),
    })),
    givesReceipts: false,
    opensDesk,
  };
  await client.ask('connectAgents', connectAgents);
}

/** The baseline: the bare echo server with as many connections. */
export interface EchoUnderLoad {
  readonly server: MeasuredProcess;
  readonly client: MeasuredProcess;
  connect(count: number): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts the bare echo server and connects `count` sockets to it. */
export async function startEcho(
  count: number,
  heap: { hasSmallHeap?: boolean } = {},
): Promise<EchoUnderLoad> {
  const server = new MeasuredProcess('echo-server', heap);
  const client = new MeasuredProcess('load-client');
  const stop = async (): Promise<void> => {
    await Promise.all([client.stop(), server.stop()]);
  };
  try {
    const url = await server.ask<string>('start');
    const connect = (more: number): Promise<unknown> => {
      const connection: Connect = { url, count: more };
      return client.ask('connectEcho', connection);
    };
    await connect(count);
    return { server, client, connect, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
