import { memoryOutboxStore } from '../../../sdk/src/connection/outbox-store.ts';
import { platformRandom } from '../../../sdk/src/lib/ids.ts';
import {
  type AgentClient,
  type AgentConversation,
  type ConversationView,
  connectAgent,
  SignedOutError,
} from '../../../sdk/src/agent.ts';
import type { Audience, DeskRow } from '../../../sdk/src/protocol/index.ts';
import { type ClientPorts, connectVisitor, type VisitorClient } from '../../../sdk/src/visitor.ts';
import { newTicket, RefusedError } from '../../support/agent-session.ts';
import { filePorts } from './file-ports.ts';
import type { History } from './history.ts';
import { entryOf, type Recording, recording } from './recording-ports.ts';
import { until } from './until.ts';

const SITE = 'demo';
const HTTP_UNAUTHORIZED = 401;

export interface DriverOptions {
  readonly name: string;
  /** Where it connects: the server, or a proxy in front of it. */
  readonly server: string;
  readonly history: History;
  /** Keeps outbox and identity there, to be started again on; otherwise in memory. */
  readonly folder?: string;
  /** Parts of the platform that are otherwise: a clock that is wrong. */
  readonly ports?: Partial<ClientPorts>;
}

function portsOf({ name, history, folder, ports }: DriverOptions): [Partial<ClientPorts>, Recording] {
  const kept = folder === undefined ? undefined : filePorts(folder);
  const its = recording(
    name,
    history,
    kept?.durableStore ?? (() => memoryOutboxStore(platformRandom)),
    ports?.socket,
  );
  return [{ ...kept, ...ports, ...its.ports }, its];
}

function watch(view: ConversationView, its: Recording, audience: Audience): void {
  const { id, entries } = view;
  const epochs = id === undefined ? undefined : its.epochs.get(id);
  if (id === undefined || epochs === undefined || view.catchingUp) return;
  // A new copy is on its way through the client for a moment, while the view still shows the old one.
  const epoch = view.restored ? epochs.last : epochs.first;
  its.history.shown(its.client, { audience, conversation: id, epoch, entries }, entryOf);
}

/** A visitor on the real client, whose every command and observation is recorded. */
export class VisitorDriver {
  readonly name: string;
  readonly client: VisitorClient;
  readonly #recording: Recording;

  constructor(options: DriverOptions) {
    const [ports, its] = portsOf(options);
    this.name = options.name;
    this.#recording = its;
    this.client = connectVisitor({ server: options.server, site: SITE }, ports);
    this.client.conversation.subscribe((view) => watch(view, its, 'everyone'));
  }

  /** Sockets opened so far, in vain or not. */
  get connections(): number {
    return this.#recording.connections();
  }

  online(): Promise<unknown> {
    return until(
      this.client.connection,
      ({ state }) => state === 'online',
      `${this.#recording.client} online`,
    );
  }

  /** The id of its conversation. */
  async conversation(): Promise<string> {
    const view = await until(this.client.conversation, ({ id }) => id !== undefined, 'a conversation');
    return view.id ?? '';
  }

  /** Resolves to the command's id once the message is saved. */
  async send(text: string): Promise<string> {
    return (await this.client.send(text)).id;
  }

  /** The process dies: nothing more is saved, sent or recorded. */
  crash(): void {
    this.#recording.die();
    void this.client.stop();
  }

  stop(): Promise<void> {
    return this.client.stop();
  }
}

/** An agent on the real client. */
export class AgentDriver {
  readonly name: string;
  readonly client: AgentClient;
  readonly #recording: Recording;
  readonly #open = new Map<string, AgentConversation>();

  constructor(options: DriverOptions & { readonly cookie: string }) {
    const [ports, its] = portsOf(options);
    this.name = options.name;
    this.#recording = its;
    const ticket = (): Promise<string> => ticketFor(options.server, options.cookie);
    this.client = connectAgent({ server: options.server, ticket }, ports);
  }

  get connections(): number {
    return this.#recording.connections();
  }

  online(): Promise<unknown> {
    return until(
      this.client.connection,
      ({ state }) => state === 'online',
      `${this.#recording.client} online`,
    );
  }

  /** Becomes available and takes what is offered for `conversation`. */
  async take(conversation: string): Promise<void> {
    await this.online();
    const outcome = await this.client.setPresence('available');
    if (!outcome.ok) throw new Error(`status: ${outcome.refusal.message}`);
    const rows = await until(this.client.desk, (desk) => !!offerIn(desk, conversation), 'an offer');
    const offer = offerIn(rows, conversation);
    const accepted = offer && (await this.client.accept(offer.item, offer.offer));
    if (!accepted?.ok) throw new Error(`accept: ${accepted?.refusal.message ?? 'no offer'}`);
  }

  /** Reads a conversation from now on. */
  open(conversation: string): AgentConversation {
    const known = this.#open.get(conversation);
    if (known) return known;
    const opened = this.client.open(conversation);
    const its = this.#recording;
    const look = (view: ConversationView): void => watch(view, its, 'agents');
    opened.view.subscribe(look);
    look(opened.view.value);
    this.#open.set(conversation, opened);
    return opened;
  }

  async send(conversation: string, text: string): Promise<string> {
    return (await this.open(conversation).send(text)).id;
  }

  async note(conversation: string, text: string): Promise<string> {
    return (await this.open(conversation).note(text)).id;
  }

  /** The process dies: nothing more is saved, sent or recorded. */
  crash(): void {
    this.#recording.die();
    void this.client.stop();
  }

  stop(): Promise<void> {
    return this.client.stop();
  }
}

function offerIn(
  desk: ReadonlyMap<string, DeskRow>,
  conversation: string,
): (DeskRow & { type: 'offer' }) | undefined {
  return [...desk.values()].find(
    (row): row is DeskRow & { type: 'offer' } => row.type === 'offer' && row.conversation === conversation,
  );
}

async function ticketFor(server: string, cookie: string): Promise<string> {
  try {
    return await newTicket(server, cookie);
  } catch (error) {
    const isOver = error instanceof RefusedError && error.status === HTTP_UNAUTHORIZED;
    throw isOver ? new SignedOutError('the session is over') : error;
  }
}
