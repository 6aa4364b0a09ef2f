// Over 300 lines: one server whose parts (connections, log, faults) share every step of a schedule.
import {
  type AgentUp,
  type Audience,
  type Author,
  type ErrorCode,
  type LogEntry,
  type OpenedConversation,
  type Position,
  type VisitorUp,
  DecodeError,
  agentUp,
  visitorUp,
} from '../../../sdk/src/protocol/index.ts';
import {
  type ModelCommand,
  type ModelConversation,
  type ModelDefects,
  type ModelDisk,
  decide,
  foldFor,
  newConversation,
  readable,
} from './model-log.ts';
import type { Relay, ServerEnd, ServerListener } from './network.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Struck } from './struck.ts';
import type { VirtualTime } from './virtual-time.ts';

const VISITOR_HEARTBEAT_MS = 25_000;
const AGENT_HEARTBEAT_MS = 5_000;
/** Small, so that short runs need several pages. */
const PAGE_MAX_ENTRIES = 3;
const TAIL_ENTRIES = 4;
const COMMIT_MAX_MS = 8;

/** At once, or when the next commands are about to be stored, or just have been. */
export type CrashMoment = 'now' | 'before storing' | 'after storing';

/** What a verdict may ask of a server; the real server's log can stand behind it as well. */
export interface SimulatedServer extends Relay {
  readonly disk: ModelDisk;
  /** Chances with which a command is refused for now. */
  refusing: number;
  /** All that ever was on the disk, also what a restore has removed: `keyOf` each event. */
  readonly everStored: ReadonlySet<string>;
  /** The numbers that each stored command came to, by conversation and command; a restore can give it another. */
  readonly everNumbered: ReadonlyMap<string, ReadonlySet<number>>;
  crash(restartAfterMs: number, when: CrashMoment): void;
  backUp(): void;
  /** Back to the last backup; answers the command ids and the texts that are lost by it. */
  restore(): ReadonlySet<string>;
  askForPatience(milliseconds: number): void;
}

/** What makes an event of a conversation this one and no other. */
export function keyOf(conversation: string, { seq, command }: { seq: number; command?: string }): string {
  return `${conversation} ${seq} ${command ?? ''}`;
}

interface Connection {
  end: ServerEnd;
  device: string;
  author: Author;
  reader: Audience;
  /** The visitor whose conversation it is, for a visitor. */
  own?: string;
  /** Conversations that it reads, and up to where it was sent. */
  reading: Map<string, number>;
  heartbeat: () => void;
}

interface Job {
  connection: Connection;
  conversation: string;
  command: ModelCommand;
}

/** A small server with the semantics of the log, that can crash at any moment and knows no more than its disk. */
export class ModelServer implements SimulatedServer {
  up = true;
  refusing = 0;
  disk: ModelDisk;
  readonly everStored = new Set<string>();
  readonly everNumbered = new Map<string, Set<number>>();
  #backup: ModelDisk;
  #waiting: Job[] = [];
  /** A crash that waits for its moment. */
  #crash: { when: CrashMoment; die: () => void } | undefined;
  /** Counts the lives of the process. */
  #life = 0;
  readonly #connections = new Map<ServerEnd, Connection>();
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #struck: Struck;
  readonly #defects: ModelDefects;
  readonly #links: () => Iterable<{ serverDied(): void }>;

  constructor(
    time: VirtualTime,
    random: SeededRandom,
    struck: Struck,
    links: () => Iterable<{ serverDied(): void }>,
    defects: ModelDefects = {},
  ) {
    this.#time = time;
    this.#random = random;
    this.#struck = struck;
    this.#links = links;
    this.#defects = defects;
    this.disk = { epoch: this.#id('epo'), conversations: new Map() };
    this.#backup = structuredClone(this.disk);
  }

  #id(prefix: string): string {
    const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
    return `${prefix}_${Array.from(this.#random.bytes(26), (byte) => alphabet.charAt(byte % 32)).join('')}`;
  }

  // Faults

  crash(restartAfterMs: number, when: CrashMoment): void {
    if (!this.up) return;
    const die = (): void => {
      if (this.#waiting.length > 0) this.#struck.note('server crashed with commands that were not stored');
      this.up = false;
      this.#life++;
      this.#waiting = [];
      for (const { heartbeat } of this.#connections.values()) heartbeat();
      this.#connections.clear();
      for (const link of this.#links()) link.serverDied();
      this.#time.after(restartAfterMs, () => {
        this.up = true;
      });
    };
    if (when === 'now') die();
    else this.#crash = { when, die };
  }

  backUp(): void {
    this.#backup = structuredClone(this.disk);
  }

  restore(): ReadonlySet<string> {
    const lost = new Set<string>();
    for (const [visitor, { outcomes, events }] of this.disk.conversations) {
      const kept = this.#backup.conversations.get(visitor)?.outcomes;
      for (const id of outcomes.keys()) if (!kept?.has(id)) lost.add(id);
      for (const { command, body } of events) if (lost.has(command) && 'text' in body) lost.add(body.text);
    }
    this.crash(50, 'now');
    this.#crash = undefined;
    // Who is known stays known, so that two tabs do not become two visitors at once.
    const known = [...this.disk.conversations.keys()];
    this.disk = { ...structuredClone(this.#backup), epoch: this.#id('epo') };
    for (const visitor of known) this.#logOf(visitor);
    this.#struck.note('server restored from an older backup');
    return lost;
  }

  // Connections

  accept(end: ServerEnd): ServerListener {
    const life = this.#life;
    const alive = (then: () => void): void => {
      if (life === this.#life) then();
    };
    return {
      message: (text) => alive(() => this.#message(end, text)),
      closed: () =>
        alive(() => {
          this.#connections.get(end)?.heartbeat();
          this.#connections.delete(end);
        }),
    };
  }

  #message(end: ServerEnd, text: string): void {
    const connection = this.#connections.get(end);
    const raw: unknown = JSON.parse(text);
    const schema =
      (connection?.author.kind ?? (raw as { role?: string }).role) === 'agent' ? agentUp : visitorUp;
    let frame: AgentUp | VisitorUp;
    try {
      frame = schema.decode(raw, '');
    } catch (error) {
      throw error instanceof DecodeError ? new Error(`the client sent ${text}: ${error.message}`) : error;
    }
    if (frame.type === 'hello') {
      this.#hello(end, frame);
      return;
    }
    if (connection) this.#frame(connection, frame);
  }

  #hello(end: ServerEnd, hello: (AgentUp | VisitorUp) & { type: 'hello' }): void {
    const session = this.#id('ses');
    const serverTime = Math.floor(this.#time.now) + 1_767_225_600_000;
    if (hello.role === 'agent') {
      const agent = { id: hello.ticket, name: 'Agent' };
      this.#join(end, hello.device, { kind: 'agent', ...agent }, 'agents', AGENT_HEARTBEAT_MS);
      const site = { key: 'demo', name: 'Demo' };
      const heartbeatMs = AGENT_HEARTBEAT_MS;
      this.#send(end, {
        type: 'welcome',
        protocol: 1,
        session,
        agent,
        role: 'agent',
        site,
        serverTime,
        heartbeatMs,
      });
      return;
    }
    const known = hello.refresh?.replace('refresh-', '');
    const visitor = known && this.disk.conversations.has(known) ? known : this.#id('vis');
    // The identity is on the disk before the visitor hears of it.
    const log = this.#logOf(visitor);
    const connection = this.#join(
      end,
      hello.device,
      { kind: 'visitor', id: visitor },
      'everyone',
      VISITOR_HEARTBEAT_MS,
    );
    connection.own = visitor;
    this.#send(end, {
      type: 'welcome',
      protocol: 1,
      session,
      visitor,
      ...(known !== visitor && {
        tokens: { access: 'access', accessLastsMs: 600_000, refresh: `refresh-${visitor}` },
      }),
      counter: log.counters.get(hello.device) ?? 0,
      opened: this.#opened(connection, visitor, hello.position),
      serverTime,
      heartbeatMs: VISITOR_HEARTBEAT_MS,
    });
  }

  #join(end: ServerEnd, device: string, author: Author, reader: Audience, every: number): Connection {
    const seesAll = this.#defects.showsNotes ? 'agents' : reader;
    const connection: Connection = {
      end,
      device,
      author,
      reader: seesAll,
      reading: new Map(),
      heartbeat: () => undefined,
    };
    const beat = (): void => {
      connection.heartbeat = this.#time.after(every, () => {
        this.#send(end, { type: 'ping', heads: this.#heads(connection) });
        beat();
      });
    };
    beat();
    this.#connections.set(end, connection);
    return connection;
  }

  #heads({ reading, reader }: Connection): { conversation: string; seq: number }[] {
    return [...reading.keys()].map((visitor) => ({
      conversation: conversationOf(visitor),
      seq: this.#headOf(visitor, reader),
    }));
  }

  #opened(connection: Connection, visitor: string, position?: Position): OpenedConversation {
    const { reader } = connection;
    const log = this.#logOf(visitor);
    const entries = readable(log, reader);
    const head = entries.at(-1)?.seq ?? 0;
    connection.reading.set(visitor, head);
    const conversation = conversationOf(visitor);
    const { epoch } = this.disk;
    const at = entries.find(({ seq }) => seq === position?.seq);
    const known =
      position?.seq === 0 || (at && 'command' in at && at.command === (position?.command ?? at.command));
    if (position?.conversation === conversation && position.epoch === epoch && known) {
      return { conversation, epoch, head, resumed: true };
    }
    const tail = entries.slice(-TAIL_ENTRIES);
    const older = entries.length > tail.length;
    return { conversation, epoch, head, resumed: false, state: foldFor(log, reader), entries: tail, older };
  }

  // Frames

  #frame(connection: Connection, frame: AgentUp | VisitorUp): void {
    switch (frame.type) {
      case 'command': {
        this.#command(connection, frame);
        return;
      }
      case 'fetch': {
        this.#fetch(connection, frame);
        return;
      }
      case 'open': {
        const visitor = visitorOf(frame.conversation);
        if (!this.disk.conversations.has(visitor)) {
          const { request } = frame;
          this.#send(connection.end, { type: 'refused', request, code: 'not-found', message: 'none' });
          return;
        }
        const opened = this.#opened(connection, visitor, frame.position);
        this.#send(connection.end, { type: 'opened', request: frame.request, opened });
        return;
      }
      case 'leave':
        connection.reading.delete(visitorOf(frame.conversation));
        return;
      case 'desk.open': {
        this.#send(connection.end, { type: 'desk', version: 1, rows: [] });
        return;
      }
      case 'ping': {
        this.#send(connection.end, { type: 'pong', heads: this.#heads(connection) });
        return;
      }
      case 'hello':
      case 'pong':
      case 'signal':
    }
  }

  #command(connection: Connection, frame: (AgentUp | VisitorUp) & { type: 'command' }): void {
    const { id, n, body } = frame;
    const conversation = connection.own ?? visitorOf(('conversation' in frame && frame.conversation) || '');
    if (this.#random.chance(this.refusing)) {
      this.#struck.note('refused for now');
      const code: ErrorCode = this.#random.chance(0.5) ? 'rate-limited' : 'unavailable';
      const retryAfter = code === 'rate-limited' ? this.#random.integer(0, 2_000) : undefined;
      this.#send(connection.end, { type: 'refused', id, code, message: 'not now', retryAfter });
      return;
    }
    if (!this.disk.conversations.has(conversation)) {
      this.#send(connection.end, {
        type: 'refused',
        id,
        code: 'not-found',
        message: 'no such conversation',
      });
      return;
    }
    const { device, author } = connection;
    const job = {
      connection,
      conversation,
      command: { id, device, author, body, ...(n !== undefined && { n }) },
    };
    if (this.#defects.answersEarly) {
      const seq = this.#headOf(conversation, 'staff') + 1;
      this.#send(connection.end, {
        type: 'ack',
        id,
        conversation: conversationOf(conversation),
        seq,
        head: 0,
      });
    }
    this.#waiting.push(job);
    if (this.#waiting.length > 1) return;
    const life = this.#life;
    this.#time.after(this.#random.integer(0, COMMIT_MAX_MS), () => {
      if (life === this.#life) this.#commit();
    });
  }

  /** Stores all that waits, at once, and then answers. */
  #commit(): void {
    const crash = this.#crash;
    this.#crash = undefined;
    if (crash?.when === 'before storing') {
      crash.die();
      return;
    }
    const jobs = this.#waiting;
    this.#waiting = [];
    const backup = this.#defects.showsEarly ? structuredClone(this.disk) : undefined;
    const at = Math.floor(this.#time.now) + 1_767_225_600_000;
    const decided = jobs.map((job) => ({
      ...job,
      decision: decide(this.#logOf(job.conversation), job.command, at, this.#defects),
    }));
    if (crash) {
      this.#struck.note('server crashed after storing, before answering');
      if (!backup) this.#record(decided);
      if (backup) {
        for (const { conversation } of jobs) this.#show(conversation);
        this.disk = backup;
      }
      crash.die();
      return;
    }
    this.#record(decided);
    for (const { connection, conversation, command, decision } of decided) {
      this.#answer(connection, conversation, command.id, decision);
      this.#show(conversation);
    }
  }

  #record(
    decided: { conversation: string; command: ModelCommand; decision: ReturnType<typeof decide> }[],
  ): void {
    for (const { conversation, command, decision } of decided) {
      if (!('seq' in decision)) continue;
      const key = `${conversationOf(conversation)} ${command.id}`;
      this.everNumbered.set(key, (this.everNumbered.get(key) ?? new Set()).add(decision.seq));
      for (const event of this.#logOf(conversation).events) {
        if (event.command === command.id) this.everStored.add(keyOf(conversationOf(conversation), event));
      }
    }
  }

  #answer(connection: Connection, visitor: string, id: string, decision: ReturnType<typeof decide>): void {
    const { end, reader } = connection;
    if ('expected' in decision) {
      this.#struck.note('refused out of order');
      const { expected } = decision;
      this.#send(end, { type: 'refused', id, code: 'out-of-order', message: 'jumped', expected });
      return;
    }
    if ('code' in decision) {
      this.#struck.note('refused for good');
      this.#send(end, { type: 'refused', id, ...decision });
      return;
    }
    if (this.#defects.answersEarly) return;
    const conversation = conversationOf(visitor);
    this.#send(end, {
      type: 'ack',
      id,
      conversation,
      seq: decision.seq,
      head: this.#headOf(visitor, reader),
    });
  }

  /** Pushes what each reader has not been sent. */
  #show(visitor: string): void {
    for (const connection of this.#connections.values()) {
      const sent = connection.reading.get(visitor);
      if (sent === undefined) continue;
      for (const entry of readable(this.#logOf(visitor), connection.reader)) {
        if (entry.seq <= sent) continue;
        connection.reading.set(visitor, entry.seq);
        this.#send(connection.end, { type: 'entry', conversation: conversationOf(visitor), entry });
      }
    }
  }

  #fetch(connection: Connection, frame: (AgentUp | VisitorUp) & { type: 'fetch' }): void {
    const { request, conversation, after, before, limit } = frame;
    const all = readable(this.#logOf(visitorOf(conversation)), connection.reader);
    const size = Math.min(limit, PAGE_MAX_ENTRIES);
    const wanted = all.filter(({ seq }) => (after === undefined ? seq < (before ?? Infinity) : seq > after));
    const entries: LogEntry[] = after === undefined ? wanted.slice(-size) : wanted.slice(0, size);
    const more = wanted.length > entries.length;
    if (after !== undefined && more) this.#struck.note('catch-up took several pages');
    const head = all.at(-1)?.seq ?? 0;
    this.#send(connection.end, { type: 'page', request, conversation, entries, head, more });
  }

  #headOf(visitor: string, reader: Audience): number {
    return readable(this.#logOf(visitor), reader).at(-1)?.seq ?? 0;
  }

  #logOf(visitor: string): ModelConversation {
    let log = this.disk.conversations.get(visitor);
    if (!log) {
      log = newConversation();
      this.disk.conversations.set(visitor, log);
    }
    return log;
  }

  #send(end: ServerEnd, frame: object): void {
    end.send(JSON.stringify(frame));
  }

  /** Closes a connection with a request to stay away. */
  askForPatience(milliseconds: number): void {
    for (const { end, heartbeat } of [...this.#connections.values()]) {
      this.#struck.note('server asked for patience');
      heartbeat();
      this.#connections.delete(end);
      end.close(1013, `retry-after=${milliseconds}`);
    }
  }
}

/** A visitor has one conversation, whose id follows from theirs. */
export function conversationOf(visitor: string): string {
  return visitor.replace('vis_', 'cnv_');
}

export function visitorOf(conversation: string): string {
  return conversation.replace('cnv_', 'vis_');
}
