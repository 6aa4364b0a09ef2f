/** A visitor's client for tests: no server, the test says what happens. Imported by tests only. */
import type { ConnectionStatus, ConversationView, PendingMessage, VisitorClient } from '@alongside/sdk';
import type {
  AgentCard,
  Author,
  EventBody,
  LogEntry,
  Page,
  VisitorCommandBody,
  VisitorSignalBody,
} from '@alongside/sdk/protocol';
import { Cell, emptyConversation, reduceConversation } from '@alongside/sdk/shared';

export const ANA: AgentCard = { id: 'agt_ana', name: 'Ana Ruiz' };
export const BEN: AgentCard = { id: 'agt_ben', name: 'Ben' };
const VISITOR: Author = { kind: 'visitor', id: 'vis_1' };
const MINUTE_MS = 60_000;

export class FakeVisitorClient implements VisitorClient {
  readonly connection = new Cell<ConnectionStatus>({ state: 'online' });
  readonly availability = new Cell<VisitorClient['availability']['value']>(undefined);
  readonly storage = new Cell<VisitorClient['storage']['value']>('durable');
  readonly conversation = new Cell<ConversationView>({
    header: emptyConversation(),
    entries: [],
    older: false,
    pending: [],
    typing: [],
    catchingUp: false,
    restored: false,
  });
  /** What was called, in order: `send Hello`, `markRead 4`. */
  readonly calls: string[] = [];
  draft = '';
  readonly tokenStore = { read: () => ({ access: 'token' }) };
  /** What becomes of commands. */
  taken = (_body: VisitorCommandBody): Promise<'taken' | 'later' | 'never'> => Promise.resolve('taken');
  /** Set: `send` rejects with it. */
  sendFails: Error | undefined;
  /** Wall clock of the entries; each is a minute after the one before it. */
  now = Date.now() - 60 * MINUTE_MS;
  #ids = 0;

  change(part: Partial<ConversationView>): void {
    this.conversation.value = { ...this.conversation.value, ...part };
  }

  /** The server welcomes this visitor, whose conversation is empty so far. */
  welcome(agents: readonly AgentCard[] = [ANA, BEN], open = true): void {
    this.change({ id: 'cnv_1' });
    this.availability.value = { agents, open };
  }

  /** Appends an entry to the log and answers its number. */
  append(body: EventBody, author: Author, command?: string): number {
    const { entries, header } = this.conversation.value;
    const seq = header.seq + 1;
    this.now += MINUTE_MS;
    const entry: LogEntry = {
      seq,
      prev: header.seq,
      at: this.now,
      author,
      audience: 'everyone',
      body,
      ...(command && { command }),
    };
    this.change({ entries: [...entries, entry], header: reduceConversation(header, entry) });
    return seq;
  }

  /** The visitor's first words open a sitting. */
  opens(): void {
    this.append(
      { type: 'sitting.opened', sitting: 'sit_1', item: 'itm_1', channel: 'chat' },
      { kind: 'system' },
    );
  }

  joins(agent = ANA): void {
    this.append({ type: 'agent.joined', agent, item: 'itm_1' }, { kind: 'system' });
  }

  says(text: string, agent = ANA): number {
    return this.append({ type: 'chat.message', text }, { kind: 'agent', ...agent });
  }

  /** The visitor's message is in the log, out of the pending one if there is such a one. */
  writes(text: string): number {
    const { pending } = this.conversation.value;
    const mine = pending.find((each) => each.text === text);
    this.change({ pending: pending.filter((each) => each !== mine) });
    return this.append({ type: 'chat.message', text }, VISITOR, mine?.id);
  }

  /** The agents' side has read up to `seq`. */
  agentsRead(read: number, delivered = read): void {
    this.append({ type: 'chat.received', delivered, read }, { kind: 'agent', ...ANA });
  }

  refuses(id: string, code: NonNullable<PendingMessage['code']> = 'invalid'): void {
    this.change({
      pending: this.conversation.value.pending.map((each) =>
        each.id === id ? { ...each, state: 'refused', code } : each,
      ),
    });
  }

  send(text: string): Promise<{ id: string }> {
    this.calls.push(`send ${text}`);
    if (this.sendFails) return Promise.reject(this.sendFails);
    const id = `command-${++this.#ids}`;
    const message: PendingMessage = { id, kind: 'message', text, at: this.now + MINUTE_MS, state: 'saved' };
    this.change({ pending: [...this.conversation.value.pending, message] });
    return Promise.resolve({ id });
  }

  tryAgain(id: string): Promise<void> {
    this.calls.push(`tryAgain ${id}`);
    return Promise.resolve();
  }

  discard(id: string): Promise<void> {
    this.calls.push(`discard ${id}`);
    this.change({ pending: this.conversation.value.pending.filter((each) => each.id !== id) });
    return Promise.resolve();
  }

  markRead(seq: number): void {
    this.calls.push(`markRead ${seq}`);
  }

  markDelivered(seq: number): void {
    this.calls.push(`markDelivered ${seq}`);
  }

  typing(on: boolean): void {
    this.calls.push(`typing ${on}`);
  }

  signal(body: VisitorSignalBody): void {
    this.calls.push(`signal ${JSON.stringify(body)}`);
  }

  showPage({ url }: Page): void {
    this.calls.push(`showPage ${url}`);
  }

  loadOlder(): Promise<void> {
    this.calls.push('loadOlder');
    return Promise.resolve();
  }

  readDraft(): Promise<string> {
    return Promise.resolve(this.draft);
  }

  writeDraft(text: string): void {
    this.draft = text;
  }

  hurry(): void {
    this.calls.push('hurry');
  }

  command(body: VisitorCommandBody): Promise<'taken' | 'later' | 'never'> {
    this.calls.push(`command ${JSON.stringify(body)}`);
    return this.taken(body);
  }

  stop(): Promise<void> {
    this.calls.push('stop');
    return Promise.resolve();
  }
}
