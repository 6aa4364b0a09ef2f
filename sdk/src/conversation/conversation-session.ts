import { type Marks, Receipts } from '../chat/receipts.ts';
import { OthersTyping, OwnTyping } from '../chat/typing.ts';
import { alike, type Outbox } from '../connection/outbox.ts';
import type { TextAtOnce } from '../connection/text-at-once.ts';
import type { OutboxBody, OutboxEntry } from '../connection/outbox-box.ts';
import { must } from '../lib/assert.ts';
import type { Clock } from '../lib/clock.ts';
import { Cell } from '../lib/observable.ts';
import {
  type ConversationEvent,
  type Infer,
  type LogEntry,
  type OpenedConversation,
  type Position,
  type ShownSignal,
  type chatReceipt,
  type typing,
  MESSAGE_TEXT_MAX_LENGTH,
} from '../protocol/index.ts';
import { ConversationReplica, type ReplicaPorts } from './conversation-replica.ts';
import { type ConversationView, type PendingMessage, pendingMessage } from './conversation-view.ts';

/** A draft is saved this long after the last change of it. */
const DRAFT_DEBOUNCE_MS = 400;

/** Entries that an own message or note can become. */
const SAID = ['chat.message', 'chat.noted', 'unreadable'];

/** What a conversation needs of the connection that carries it. */
export interface ConversationChannel {
  fetch: ReplicaPorts['fetch'];
  /** Live only; lost without a connection. */
  signal(body: Infer<typeof typing>): void;
  receipt(body: Infer<typeof chatReceipt>): Promise<'taken' | 'later' | 'never'>;
}

export interface ConversationSessionOptions {
  side: 'visitor' | 'agent';
  /** Where this conversation's entries count in the outbox; undefined until it is known who writes. */
  lane: () => string | undefined;
  /** Resolves when the lane is known; absent where it always is. */
  laneKnown?: Promise<unknown>;
  conversation?: string;
  outbox: Outbox;
  /** Where a lane's draft is put while the page goes: IndexedDB has no time for it then. */
  lastDraft: (lane: string) => TextAtOnce;
  clock: Clock;
  channel: ConversationChannel;
}

/** One conversation as one reader works in it: the copy of its log, own messages on the way, marks, typing, draft. */
export class ConversationSession {
  readonly view: Cell<ConversationView>;
  readonly #options: ConversationSessionOptions;
  readonly #replica: ConversationReplica;
  readonly #receipts: Receipts;
  readonly #ownTyping: OwnTyping;
  readonly #othersTyping: OthersTyping;
  /** Stored by the server, their entries not here yet. */
  #arriving: PendingMessage[] = [];
  /** What waits in the outbox, as the view shows it. */
  #waiting: readonly OutboxEntry[] = [];
  /** Command ids of the messages and notes that are shown as entries. */
  #here: ReadonlySet<string> = new Set();
  #shown: Pick<ConversationView, 'page' | 'online'> = {};
  #draft: string | undefined;
  #stopDraftTimer: (() => void) | undefined;
  /** Entries are being applied: what is shown in between would be half. */
  #applying = false;
  readonly #stopWatching: () => void;

  constructor(options: ConversationSessionOptions) {
    const { clock, channel, outbox } = options;
    this.#options = options;
    this.#replica = new ConversationReplica({
      clock,
      fetch: (range) => channel.fetch(range),
      applied: (entries) => this.#applied(entries),
    });
    const tell = (marks: Marks): ReturnType<typeof channel.receipt> =>
      channel.receipt({ type: 'chat.receipt', ...marks });
    this.#receipts = new Receipts({ clock, tell });
    this.#ownTyping = new OwnTyping(clock, (on) => channel.signal({ type: 'typing', on }));
    this.#othersTyping = new OthersTyping(clock, () => this.#publish());
    this.view = new Cell(this.#currentView());
    this.#stopWatching = outbox.entries.subscribe(() => {
      // An agent has many conversations open, and one outbox for all of them.
      if (!alike(this.#ownEntries(), this.#waiting)) this.#publish();
    });
  }

  get position(): Position | undefined {
    return this.#replica.position;
  }

  // What comes from the server

  opened(opened: OpenedConversation): void {
    const { id, position } = this.#replica;
    if (id !== opened.conversation || position?.epoch !== opened.epoch) {
      this.#arriving = [];
      if (id !== undefined) this.#receipts.reset();
    }
    this.#replica.opened(opened);
  }

  refused(code: NonNullable<ConversationView['refused']>): void {
    this.#replica.refused = code;
    this.#arriving = [];
    this.#publish();
  }

  entry(entry: LogEntry): void {
    this.#replica.entry(entry);
  }

  headIs(seq: number): void {
    this.#replica.headIs(seq);
  }

  /** The outbox was told that this entry of its is stored. */
  stored({ lane, ...entry }: OutboxEntry, seq: number): void {
    if (lane !== this.#options.lane() || seq <= this.#replica.header.seq) return;
    const others = this.#arriving.filter(({ id }) => id !== entry.id);
    this.#arriving = [...others, { ...pendingMessage(entry), seq }];
    this.#publish();
  }

  signal({ author, body }: ShownSignal): void {
    if (body.type === 'typing') {
      this.#othersTyping.signal(author, body.on);
      return;
    }
    this.#shown =
      body.type === 'page' ? { ...this.#shown, page: body.page } : { ...this.#shown, online: body.on };
    this.#publish();
  }

  lost(): void {
    this.#replica.lost();
    this.#ownTyping.stop();
    this.#othersTyping.clear();
    this.#publish();
  }

  // What the person does

  async send(type: OutboxBody['type'], text: string, mentions?: string[]): Promise<{ id: string }> {
    const body: OutboxBody = { type, text: wellFormed(text), ...(mentions && { mentions }) };
    if (!text.trim() || text.length > MESSAGE_TEXT_MAX_LENGTH)
      throw new RangeError('a message has 1 to 8,000 characters');
    this.#ownTyping.stop();
    const fromDraft = (await this.readDraft()).trim() === text.trim();
    if (fromDraft) this.#forgetDraft();
    const { outbox, conversation } = this.#options;
    const lane = await this.#lane();
    const place = { lane, ...(conversation !== undefined && { conversation }) };
    const save = (): Promise<{ id: string }> => outbox.save(place, body, fromDraft);
    return fromDraft ? this.#outdating(lane, save) : save();
  }

  mark(marks: Partial<Marks>): void {
    this.#receipts.mark(marks);
  }

  typing(on: boolean): void {
    this.#ownTyping.typing(on);
  }

  loadOlder(): Promise<void> {
    return this.#replica.loadOlder();
  }

  async readDraft(): Promise<string> {
    const lane = await this.#lane();
    // Only where a page went before it could save is there a copy, which is newer then.
    const copy = this.#options.lastDraft(lane).read();
    if (this.#draft === undefined && copy !== undefined) this.writeDraft(copy);
    return this.#draft ?? (await this.#options.outbox.readDraft(lane));
  }

  writeDraft(text: string): void {
    this.#draft = text;
    this.#stopDraftTimer?.();
    this.#stopDraftTimer = this.#options.clock.after(DRAFT_DEBOUNCE_MS, () => void this.#saveDraft());
  }

  /** Saves what is pending; also when the page is about to go. */
  async #saveDraft(): Promise<void> {
    const draft = this.#draft;
    const lane = this.#options.lane();
    if (draft === undefined || lane === undefined) return;
    this.#forgetDraft();
    await this.#outdating(lane, () => this.#options.outbox.writeDraft(lane, draft));
  }

  #forgetDraft(): void {
    this.#stopDraftTimer?.();
    this.#stopDraftTimer = undefined;
    this.#draft = undefined;
  }

  async #lane(): Promise<string> {
    await this.#options.laneKnown;
    return must(this.#options.lane(), 'lane');
  }

  /** Once `save` is done, the copy that was there before it is old; one that was made meanwhile is not. */
  async #outdating<T>(lane: string, save: () => Promise<T>): Promise<T> {
    const copy = this.#options.lastDraft(lane);
    const before = copy.read();
    const result = await save();
    if (before !== undefined && copy.read() === before) copy.write(undefined);
    return result;
  }

  hidden(): void {
    const lane = this.#options.lane();
    if (lane !== undefined && this.#draft !== undefined) this.#options.lastDraft(lane).write(this.#draft);
    void this.#saveDraft();
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    this.#replica.lost();
    this.#receipts.stop();
    this.#ownTyping.stop();
    this.#othersTyping.clear();
    await this.#saveDraft();
  }

  // The view

  #applied(entries: readonly LogEntry[]): void {
    const { outbox, side } = this.#options;
    const { header } = this.#replica;
    this.#here = commandsOf(this.#replica.entries);
    this.#applying = true;
    for (const entry of entries) {
      if (!isSaid(entry)) continue;
      this.#othersTyping.wrote(entry.author);
      if (entry.command !== undefined) outbox.stored(entry.command, entry.seq);
    }
    this.#receipts.known(side === 'visitor' ? header.visitor : header.agentSide);
    this.#arriving = this.#arriving.filter(({ seq = 0 }) => seq > header.seq);
    this.#applying = false;
    this.#publish();
  }

  #publish(): void {
    if (!this.#applying) this.view.value = this.#currentView();
  }

  #ownEntries(): readonly OutboxEntry[] {
    const lane = this.#options.lane();
    return this.#options.outbox.entries.value.filter((each) => each.lane === lane);
  }

  #currentView(): ConversationView {
    const { id, header, entries, older, catchingUp, restored, refused } = this.#replica;
    this.#waiting = this.#ownEntries();
    const waiting = this.#waiting.map(pendingMessage);
    // Known to be stored, and perhaps still in the outbox; shown as an entry, and perhaps not yet acknowledged.
    const arriving = this.#arriving.filter(({ id }) => !this.#here.has(id));
    const known = new Set([...this.#here, ...arriving.map(({ id }) => id)]);
    return {
      ...(id !== undefined && { id }),
      header,
      entries,
      older,
      pending: [...arriving, ...waiting.filter(({ id }) => !known.has(id))],
      typing: this.#othersTyping.authors,
      catchingUp,
      restored,
      ...(refused && { refused }),
      ...this.#shown,
    };
  }
}

/** Whether an own message can have become this entry: one command may cause several. */
function isSaid(entry: LogEntry): entry is ConversationEvent {
  return !('erased' in entry) && SAID.includes(entry.body.type);
}

function commandsOf(entries: readonly LogEntry[]): ReadonlySet<string> {
  return new Set(entries.flatMap((each) => (isSaid(each) && each.command) || []));
}

/** Half a surrogate pair or a NUL would be refused by every store; nothing that was typed is refused for it. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff\0]/gu, '\ufffd');
}
