import type { AgentPeer, Sender } from './relay-peers.ts';

/** No answer for this long: the server is stuck, and so would the bench be. */
const STUCK_AFTER_MS = 60_000;

function withTimeout<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${STUCK_AFTER_MS} ms`)), STUCK_AFTER_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Resolves once the agents were shown `count` messages more. */
function shown(agents: readonly AgentPeer[], count: number): Promise<void> {
  if (agents.length === 0 || count === 0) return Promise.resolve();
  let left = count;
  return new Promise((resolve) => {
    const onMessage = (): void => {
      left -= 1;
      if (left === 0) resolve();
    };
    for (const agent of agents) agent.onMessage = onMessage;
  });
}

/**
 * Closed loop: every sender sends its next message when the last one was answered, until `total` were sent.
 * Resolves when all are answered and the agents were shown all of them.
 */
export async function sendClosed(
  senders: readonly Sender[],
  agents: readonly AgentPeer[],
  total: number,
): Promise<void> {
  const allShown = shown(agents, total);
  let toSend = total;
  let toAnswer = total;
  const allAnswered = new Promise<void>((resolve) => {
    const next = (sender: Sender): void => {
      if (toSend === 0) return;
      toSend -= 1;
      sender.send(() => {
        toAnswer -= 1;
        if (toAnswer === 0) resolve();
        else next(sender);
      });
    };
    for (const sender of senders) next(sender);
  });
  await withTimeout('sending', Promise.all([allAnswered, allShown]));
}

/**
 * Open loop: messages leave at their times, `perSecond` of them, whatever the answers do, each from the next
 * sender in turn. Answers the milliseconds from the time when a message was due until its answer, so that a server
 * that stalls cannot hide it by slowing the load down.
 */
export async function sendPaced(
  senders: readonly Sender[],
  agents: readonly AgentPeer[],
  pace: { perSecond: number; total: number },
): Promise<number[]> {
  const { perSecond, total } = pace;
  const latencies: number[] = [];
  const allShown = shown(agents, total);
  const begin = performance.now();
  const allAnswered = new Promise<void>((resolve) => {
    let sent = 0;
    const sendDue = (): void => {
      const now = performance.now();
      while (sent < total) {
        const due = begin + (sent * 1_000) / perSecond;
        if (due > now) break;
        senders[sent % senders.length]?.send(() => {
          latencies.push(performance.now() - due);
          if (latencies.length === total) resolve();
        });
        sent += 1;
      }
      if (sent < total) setTimeout(sendDue, 1);
    };
    sendDue();
  });
  await withTimeout('sending', Promise.all([allAnswered, allShown]));
  return latencies;
}
