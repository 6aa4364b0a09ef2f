import {
  emptyConversation,
  mayRead,
  reduceConversation,
} from '../../../sdk/src/conversation/conversation-state.ts';
import { must } from '../../../sdk/src/lib/assert.ts';
import type {
  AgentCommandBody,
  Audience,
  Author,
  ConversationState,
  ErrorCode,
  EventBody,
  LogEntry,
  VisitorCommandBody,
} from '../../../sdk/src/protocol/index.ts';

export interface ModelEvent {
  seq: number;
  at: number;
  author: Author;
  audience: Audience;
  command: string;
  /** Of the command; kept for the verdicts. */
  device: string;
  body: EventBody;
}

/** What a command came to: the number of its last event, or why it was refused. */
export type Outcome = { seq: number } | { code: ErrorCode; message: string };

export interface ModelConversation {
  events: ModelEvent[];
  outcomes: Map<string, Outcome>;
  counters: Map<string, number>;
  sitting: boolean;
  /** Texts that were refused once and are taken the next time. */
  refusedOnce: Set<string>;
}

/** Everything of the model server that is on its disk. */
export interface ModelDisk {
  epoch: string;
  /** By visitor. */
  conversations: Map<string, ModelConversation>;
}

export function newConversation(): ModelConversation {
  return { events: [], outcomes: new Map(), counters: new Map(), sitting: false, refusedOnce: new Set() };
}

/** A command as it comes before the log. */
export interface ModelCommand {
  id: string;
  n?: number;
  device: string;
  author: Author;
  body: AgentCommandBody | VisitorCommandBody;
}

export type Decision = Outcome | { expected: number };

/** Ways in which a server can be wrong; each must be noticed by the verdicts. */
export interface ModelDefects {
  /** Answers before the disk has it. */
  answersEarly?: boolean;
  /** Shows others what is not on the disk yet. */
  showsEarly?: boolean;
  /** Takes a repeated command for a new one. */
  forgetsCommands?: boolean;
  /** Takes any counter. */
  ignoresCounters?: boolean;
  /** Sends notes to visitors. */
  showsNotes?: boolean;
  /** Leaves a number out now and then. */
  skipsNumbers?: boolean;
}

/** Decides a command and stores what comes of it; the same rules as DL2 and DL3. */
export function decide(
  log: ModelConversation,
  command: ModelCommand,
  at: number,
  defects: ModelDefects,
): Decision {
  const { id, n, device } = command;
  const first = log.outcomes.get(id);
  if (first && !defects.forgetsCommands) return first;
  const expected = (log.counters.get(device) ?? 0) + 1;
  if (n !== undefined && n !== expected && !defects.ignoresCounters) return { expected };
  const outcome = carryOut(log, command, at, defects);
  if (n !== undefined) log.counters.set(device, n);
  log.outcomes.set(id, outcome);
  return outcome;
}

function carryOut(
  log: ModelConversation,
  { id, device, author, body }: ModelCommand,
  at: number,
  defects: ModelDefects,
): Outcome {
  const append = (happened: EventBody, audience: Audience = 'everyone', by: Author = author): number => {
    const seq = (log.events.at(-1)?.seq ?? 0) + (defects.skipsNumbers && log.events.length === 3 ? 2 : 1);
    log.events.push({ seq, at, author: by, audience, command: id, device, body: happened });
    return seq;
  };
  const head = log.events.at(-1)?.seq ?? 0;
  switch (body.type) {
    case 'chat.send': {
      const refusal = refusalOf(log, body.text);
      if (refusal) return refusal;
      if (author.kind === 'visitor' && !log.sitting) {
        log.sitting = true;
        const item = `itm_${'0'.repeat(26)}`;
        const opened = {
          type: 'sitting.opened',
          sitting: `sit_${'0'.repeat(26)}`,
          item,
          channel: 'chat',
        } as const;
        append(opened, 'everyone', { kind: 'system' });
      }
      return { seq: append({ type: 'chat.message', text: body.text }) };
    }
    case 'chat.note':
      return { seq: append({ type: 'chat.noted', text: body.text }, 'agents') };
    case 'chat.receipt': {
      const { delivered = 0, read = 0 } = body;
      const known = foldFor(log, 'agents')[author.kind === 'visitor' ? 'visitor' : 'agentSide'];
      if (delivered <= known.delivered && read <= known.read) return { seq: head };
      if (Math.max(delivered, read) > head) return { code: 'invalid', message: 'beyond the head' };
      return { seq: append({ type: 'chat.received', delivered, read }) };
    }
    case 'sitting.finish':
      log.sitting = false;
      return {
        seq: append({ type: 'sitting.closed', sitting: `sit_${'0'.repeat(26)}`, reason: 'finished' }),
      };
    default:
      // The desk and the capabilities that came later are not simulated here.
      return { seq: head };
  }
}

function refusalOf(log: ModelConversation, text: string): Outcome | undefined {
  if (text.startsWith('bad ')) return { code: 'invalid', message: 'never taken' };
  if (!text.startsWith('moody ') || log.refusedOnce.has(text)) return undefined;
  log.refusedOnce.add(text);
  return { code: 'forbidden', message: 'not the first time' };
}

interface Readable {
  /** Up to which event of the log it is made. */
  length: number;
  entries: LogEntry[];
  state: ConversationState;
}

const readables = new WeakMap<ModelConversation, Map<Audience, Readable>>();

/** What a reader may see and what it folds to; kept, because it is asked for all the time. */
function readableOf(log: ModelConversation, reader: Audience): Readable {
  const byReader = readables.get(log) ?? new Map<Audience, Readable>();
  readables.set(log, byReader);
  const kept = byReader.get(reader) ?? { length: 0, entries: [], state: emptyConversation() };
  byReader.set(reader, kept);
  for (; kept.length < log.events.length; kept.length++) {
    const { device: _device, ...event } = must(log.events[kept.length], 'event');
    if (!mayRead(event.audience, reader)) continue;
    const entry = { ...event, prev: kept.entries.at(-1)?.seq ?? 0 };
    kept.entries.push(entry);
    kept.state = reduceConversation(kept.state, entry);
  }
  return kept;
}

/** What a reader may see, each entry with the one before it that this reader may see. */
export function readable(log: ModelConversation, reader: Audience): readonly LogEntry[] {
  return readableOf(log, reader).entries;
}

export function foldFor(log: ModelConversation, reader: Audience): ConversationState {
  return readableOf(log, reader).state;
}
