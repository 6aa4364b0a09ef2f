import type { CommandRow } from '../storage/schema.ts';
import { type LiveStream, SNAPSHOT_EVERY_EVENTS, stateOf } from './live-stream.ts';
import type {
  Answer,
  Decide,
  Decision,
  LogCommand,
  NewEffect,
  NewEvent,
  StoredEvent,
  StreamKey,
} from './log.ts';
import { type Refusal, commandRow, headsAfter, outcomeOfRow } from './rows.ts';

/** A call of `transact` that waits for its answer. */
export interface Job {
  readonly stream: StreamKey<unknown>;
  readonly command: LogCommand | undefined;
  readonly decide: Decide<unknown>;
  readonly answer: (answer: Answer) => void;
}

/** What the store knows of a stream besides its events; may throw {@link DamagedError}. */
export interface Lookups {
  /** `isNext`: its counter is the one that comes next, so that it can hardly be a repeat. */
  command(id: string, isNext: boolean): CommandRow | undefined;
  counter(device: string): number;
}

/** What a batch will write for one stream. */
export interface StreamWrites {
  readonly live: LiveStream;
  readonly events: StoredEvent[];
  readonly commands: Map<string, CommandRow>;
  readonly counters: Map<string, number>;
  readonly effects: PlannedEffect[];
}

export interface PlannedEffect extends NewEffect {
  seq: number;
}

/** A fold that fails on a new event has left the state half changed: the batch is planned again without the job. */
export class FoldFailedError extends Error {
  override readonly name = 'FoldFailedError';
  readonly job: Job;

  constructor(job: Job, cause: unknown) {
    super('The fold failed on a new event.', { cause });
    this.job = job;
  }
}

/**
 * Decides jobs one after the other and notes what is to be stored, for all of them together. It reads and writes
 * nothing itself, so that both stores decide by the same lines. The streams in memory move on with each decision;
 * when the writing fails they must be dropped.
 */
export class Batch {
  readonly writes = new Map<string, StreamWrites>();
  readonly #now: number;

  /** `now` becomes the `at` of all that is appended. */
  constructor(now: number) {
    this.#now = now;
  }

  /** Whether there is anything to store. */
  get empty(): boolean {
    return this.writes.size === 0;
  }

  /** Decides `job` on `live`. @throws FoldFailedError; what `decide` throws; what `lookups` throw */
  add(job: Job, live: LiveStream, lookups: Lookups): Answer {
    if (live.site !== job.stream.site) return refusal('not-found', 'There is no such stream on this site.');
    const { command } = job;
    const expected = this.#expected(command, live, lookups);
    const isNext = expected !== undefined && expected === command?.n;
    const prior =
      command && (this.writes.get(live.id)?.commands.get(command.id) ?? lookups.command(command.id, isNext));
    if (prior) return firstAnswer(prior, command, live);
    if (expected !== undefined && expected !== command?.n) {
      return {
        ...refusal('out-of-order', `The next command of this device is number ${expected}.`),
        expected,
      };
    }
    return this.#carryOut(job, live, job.decide(stateOf(live, this.#now)));
  }

  /** The counter that the device's next command must have. */
  #expected(command: LogCommand | undefined, live: LiveStream, lookups: Lookups): number | undefined {
    if (command?.device === undefined || command.n === undefined) return undefined;
    const planned = this.writes.get(live.id)?.counters.get(command.device);
    return (planned ?? lookups.counter(command.device)) + 1;
  }

  #carryOut(job: Job, live: LiveStream, decision: Decision): Answer {
    const { command } = job;
    if ('refuse' in decision) {
      const refused: Refusal = { code: decision.refuse, message: decision.message };
      if (command) this.#note(live, command, refused);
      return refusal(refused.code, refused.message);
    }
    if ('already' in decision || decision.append.length === 0) {
      // Without a counter a repeat is decided again, to the same end; with one its place is used up.
      if (command?.n !== undefined) this.#note(live, command, live.heads.staff);
      return done(live, live.heads.staff, []);
    }
    const events = this.#append(job, live, decision.append);
    const seq = live.heads.staff;
    if (command) this.#note(live, command, seq);
    const { effects } = this.#writesOf(live);
    for (const effect of decision.effects ?? []) effects.push({ ...effect, seq });
    return done(live, seq, events);
  }

  #append(job: Job, live: LiveStream, appended: readonly NewEvent[]): StoredEvent[] {
    const { command } = job;
    const { events } = this.#writesOf(live);
    return appended.map(({ type, audience, author, body }) => {
      const seq = live.heads.staff + 1;
      const event: StoredEvent = {
        stream: live.id,
        site: live.site,
        seq,
        prev: live.heads,
        at: this.#now,
        author,
        audience,
        type,
        body,
        ...(command && { command: command.id }),
      };
      try {
        live.state = live.fold.apply(live.state, event);
      } catch (error) {
        throw new FoldFailedError(job, error);
      }
      live.heads = headsAfter(live.heads, audience, seq);
      events.push(event);
      return event;
    });
  }

  #note(live: LiveStream, command: LogCommand, outcome: number | Refusal): void {
    const { commands, counters } = this.#writesOf(live);
    commands.set(command.id, commandRow(live.number, command, outcome));
    if (command.device !== undefined && command.n !== undefined) counters.set(command.device, command.n);
  }

  #writesOf(live: LiveStream): StreamWrites {
    const known = this.writes.get(live.id);
    if (known) return known;
    const writes = { live, events: [], commands: new Map(), counters: new Map(), effects: [] };
    this.writes.set(live.id, writes);
    return writes;
  }
}

/** Whether the stream has moved far enough from its stored snapshot. */
export function wantsSnapshot({ live, events }: StreamWrites): boolean {
  return events.length > 0 && live.heads.staff - live.snapshotSeq >= SNAPSHOT_EVERY_EVENTS[live.fold.kind];
}

function done(live: LiveStream, seq: number, events: readonly StoredEvent[]): Answer {
  return { ok: true, seq, heads: live.heads, conflict: false, events };
}

export type Refused = Extract<Answer, { ok: false }>;

export function refusal(code: Refused['code'], message: string): Refused {
  return { ok: false, code, message, conflict: false };
}

/** The same id has one answer for ever, also where it came with another body (DL2). */
function firstAnswer(row: CommandRow, command: LogCommand, live: LiveStream): Answer {
  const outcome = outcomeOfRow(live.id, row);
  const conflict = row.digest !== command.digest;
  return typeof outcome === 'number'
    ? { ...done(live, outcome, []), conflict }
    : { ...refusal(outcome.code, outcome.message), conflict };
}
