import type { Audience } from '../../../sdk/src/protocol/index.ts';

/** How a command ended, as its client knows it. */
export type Outcome =
  /** Saved on the device; no answer yet. At the end of a run: nobody knows whether it was stored. */
  | { readonly state: 'unknown' }
  /** Acknowledged as entry `seq`. */
  | { readonly state: 'ok'; readonly seq: number; readonly at: number }
  /** Refused for good. */
  | { readonly state: 'failed'; readonly code: string; readonly at: number };

/** One command that a client has saved, to be stored by the server once. */
export interface Operation {
  readonly client: string;
  readonly device: string;
  /** The stream that it is for. */
  readonly conversation: string;
  /** Counts the commands of a device in the order of their writing, from 1; the wire's counter may be given anew. */
  readonly order: number;
  readonly command: string;
  readonly text: string;
  readonly invokedAt: number;
  outcome: Outcome;
}

/** One entry that a reader has applied, or that stands in the log. */
export interface Entry {
  readonly seq: number;
  readonly prev: number;
  readonly type: string;
  readonly command?: string;
  readonly text?: string;
}

/** Entries that a reader has applied one after the other, without a new start in between. */
export interface Run {
  readonly epoch: string;
  readonly entries: (Entry & { readonly at: number })[];
}

/** What one reader has seen of one conversation. */
export interface Reader {
  readonly name: string;
  readonly audience: Audience;
  readonly conversation: string;
  /** More than one: the server gave a whole copy anew, because the reader's was of another epoch. */
  readonly runs: Run[];
}

/** The log itself, as it stands in the store after the faults. */
export interface StoredLog {
  readonly conversation: string;
  readonly epoch: string;
  readonly entries: readonly (Entry & { readonly audience: Audience })[];
}

/** Records what clients did and what readers saw. Times are monotonic milliseconds of this process. */
export class History {
  readonly operations = new Map<string, Operation>();
  readonly readers = new Map<string, Reader>();
  /** Acknowledgements that contradict an earlier answer to the same command; each is one sentence. */
  readonly contradictions: string[] = [];
  /** When the last fault was over. */
  healedAt = 0;
  readonly #now: () => number;
  readonly #orders = new Map<string, number>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A command was saved on its device: from now on it must be stored once, or refused. */
  invoked(made: Pick<Operation, 'client' | 'device' | 'conversation' | 'command' | 'text'>): void {
    if (this.operations.has(made.command)) return;
    const order = (this.#orders.get(made.device) ?? 0) + 1;
    this.#orders.set(made.device, order);
    const operation: Operation = { ...made, order, invokedAt: this.#now(), outcome: { state: 'unknown' } };
    this.operations.set(made.command, operation);
  }

  acknowledged(command: string, seq: number): void {
    const operation = this.operations.get(command);
    if (!operation) return;
    const { outcome } = operation;
    if (outcome.state === 'failed' || (outcome.state === 'ok' && outcome.seq !== seq)) {
      this.contradictions.push(`${command} was ${describe(outcome)}, then ok as ${seq}`);
    }
    if (outcome.state === 'unknown') operation.outcome = { state: 'ok', seq, at: this.#now() };
  }

  refused(command: string, code: string): void {
    const operation = this.operations.get(command);
    if (!operation) return;
    const { outcome } = operation;
    if (outcome.state === 'ok') this.contradictions.push(`${command} was ${describe(outcome)}, then ${code}`);
    if (outcome.state === 'unknown') operation.outcome = { state: 'failed', code, at: this.#now() };
  }

  /** A reader's copy as it stands now; what is new in it is recorded. */
  shown(
    name: string,
    copy: Omit<Reader, 'name' | 'runs'> & { epoch: string; entries: readonly Entry[] },
  ): void {
    const reader = this.#reader(name, copy);
    const { epoch, entries } = copy;
    const last = reader.runs.at(-1)?.entries.at(-1);
    const goesOn = reader.runs.at(-1)?.epoch === epoch && continues(last, entries);
    const run = goesOn ? reader.runs.at(-1) : undefined;
    const at = this.#now();
    if (run) run.entries.push(...newer(entries, last?.seq ?? 0).map((entry) => ({ ...entry, at })));
    else if (entries.length > 0)
      reader.runs.push({ epoch, entries: entries.map((entry) => ({ ...entry, at })) });
  }

  healed(): void {
    this.healedAt = this.#now();
  }

  #reader(name: string, { audience, conversation }: Omit<Reader, 'name' | 'runs'>): Reader {
    const key = `${name} ${conversation}`;
    const known = this.readers.get(key);
    if (known) return known;
    const reader: Reader = { name, audience, conversation, runs: [] };
    this.readers.set(key, reader);
    return reader;
  }
}

/** Whether the copy still holds the last entry that was recorded, so that what follows it goes on from there. */
function continues(last: Entry | undefined, entries: readonly Entry[]): boolean {
  if (!last) return true;
  const same = entries.findLast(({ seq }) => seq <= last.seq);
  return same?.seq === last.seq && same.command === last.command;
}

/** In the order of the copy, not sorted: a copy out of order must stay visible as such. */
function newer(entries: readonly Entry[], seq: number): Entry[] {
  const from = entries.findLastIndex((entry) => entry.seq === seq) + 1;
  return entries.slice(from);
}

function describe(outcome: Outcome): string {
  return outcome.state === 'ok' ? `ok as ${outcome.seq}` : outcome.state;
}
