import type { Stage } from './stages.ts';

/**
 * Runs stages, at most `width` at a time, each after the one it waits for. One whose `after` did not succeed is not
 * run: its failures would only repeat the cause. A stage that `after` names but that is not among `stages` is taken
 * as done.
 */
export async function schedule(
  stages: readonly Stage[],
  width: number,
  run: (stage: Stage) => Promise<boolean>,
  skip: (stage: Stage) => void,
): Promise<void> {
  const waiting = [...stages];
  const names = new Set(stages.map((stage) => stage.name));
  const done = new Map<string, boolean>();
  const running = new Set<Promise<void>>();

  const begin = async (stage: Stage): Promise<void> => {
    done.set(stage.name, await run(stage));
  };

  while (waiting.length > 0 || running.size > 0) {
    for (const stage of [...waiting]) {
      const { after } = stage;
      const isFree = after === undefined || !names.has(after) || done.has(after);
      if (!isFree || running.size >= width) continue;
      waiting.splice(waiting.indexOf(stage), 1);
      if (after !== undefined && done.get(after) === false) {
        done.set(stage.name, false);
        skip(stage);
        continue;
      }
      const end = begin(stage).finally(() => running.delete(end));
      running.add(end);
    }
    if (running.size > 0) await Promise.race(running);
  }
}
