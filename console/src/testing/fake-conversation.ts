import type {
  AgentConversation,
  Author,
  ConversationView,
  Ending,
  ErrorCode,
  EventBody,
  LogEntry,
} from '@alongside/sdk/agent';
import { Cell, emptyConversation, reduceConversation } from '@alongside/sdk/shared';

export const VISITOR: Author = { kind: 'visitor', id: 'vis_00000000000000000000000001', name: 'Maya Okafor' };
export const ANA: Author = { kind: 'agent', id: 'agt_00000000000000000000000001', name: 'Ana' };
export const BEN: Author = { kind: 'agent', id: 'agt_00000000000000000000000002', name: 'Ben' };
export const SYSTEM: Author = { kind: 'system' };

const AGENT_TYPES: readonly string[] = ['chat.noted', 'conversation.tagged'];

/**
 * A conversation without a server, for tests: entries are appended by hand and folded by the real reducer.
 * `calls` has what the console asked for, in order.
 */
export class FakeConversation implements AgentConversation {
  readonly view: Cell<ConversationView>;
  /** What the visitor is writing. */
  readonly visitorDraft = new Cell('');
  readonly hindered = new Cell<ErrorCode | undefined>(undefined);
  readonly calls: [name: string, ...values: unknown[]][] = [];
  /** What `send` and `note` do: saved (stays pending), stored at once, or refused by this browser. */
  sending: 'saved' | 'stored' | 'broken' = 'stored';
  finishing: Awaited<ReturnType<AgentConversation['finish']>> = { ok: true, seq: 0 };
  draft = '';
  /** What `loadOlder` brings, oldest first; each call takes the last page. */
  readonly olderPages: LogEntry[][] = [];
  #made = 0;
  readonly #now: () => number;

  constructor(id: string, now: () => number) {
    this.#now = now;
    this.view = new Cell<ConversationView>({
      id,
      header: emptyConversation(),
      entries: [],
      older: false,
      pending: [],
      typing: [],
      catchingUp: false,
      restored: false,
    });
  }

  /** Appends an event, as if the server had sent it. */
  append(author: Author, body: EventBody, at = this.#now(), command?: string): LogEntry {
    const view = this.view.value;
    const seq = view.header.seq + 1;
    const audience = AGENT_TYPES.includes(body.type) ? 'agents' : 'everyone';
    const entry: LogEntry = {
      seq,
      prev: seq - 1,
      at,
      author,
      audience,
      body,
      ...(command !== undefined && { command }),
    };
    this.view.value = {
      ...view,
      header: reduceConversation(view.header, entry),
      entries: [...view.entries, entry],
      pending: view.pending.filter((each) => each.id !== command),
    };
    return entry;
  }

  say(author: Author, text: string, at?: number): LogEntry {
    return this.append(author, { type: 'chat.message', text }, at);
  }

  change(change: Partial<ConversationView>): void {
    this.view.value = { ...this.view.value, ...change };
  }

  send(text: string): Promise<{ id: string }> {
    return this.#write('message', text);
  }

  tag(tag: string, on: boolean): ReturnType<AgentConversation['tag']> {
    this.calls.push(['tag', tag, on]);
    this.append(ANA, { type: 'conversation.tagged', tag, on });
    return Promise.resolve({ ok: true, seq: 0 });
  }

  note(text: string, mentions: readonly string[] = []): Promise<{ id: string }> {
    if (mentions.length > 0) this.calls.push(['mentions', ...mentions]);
    return this.#write('note', text);
  }

  async #write(kind: 'message' | 'note', text: string): Promise<{ id: string }> {
    this.calls.push([kind, text]);
    await Promise.resolve();
    if (this.sending === 'broken') throw new Error('no room');
    const id = `command-${++this.#made}`;
    const { pending } = this.view.value;
    this.change({ pending: [...pending, { id, kind, text, at: this.#now(), state: 'saved' }] });
    if (this.sending === 'stored') this.arrive(id);
    return { id };
  }

  /** The entry that a pending message becomes arrives. */
  arrive(id: string): void {
    const found = this.view.value.pending.find((each) => each.id === id);
    if (!found) return;
    const type = found.kind === 'note' ? 'chat.noted' : 'chat.message';
    this.append(ANA, { type, text: found.text }, this.#now(), id);
  }

  tryAgain(id: string): Promise<void> {
    this.calls.push(['tryAgain', id]);
    return Promise.resolve();
  }

  discard(id: string): Promise<void> {
    this.calls.push(['discard', id]);
    this.change({ pending: this.view.value.pending.filter((each) => each.id !== id) });
    return Promise.resolve();
  }

  markRead(seq: number): void {
    this.calls.push(['markRead', seq]);
  }

  markDelivered(seq: number): void {
    this.calls.push(['markDelivered', seq]);
  }

  typing(on: boolean): void {
    this.calls.push(['typing', on]);
  }

  async loadOlder(): Promise<void> {
    await Promise.resolve();
    const page = this.olderPages.pop();
    if (page) {
      const { entries } = this.view.value;
      this.change({ entries: [...page, ...entries], older: this.olderPages.length > 0 });
    }
  }

  readDraft(): Promise<string> {
    return Promise.resolve(this.draft);
  }

  writeDraft(text: string): void {
    this.draft = text;
  }

  finish(ending?: Ending): ReturnType<AgentConversation['finish']> {
    this.calls.push(ending ? ['finish', ending] : ['finish']);
    return Promise.resolve(this.finishing);
  }

  /** The answer to what is asked about a shared page. */
  sharing: Awaited<ReturnType<AgentConversation['askToSee']>> = { ok: true, seq: 0 };

  askToSee(): ReturnType<AgentConversation['askToSee']> {
    this.calls.push(['askToSee']);
    return Promise.resolve(this.sharing);
  }

  askForControl(): ReturnType<AgentConversation['askForControl']> {
    this.calls.push(['askForControl']);
    return Promise.resolve(this.sharing);
  }

  endShare(share: string, scope: 'view' | 'control'): ReturnType<AgentConversation['endShare']> {
    this.calls.push(['endShare', share, scope]);
    return Promise.resolve(this.sharing);
  }

  suggestPage(url: string): ReturnType<AgentConversation['suggestPage']> {
    this.calls.push(['suggestPage', url]);
    return Promise.resolve(this.sharing);
  }

  close(): void {
    this.calls.push(['close']);
  }

  /** How often it was called by this name. */
  count(name: string): number {
    return this.calls.filter(([each]) => each === name).length;
  }
}
