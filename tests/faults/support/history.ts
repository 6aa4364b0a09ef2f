import { AUDIENCES, type Audience } from '../../../sdk/src/protocol/index.ts';

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
  /** The stream that it is for; empty until a visitor's first welcome says which one that is. */
  conversation: string;
  /** Counts the commands of a device in the order of their writing, from 1; the wire's counter may be given anew. */
  readonly order: number;
  readonly command: string;
  /** Who may read what it becomes. */
  readonly audience: Audience;
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

/** By what an entry is recognised. */
type Place = { readonly seq: number; readonly command?: string };

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
  /** Called after each change. */
  readonly #watchers = new Set<() => void>();
  /** The one conversation of each visitor. */
  readonly #homes = new Map<string, string>();
  readonly #orders = new Map<string, number>();
  /** By audience and conversation. */
  readonly #acknowledgedHeads = new Map<string, number>();
  #unanswered = 0;
  #telling = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A command was saved on its device: from now on it must be stored once, or refused. */
  invoked(
    made: Pick<Operation, 'client' | 'device' | 'conversation' | 'command' | 'audience' | 'text'>,
  ): void {
    if (this.operations.has(made.command)) return;
    const order = (this.#orders.get(made.device) ?? 0) + 1;
    this.#orders.set(made.device, order);
    const conversation = made.conversation || (this.#homes.get(made.client) ?? '');
    const invokedAt = this.#now();
    this.operations.set(made.command, {
      ...made,
      conversation,
      order,
      invokedAt,
      outcome: { state: 'unknown' },
    });
    this.#unanswered++;
    this.#changed();
  }

  /** A visitor learnt which conversation is theirs. */
  livesIn(client: string, conversation: string): void {
    this.#homes.set(client, conversation);
    for (const operation of this.operations.values()) {
      if (operation.client === client && operation.conversation === '') operation.conversation = conversation;
    }
  }

  acknowledged(command: string, seq: number): void {
    const operation = this.operations.get(command);
    if (!operation) return;
    const { outcome } = operation;
    if (outcome.state === 'failed' || (outcome.state === 'ok' && outcome.seq !== seq)) {
      this.contradictions.push(`${command} was ${describe(outcome)}, then ok as ${seq}`);
    }
    if (outcome.state !== 'unknown') return;
    operation.outcome = { state: 'ok', seq, at: this.#now() };
    this.#headReached(operation, seq);
    this.#unanswered--;
    this.#changed();
  }

  refused(command: string, code: string): void {
    const operation = this.operations.get(command);
    if (!operation) return;
    const { outcome } = operation;
    if (outcome.state === 'ok') this.contradictions.push(`${command} was ${describe(outcome)}, then ${code}`);
    if (outcome.state !== 'unknown') return;
    operation.outcome = { state: 'failed', code, at: this.#now() };
    this.#unanswered--;
    this.#changed();
  }

  /** A reader's copy as it stands now; what is new in it is recorded, as `entryOf` makes it of the copy's own kind. */
  shown<T extends Place = Entry>(
    name: string,
    copy: Omit<Reader, 'name' | 'runs'> & { epoch: string; entries: readonly T[] },
    entryOf: (entry: T) => Entry = (entry) => entry as unknown as Entry,
  ): void {
    const reader = this.#reader(name, copy);
    const { epoch, entries } = copy;
    const last = reader.runs.at(-1)?.entries.at(-1);
    const goesOn = reader.runs.at(-1)?.epoch === epoch && continues(last, entries);
    const run = goesOn ? reader.runs.at(-1) : undefined;
    const at = this.#now();
    const added = (run ? newer(entries, last?.seq ?? 0) : entries).map((entry) => ({
      ...entryOf(entry),
      at,
    }));
    if (run) run.entries.push(...added);
    else if (added.length > 0) reader.runs.push({ epoch, entries: added });
    for (const { command = '', seq, text } of added) {
      // A client takes its own message in the log for as good as the acknowledgement, which may have got lost.
      if (text !== undefined && this.operations.get(command)?.client === name)
        this.acknowledged(command, seq);
    }
    this.#changed();
  }

  /** The log was replaced by an older one: how far readers are is counted anew. */
  replaced(): void {
    this.#acknowledgedHeads.clear();
  }

  /** The last fault is over. */
  healed(): void {
    this.healedAt = this.#now();
  }

  /** Resolves once `fits`; rejects with `what` when nothing at all was recorded for `maxMs` before it did. */
  until(fits: () => boolean, what: string, maxMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`nothing more for ${maxMs} ms before: ${what} (${this.#summary()})`));
      }, maxMs);
      const look = (): void => {
        timer.refresh();
        if (!fits()) return;
        stop();
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Commands that are neither acknowledged nor refused. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** All commands are answered, and every reader has what was acknowledged of its conversation. */
  get settled(): boolean {
    return this.#unanswered === 0 && this.#behind().length === 0;
  }

  /** Readers that lack something that was acknowledged, and may see it. */
  #behind(): Reader[] {
    return [...this.readers.values()].filter(({ runs, conversation, audience }) => {
      const head = this.#acknowledgedHeads.get(`${audience} ${conversation}`) ?? 0;
      return (runs.at(-1)?.entries.at(-1)?.seq ?? 0) < head;
    });
  }

  #headReached({ conversation, audience }: Operation, seq: number): void {
    const level = AUDIENCES.indexOf(audience);
    for (const reader of AUDIENCES.slice(level)) {
      const key = `${reader} ${conversation}`;
      this.#acknowledgedHeads.set(key, Math.max(seq, this.#acknowledgedHeads.get(key) ?? 0));
    }
  }

  #summary(): string {
    const behind = this.#behind().map(
      ({ name, runs }) => `${name} at ${runs.at(-1)?.entries.at(-1)?.seq ?? 0}`,
    );
    return `${this.#unanswered} of ${this.operations.size} unanswered; behind: ${behind.join(', ') || 'nobody'}`;
  }

  /** Watchers look once for all changes of a turn of the event loop. */
  #changed(): void {
    if (this.#telling) return;
    this.#telling = true;
    setImmediate(() => {
      this.#telling = false;
      for (const watcher of [...this.#watchers]) watcher();
    });
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
function continues(last: Entry | undefined, entries: readonly Place[]): boolean {
  if (!last) return true;
  const same = entries.findLast(({ seq }) => seq <= last.seq);
  return same?.seq === last.seq && same.command === last.command;
}

/** In the order of the copy, not sorted: a copy out of order must stay visible as such. */
function newer<T extends Place>(entries: readonly T[], seq: number): T[] {
  const from = entries.findLastIndex((entry) => entry.seq === seq) + 1;
  return entries.slice(from);
}

function describe(outcome: Outcome): string {
  return outcome.state === 'ok' ? `ok as ${outcome.seq}` : outcome.state;
}
