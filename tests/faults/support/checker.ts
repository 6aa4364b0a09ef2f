import { AUDIENCES, type Audience } from '../../../sdk/src/protocol/index.ts';
import type { Entry, History, Operation, Reader, StoredLog } from './history.ts';

/**
 * What is wrong, each finding as one sentence; empty lists are what every run must show. The names are those of
 * the delivery contract.
 */
export interface Findings {
  /** Acknowledged, and not in the log. */
  readonly lost: string[];
  /** One command, more than one message. */
  readonly duplicate: string[];
  /** In the log, and never written by anybody. */
  readonly phantom: string[];
  /** Numbers missing in the log, or a chain of `prev` that does not hold for some audience. */
  readonly holes: string[];
  /** A reader whose copy is not one gapless run of what that reader may see. */
  readonly broken: string[];
  /** Two messages of one device stand in another order than they were written in. */
  readonly disorder: string[];
  /** An acknowledgement named another number than the log, or contradicted an earlier one. */
  readonly wrongSeq: string[];
  /** A stored text is not the one that was written. */
  readonly altered: string[];
  /** A message that was refused for good, and stands in the log all the same. */
  readonly refusedButStored: string[];
}

export interface Verdict extends Findings {
  readonly invoked: number;
  readonly ok: number;
  readonly failed: number;
  /** Neither acknowledged nor refused when the run ended. */
  readonly unknown: number;
  /** Messages in the log. */
  readonly stored: number;
  /** From the end of the last fault until every reader had everything; infinite where one never had. */
  readonly convergenceMs: number;
}

/** Types of events that a command of a device's outbox becomes: one command, one of these. */
const MESSAGE_TYPES = new Set(['chat.message', 'chat.noted']);

/** Judges a run by what was recorded and by the logs as they stand in the store. */
export function check(history: History, logs: readonly StoredLog[]): Verdict {
  const operations = [...history.operations.values()];
  const count = (state: Operation['outcome']['state']): number =>
    operations.filter(({ outcome }) => outcome.state === state).length;
  return {
    ...{ invoked: operations.length, ok: count('ok'), failed: count('failed'), unknown: count('unknown') },
    stored: logs.flatMap(({ entries }) => entries.filter(isMessage)).length,
    ...storedFindings(operations, logs),
    holes: logs.flatMap(holesOf),
    broken: [...history.readers.values()].flatMap((reader) => brokenOf(reader, logs)),
    disorder: disorderOf(operations, logs),
    wrongSeq: [...history.contradictions, ...wrongSeqOf(operations, logs)],
    convergenceMs: Math.max(
      0,
      ...[...history.readers.values()].map((each) => reachedAt(each, logs) - history.healedAt),
    ),
  };
}

/** All findings as lines, for a failing test: nothing is what is wanted. */
export function complaints(verdict: Findings): string[] {
  const { lost, duplicate, phantom, holes, broken, disorder, wrongSeq, altered, refusedButStored } = verdict;
  const lists = { lost, duplicate, phantom, holes, broken, disorder, wrongSeq, altered, refusedButStored };
  return Object.entries(lists).flatMap(([name, found]) => found.map((each) => `${name}: ${each}`));
}

const isMessage = ({ type }: Entry): boolean => MESSAGE_TYPES.has(type);

function storedFindings(
  operations: readonly Operation[],
  logs: readonly StoredLog[],
): Pick<Findings, 'lost' | 'duplicate' | 'phantom' | 'altered' | 'refusedButStored'> {
  const found = { lost: [], duplicate: [], phantom: [], altered: [], refusedButStored: [] } as {
    [Name in 'lost' | 'duplicate' | 'phantom' | 'altered' | 'refusedButStored']: string[];
  };
  const invoked = new Map(operations.map((operation) => [operation.command, operation]));
  const stored = new Map<string, string>();
  for (const { conversation, entries } of logs) {
    for (const entry of entries.filter(isMessage)) {
      const where = `${entry.seq} of ${conversation}`;
      const { command = '(none)' } = entry;
      const operation = invoked.get(command);
      if (operation?.conversation !== conversation) found.phantom.push(`${where} by ${command}`);
      else if (operation.text !== entry.text) found.altered.push(`${where} by ${command}`);
      if (operation?.outcome.state === 'failed') found.refusedButStored.push(`${where} by ${command}`);
      const first = stored.get(command);
      if (first !== undefined) found.duplicate.push(`${command} is ${first} and ${where}`);
      else stored.set(command, where);
    }
  }
  for (const { command, outcome, client } of operations) {
    if (outcome.state === 'ok' && !stored.has(command)) {
      found.lost.push(`${command} of ${client}, acknowledged as ${outcome.seq}`);
    }
  }
  return found;
}

function holesOf({ conversation, entries }: StoredLog): string[] {
  const holes: string[] = [];
  let expected = 1;
  for (const { seq } of entries) {
    if (seq !== expected) holes.push(`${conversation} goes from ${expected - 1} to ${seq}`);
    expected = seq + 1;
  }
  return holes;
}

/** What a reader may see, as a chain: `prev` is the entry before it that this reader may see. */
function visibleTo(audience: Audience, { entries }: StoredLog): Entry[] {
  const level = AUDIENCES.indexOf(audience);
  let prev = 0;
  return entries.flatMap((entry) => {
    if (AUDIENCES.indexOf(entry.audience) > level) return [];
    const seen = { ...entry, prev };
    prev = entry.seq;
    return [seen];
  });
}

function brokenOf(reader: Reader, logs: readonly StoredLog[]): string[] {
  const log = logs.find(({ conversation }) => conversation === reader.conversation);
  const who = `${reader.name} in ${reader.conversation}`;
  // A visitor who never wrote has a conversation without a log.
  if (!log) return reader.runs.length === 0 ? [] : [`${who}: there is no such log`];
  const visible = visibleTo(reader.audience, log);
  const bySeq = new Map(visible.map((entry) => [entry.seq, entry]));
  const broken: string[] = [];
  const runs = reader.runs.filter(({ epoch }) => epoch === log.epoch);
  if (runs.at(-1) !== reader.runs.at(-1)) return [`${who}: has a copy of another epoch`];
  for (const { entries } of runs) {
    entries.forEach((entry, index) => {
      const before = entries[index - 1];
      if (before && entry.prev !== before.seq) {
        broken.push(`${who}: ${entry.seq} names ${entry.prev} and follows ${before.seq}`);
      }
      const stored = bySeq.get(entry.seq);
      if (!stored) broken.push(`${who}: ${entry.seq} is not for this reader, or not in the log`);
      else if (stored.prev !== entry.prev || stored.command !== entry.command || stored.text !== entry.text) {
        broken.push(`${who}: ${entry.seq} is not what the log has`);
      }
    });
  }
  const head = visible.at(-1)?.seq ?? 0;
  const reached = runs.at(-1)?.entries.at(-1)?.seq ?? 0;
  if (reached !== head) broken.push(`${who}: ends at ${reached}, the log at ${head}`);
  return broken;
}

function disorderOf(operations: readonly Operation[], logs: readonly StoredLog[]): string[] {
  const places = new Map(
    logs.flatMap(({ entries }) =>
      entries.filter(isMessage).map(({ command, seq }) => [command, seq] as const),
    ),
  );
  const last = new Map<string, { order: number; seq: number }>();
  return operations
    .toSorted((one, other) => one.order - other.order)
    .flatMap(({ device, conversation, command, order }) => {
      const seq = places.get(command);
      if (seq === undefined) return [];
      const key = `${device} ${conversation}`;
      const before = last.get(key);
      if (before && before.seq > seq)
        return [`${device}: number ${order} is ${seq}, number ${before.order} is ${before.seq}`];
      last.set(key, { order, seq });
      return [];
    });
}

function wrongSeqOf(operations: readonly Operation[], logs: readonly StoredLog[]): string[] {
  return operations.flatMap(({ command, conversation, outcome }) => {
    if (outcome.state !== 'ok') return [];
    const log = logs.find((each) => each.conversation === conversation);
    const entry = log?.entries.find((each) => each.command === command && isMessage(each));
    if (!entry || entry.seq === outcome.seq) return [];
    return [`${command} was acknowledged as ${outcome.seq} and is ${entry.seq}`];
  });
}

/** When the reader had the newest entry that it may see. */
function reachedAt(reader: Reader, logs: readonly StoredLog[]): number {
  const log = logs.find(({ conversation }) => conversation === reader.conversation);
  const head = log && visibleTo(reader.audience, log).at(-1)?.seq;
  if (head === undefined) return 0;
  return reader.runs.at(-1)?.entries.find(({ seq }) => seq === head)?.at ?? Infinity;
}
