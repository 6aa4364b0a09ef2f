import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of one test's own. */
export interface TemporaryFolder {
  readonly path: string;
  /** Deletes it with all that is in it; harmless when repeated. */
  remove(): Promise<void>;
}

/** Makes an empty folder below the system's temporary folder; `name` shows in its path, for who looks at leftovers. */
export async function temporaryFolder(name: string): Promise<TemporaryFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), `alongside-${name}-`)));
  return {
    path,
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
