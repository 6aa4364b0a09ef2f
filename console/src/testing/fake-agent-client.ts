import type {
  AgentClient,
  ChosenPresence,
  ConnectionStatus,
  ConversationRow,
  DeskRow,
  MeRow,
  OfferRow,
  Outcome,
  TransferTarget,
} from '@alongside/sdk/agent';
import { Cell } from '@alongside/sdk/shared';
import { FakeConversation } from './fake-conversation.ts';

/** An agent's client without a server, for tests: its desk and its answers are set by hand. */
export class FakeAgentClient implements AgentClient {
  readonly connection = new Cell<ConnectionStatus>({ state: 'online' });
  readonly me = new Cell<AgentClient['me']['value']>(undefined);
  readonly desk = new Cell<ReadonlyMap<string, DeskRow>>(new Map());
  readonly clockOffset = new Cell(0);
  readonly storage = new Cell<AgentClient['storage']['value']>('durable');
  readonly calls: [name: string, ...values: unknown[]][] = [];
  /** The answer to what is asked of the desk. */
  outcome: Outcome = { ok: true, seq: 1 };
  readonly #conversations = new Map<string, FakeConversation>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  put(...rows: DeskRow[]): void {
    this.desk.value = new Map([...this.desk.value, ...rows.map((row) => [row.key, row] as const)]);
  }

  remove(key: string): void {
    const rows = new Map(this.desk.value);
    rows.delete(key);
    this.desk.value = rows;
  }

  conversation(id: string): FakeConversation {
    const found = this.#conversations.get(id) ?? new FakeConversation(id, this.#now);
    this.#conversations.set(id, found);
    return found;
  }

  setPresence(presence: ChosenPresence, reason?: string, drain?: boolean): Promise<Outcome> {
    this.calls.push(['setPresence', presence, ...(drain ? [reason, drain] : reason ? [reason] : [])]);
    const me = [...this.desk.value.values()].find((row) => row.type === 'me');
    if (this.outcome.ok && me) this.put({ ...me, presence });
    return Promise.resolve(this.outcome);
  }

  accept(item: string, offer: string): Promise<Outcome> {
    this.calls.push(['accept', item, offer]);
    return Promise.resolve(this.outcome);
  }

  decline(item: string, offer: string): Promise<Outcome> {
    this.calls.push(['decline', item, offer]);
    return Promise.resolve(this.outcome);
  }

  transfer(item: string, to: TransferTarget): Promise<Outcome> {
    this.calls.push(['transfer', item, to]);
    return Promise.resolve(this.outcome);
  }

  withdrawTransfer(item: string): Promise<Outcome> {
    this.calls.push(['withdrawTransfer', item]);
    return Promise.resolve(this.outcome);
  }

  endConsult(item: string, handOver: boolean): Promise<Outcome> {
    this.calls.push(['endConsult', item, handOver]);
    return Promise.resolve(this.outcome);
  }

  endWrapUp(item: string, code?: string): Promise<Outcome> {
    this.calls.push(['endWrapUp', item, code]);
    return Promise.resolve(this.outcome);
  }

  seeMentions(conversation: string): Promise<Outcome> {
    this.calls.push(['seeMentions', conversation]);
    return Promise.resolve(this.outcome);
  }

  assign(item: string, agent: string): Promise<Outcome> {
    this.calls.push(['assign', item, agent]);
    return Promise.resolve(this.outcome);
  }

  open(conversation: string): FakeConversation {
    return this.conversation(conversation);
  }

  watchFloor(on: boolean): void {
    this.calls.push(['watchFloor', on]);
  }

  hurry(): void {
    this.calls.push(['hurry']);
  }

  stop(): Promise<void> {
    this.calls.push(['stop']);
    return Promise.resolve();
  }
}

const ID_LENGTH = 26;

/** An id that decodes, made of a small number. */
export function idOf(prefix: string, number: number): string {
  return `${prefix}_${String(number).padStart(ID_LENGTH, '0')}`;
}

export function meRow(presence: MeRow['presence'] = 'available'): MeRow {
  return {
    type: 'me',
    key: 'me',
    agent: { id: idOf('agt', 1), name: 'Ana' },
    role: 'agent',
    presence,
    since: 0,
  };
}

export function conversationRow(number: number, fields: Partial<ConversationRow> = {}): ConversationRow {
  return {
    type: 'conversation',
    key: `conversation ${number}`,
    conversation: idOf('cnv', number),
    item: idOf('itm', number),
    state: 'active',
    visitorName: `Visitor ${number}`,
    online: true,
    unread: 0,
    ...fields,
  };
}

export function offerRow(number: number, fields: Partial<OfferRow> & Pick<OfferRow, 'expiresAt'>): OfferRow {
  return {
    type: 'offer',
    key: `offer ${number}`,
    offer: idOf('off', number),
    item: idOf('itm', number),
    conversation: idOf('cnv', number),
    channel: 'chat',
    visitorName: `Visitor ${number}`,
    waitingSince: fields.expiresAt - 20_000,
    lastContacts: [],
    ...fields,
  };
}
