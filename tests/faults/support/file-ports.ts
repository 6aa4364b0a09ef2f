import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBox } from '../../../sdk/src/connection/outbox-box.ts';
import type { OutboxStore } from '../../../sdk/src/connection/outbox-store.ts';
import type { TokenStore } from '../../../sdk/src/connection/token-store.ts';
import { platformRandom } from '../../../sdk/src/lib/ids.ts';
import type { ClientPorts } from '../../../sdk/src/visitor.ts';

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all: a reader never sees half a file. */
function writeJson(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}

/** An outbox in a file, which outlives the client as IndexedDB outlives the page. */
export function fileOutboxStore(path: string): OutboxStore {
  return {
    change(change) {
      return new Promise((resolve) => {
        const box = readBox(readJson(path), platformRandom);
        const result = change(box);
        writeJson(path, box);
        resolve(result);
      });
    },
    close: () => undefined,
  };
}

function fileTokenStore(path: string): TokenStore {
  return {
    read: () => readJson(path) ?? {},
    write: (tokens) => writeJson(path, tokens),
  };
}

/** What a browser's profile keeps, in a folder: a client that is started again on it is the same device. */
export function filePorts(folder: string): Pick<ClientPorts, 'durableStore' | 'tokenStore'> {
  mkdirSync(folder, { recursive: true });
  return {
    durableStore: () => fileOutboxStore(join(folder, 'outbox.json')),
    tokenStore: () => fileTokenStore(join(folder, 'tokens.json')),
  };
}
