import type { ChildProcess } from 'node:child_process';

const KILL_AFTER_MS = 10_000;

const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Kills `child` when this process ends without having stopped it, so that a broken test leaves no server behind. */
export function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/** How a process ended: an exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Resolves when the process has ended; at once when it already has. */
export function ended(child: ChildProcess): Promise<Exit> {
  const { exitCode: code, signalCode: signal } = child;
  if (code !== null || signal !== null) return Promise.resolve({ code, signal });
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signalCode) => resolve({ code: exitCode, signal: signalCode }));
  });
}

/** Asks a process to end, and kills it when it has not after 10 s. */
export async function stopChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
  const end = ended(child);
  child.kill(signal);
  const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  try {
    return await end;
  } finally {
    clearTimeout(killer);
  }
}
