import { mkdir, readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Names the folder that all workers of one run share; set by the global setup. */
export const RUN_FOLDER_VARIABLE = 'ALONGSIDE_TEST_RUN';

const LOOK_AGAIN_MS = 50;
const GIVE_UP_MS = 60_000;

async function readNote(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isFirst(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Starts something once for all workers of a run: the first that asks does it and leaves a note, the others read
 * the note. When the first fails, the next one tries.
 */
export async function oncePerRun<T>(runFolder: string, name: string, start: () => Promise<T>): Promise<T> {
  const note = join(runFolder, `${name}.json`);
  const lock = join(runFolder, `${name}.lock`);
  for (let waited = 0; waited < GIVE_UP_MS; waited += LOOK_AGAIN_MS) {
    const started = await readNote(note);
    if (started !== undefined) return started as T;
    if (await isFirst(lock)) {
      try {
        const value = await start();
        await writeFile(`${note}.new`, JSON.stringify(value));
        await rename(`${note}.new`, note);
        return value;
      } finally {
        await rmdir(lock);
      }
    }
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error(`${name} was not started by another worker within ${GIVE_UP_MS} ms`);
}

/** What {@link oncePerRun} left, for who stops it at the end. */
export async function startedInRun<T>(runFolder: string, name: string): Promise<T | undefined> {
  return (await readNote(join(runFolder, `${name}.json`))) as T | undefined;
}
