import { execFileSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants as fileConstants,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

/** The order is that of the enum in fault-layer.c. */
const SLOTS = [
  'syncMode',
  'syncSkip',
  'syncTimes',
  'writeErrno',
  'writeSkip',
  'writeTimes',
  'syncs',
  'syncsStruck',
  'writes',
  'writesStruck',
  'bytesLost',
] as const;
type Slot = (typeof SLOTS)[number];
const SLOT_BYTES = 8;

/**
 * What an fsync of the store does: `fails` with EIO · `fails and loses` what was written since the last one, as
 * Linux may · `kills before` it, `kills before and loses`, as a loss of power · `kills after` it.
 */
export type SyncFault =
  'fails' | 'fails and loses' | 'kills before' | 'kills before and loses' | 'kills after';
const SYNC_MODES: readonly ('good' | SyncFault)[] = [
  'good',
  'fails',
  'fails and loses',
  'kills before',
  'kills before and loses',
  'kills after',
];

/** When a fault strikes: after `skip` calls that are let pass, `times` times (absent: until it is taken back). */
export interface Strike {
  readonly skip?: number;
  readonly times?: number;
}

const onPath = (name: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, fileConstants.X_OK);
        return true;
      } catch {
        // Absent or not ours to run: the next place.
        return false;
      }
    });

const compiler = process.platform === 'linux' ? (onPath('gcc') ?? onPath('cc')) : undefined;

/** For `describe.skipIf`: the layer is compiled where the tests run. */
export const lacksFaultLayer = compiler === undefined;

/** Makes the files of one server's store fail; see `fault-layer.c`. */
export class FaultLayer {
  readonly #control: number;
  /** For the server's environment. */
  readonly environment: Readonly<Record<string, string>>;

  /** Compiles the layer into `folder`. */
  constructor(folder: string) {
    if (compiler === undefined) throw new Error('no C compiler on this machine');
    const library = join(folder, 'fault-layer.so');
    const control = join(folder, 'fault-control');
    const source = join(import.meta.dirname, 'fault-layer.c');
    execFileSync(compiler, [
      '-O1',
      '-Wall',
      '-Werror',
      '-shared',
      '-fPIC',
      '-o',
      library,
      source,
      '-ldl',
      '-lpthread',
    ]);
    writeFileSync(control, Buffer.alloc(SLOTS.length * SLOT_BYTES));
    this.#control = openSync(control, 'r+');
    this.environment = { LD_PRELOAD: library, FAULT_CONTROL: control, FAULT_FILES: 'alongside.db' };
  }

  /** From now on fsyncs of the store do this. */
  failSyncs(fault: SyncFault, { skip = 0, times = -1 }: Strike = {}): void {
    this.#set('syncMode', 0);
    this.#set('syncSkip', skip);
    this.#set('syncTimes', times);
    this.#set('syncMode', SYNC_MODES.indexOf(fault));
  }

  /** From now on writes to the store fail with this error. */
  failWrites(error: 'ENOSPC' | 'EIO' | 'EROFS', { skip = 0, times = -1 }: Strike = {}): void {
    this.#set('writeErrno', 0);
    this.#set('writeSkip', skip);
    this.#set('writeTimes', times);
    this.#set('writeErrno', constants.errno[error]);
  }

  /** Takes all faults back. */
  heal(): void {
    this.#set('syncMode', 0);
    this.#set('writeErrno', 0);
  }

  /** How often faults struck, and how much a loss of power took. */
  get struck(): { syncs: number; writes: number; bytesLost: number } {
    return {
      syncs: this.#get('syncsStruck'),
      writes: this.#get('writesStruck'),
      bytesLost: this.#get('bytesLost'),
    };
  }

  /** Calls that the layer has seen, struck or not: none means that it is not in place. */
  get seen(): { syncs: number; writes: number } {
    return { syncs: this.#get('syncs'), writes: this.#get('writes') };
  }

  close(): void {
    closeSync(this.#control);
  }

  #set(slot: Slot, value: number): void {
    const bytes = Buffer.alloc(SLOT_BYTES);
    bytes.writeBigInt64LE(BigInt(value));
    writeSync(this.#control, bytes, 0, SLOT_BYTES, SLOTS.indexOf(slot) * SLOT_BYTES);
  }

  #get(slot: Slot): number {
    const bytes = Buffer.alloc(SLOT_BYTES);
    readSync(this.#control, bytes, 0, SLOT_BYTES, SLOTS.indexOf(slot) * SLOT_BYTES);
    return Number(bytes.readBigInt64LE());
  }
}
