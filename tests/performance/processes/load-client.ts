/** The other end of a server under measure: connections, and the load over them, in a process of their own. */
import { setTimeout as delay } from 'node:timers/promises';
import { RECONNECT_FIRST_MS, RECONNECT_MAX_MS } from '@alongside/sdk/protocol';
import { answerParent } from '../harness/answer-parent.ts';
import { sendClosed, sendPaced } from '../harness/load.ts';
import { AgentPeer, EchoPeer, openSocket, type Sender, VisitorPeer } from '../harness/relay-peers.ts';

/** Connections to open. */
export interface Connect {
  readonly url: string;
  readonly count: number;
  /** A loopback address to come from: each has only so many ports. */
  readonly localAddress?: string;
  /** Connections that are being made at the same time; 50 unless given. */
  readonly together?: number;
}

/** Agents to sign in, each with the conversations that it reads. */
export interface ConnectAgents {
  readonly url: string;
  readonly agents: readonly { readonly ticket: string; readonly conversations: readonly string[] }[];
  readonly givesReceipts: boolean;
  readonly opensDesk: boolean;
}

/** So many hellos are under way at a time. */
const CONNECTING_MAX = 50;

const senders: Sender[] = [];
const visitors: VisitorPeer[] = [];
const agents: AgentPeer[] = [];

/** Makes `count` of something, a few at a time. */
async function makeAll<T>(
  count: number,
  together: number,
  make: (index: number) => Promise<T>,
): Promise<T[]> {
  const made: T[] = [];
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      made.push(await make(left));
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, together) }, worker));
  return made;
}

answerParent({
  connectEcho: async ({ url, count, localAddress, together = CONNECTING_MAX }: Connect) => {
    const peers = await makeAll(
      count,
      together,
      async () => new EchoPeer(await openSocket(url, localAddress)),
    );
    senders.push(...peers);
  },
  /** Answers the visitors' conversations. */
  connectVisitors: async ({ url, count, localAddress, together = CONNECTING_MAX }: Connect) => {
    const come = (): Promise<VisitorPeer> => new VisitorPeer().connect(url, localAddress);
    const arrived = await makeAll(count, together, come);
    visitors.push(...arrived);
    senders.push(...arrived);
    return arrived.map(({ conversation }) => conversation);
  },
  /** Every visitor's connection is lost. */
  loseVisitors: () => {
    for (const visitor of visitors) visitor.close();
  },
  /**
   * Those visitors come back, each at once and then as clients of ours do: after a random time up to a step that
   * doubles. Answers the milliseconds until each was welcome again.
   */
  returnVisitors: async ({ url, localAddress, together = CONNECTING_MAX }: Omit<Connect, 'count'>) => {
    const begin = performance.now();
    return makeAll(visitors.length, together, async (index) => {
      for (let step = RECONNECT_FIRST_MS; ; step = Math.min(2 * step, RECONNECT_MAX_MS)) {
        try {
          await visitors[index]?.connect(url, localAddress);
          return performance.now() - begin;
        } catch {
          await delay(Math.random() * step);
        }
      }
    });
  },
  openVisitors: () => visitors.filter(({ isOpen }) => isOpen).length,
  connectAgents: async ({ url, agents: wanted, givesReceipts, opensDesk }: ConnectAgents) => {
    for (const { ticket, conversations } of wanted) {
      const agent = await AgentPeer.connect(url, ticket);
      agent.givesReceipts = givesReceipts;
      if (opensDesk) agent.openDesk();
      for (const conversation of conversations) await agent.open(conversation);
      agents.push(agent);
    }
  },
  giveReceipts: (gives: boolean) => {
    for (const agent of agents) agent.givesReceipts = gives;
  },
  sendClosed: (total: number) => sendClosed(senders, agents, total),
  sendPaced: (pace: { perSecond: number; total: number }) => sendPaced(senders, agents, pace),
  close: () => {
    for (const peer of [...senders.splice(0), ...agents.splice(0)]) peer.close();
    visitors.length = 0;
  },
});
