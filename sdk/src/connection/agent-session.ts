import { ShownDraft } from '../conversation/shown-draft.ts';
import { ConversationSession } from '../conversation/conversation-session.ts';
import type { FetchAnswer } from '../conversation/conversation-replica.ts';
import { DeskCommands } from './desk-commands.ts';
import { DeskReplica } from './desk-replica.ts';
import { newCommandId } from '../lib/ids.ts';
import { Cell } from '../lib/observable.ts';
import {
  type AgentCommandBody,
  type AgentDown,
  type Infer,
  type agentWelcome,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  agentDown,
} from '../protocol/index.ts';
import type { AgentClient, AgentClientOptions, AgentConversation, Outcome } from './agent-client.ts';
import { Answers, COMMAND_LASTS_MS, takenOf } from './answers.ts';
import { type ClientPorts, openStore, platformPorts } from './client-ports.ts';
import { Opening } from './opening.ts';
import { Outbox } from './outbox.ts';
import { type Frame, RelayConnection } from './relay-connection.ts';
import { shareCommands } from './share-commands.ts';

/** Connects an agent: see {@link AgentClient}. `ports` replaces parts of the platform, for simulations. */
export function connectAgent(options: AgentClientOptions, ports?: Partial<ClientPorts>): AgentClient {
  return new AgentSession(options, { ...platformPorts(options.storage), ...ports });
}

/** A conversation that is open, and how many callers hold it. */
interface Open {
  session: ConversationSession;
  draft: ShownDraft;
  opening: Opening;
  holders: number;
}

class AgentSession extends DeskCommands implements AgentClient {
  readonly connection: AgentClient['connection'];
  readonly me = new Cell<AgentClient['me']['value']>(undefined);
  readonly desk: AgentClient['desk'];
  readonly clockOffset = new Cell(0);
  readonly storage: AgentClient['storage'];
  readonly #options: AgentClientOptions;
  readonly #ports: ClientPorts;
  readonly #outbox: Outbox;
  readonly #answers: Answers<AgentDown>;
  readonly #relay: RelayConnection<AgentDown>;
  readonly #desk: DeskReplica;
  readonly #open = new Map<string, Open>();
  readonly #welcome: Promise<unknown>;
  readonly #stopWatching: () => void;
  #watchesFloor = false;

  constructor(options: AgentClientOptions, ports: ClientPorts) {
    super((body) => this.#command(body));
    const { clock, random, surroundings } = ports;
    this.#options = options;
    this.#ports = ports;
    const store = openStore(ports, `agent ${options.server}`);
    this.storage = store.storage;
    const send = (frame: Frame): void => this.#relay.send(frame);
    this.#outbox = new Outbox({
      store,
      clock,
      random,
      send: ({ id, n, conversation, body }) => send({ type: 'command', id, n, conversation, body } as Frame),
      stored: (entry, seq) => {
        for (const { session } of this.#open.values()) session.stored(entry, seq);
      },
    });
    this.#welcome = new Promise((resolve) => this.me.subscribe(resolve));
    this.#answers = new Answers(send, clock);
    this.#desk = new DeskReplica(() =>
      send({ type: 'desk.open', ...(this.#watchesFloor && { floor: true }) }),
    );
    this.desk = this.#desk.rows;
    this.#relay = new RelayConnection(`${options.server}/v1/relay`, agentDown, this.#relayUser(), ports);
    this.connection = this.#relay.status;
    this.#stopWatching = surroundings.watch((event) => {
      if (event === 'hidden') for (const { session } of this.#open.values()) session.hidden();
    });
    this.#relay.start();
  }

  open(conversation: string): AgentConversation {
    const open = this.#open.get(conversation) ?? this.#begin(conversation);
    open.holders++;
    return this.#handle(conversation, open);
  }

  watchFloor(on: boolean): void {
    if (on === this.#watchesFloor) return;
    this.#watchesFloor = on;
    if (this.#relay.online) this.#desk.open();
  }

  hurry(): void {
    this.#relay.hurry();
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    this.#relay.stop();
    this.#answers.stop();
    for (const { opening } of this.#open.values()) opening.stop();
    await Promise.all([...this.#open.values()].map(({ session }) => session.stop()));
    this.#open.clear();
    this.#outbox.stop();
  }

  // Conversations

  #begin(conversation: string): Open {
    const { clock } = this.#ports;
    const session = new ConversationSession({
      side: 'agent',
      lane: () => this.#laneOf(conversation),
      laneKnown: this.#welcome,
      conversation,
      outbox: this.#outbox,
      lastDraft: (lane) => this.#ports.textAtOnce(`alongside:agent:draft:${lane}`),
      clock,
      channel: {
        fetch: (range) => this.#fetch(conversation, range),
        signal: (body) => this.#relay.send({ type: 'signal', conversation, body } as Frame),
        receipt: async (body) => takenOf(await this.#ask(body, conversation)),
      },
    });
    const draft = new ShownDraft(session.view, this.connection, this.me);
    const opening = this.#openingOf(conversation, session);
    const open = { session, draft, opening, holders: 0 };
    this.#open.set(conversation, open);
    if (this.#relay.online) opening.start();
    return open;
  }

  #handle(conversation: string, open: Open): AgentConversation {
    const { session, draft, opening } = open;
    let held = true;
    return {
      view: session.view,
      visitorDraft: draft.text,
      hindered: opening.hindered,
      send: (text) => session.send('chat.send', text),
      note: (text, mentions = []) =>
        session.send('chat.note', text, mentions.length > 0 ? [...mentions] : undefined),
      tag: (tag, on) => this.#command({ type: 'conversation.tag', tag, on }, conversation),
      tryAgain: (id) => this.#outbox.tryAgain(id),
      discard: (id) => this.#outbox.discard(id),
      markRead: (seq) => session.mark({ read: seq }),
      markDelivered: (seq) => session.mark({ delivered: seq }),
      typing: (on) => session.typing(on),
      loadOlder: () => session.loadOlder(),
      readDraft: () => session.readDraft(),
      writeDraft: (text) => session.writeDraft(text),
      finish: (ending) => this.#command({ type: 'sitting.finish', ...ending }, conversation),
      ...shareCommands((body) => this.#command(body, conversation)),
      close: () => {
        if (!held) return;
        held = false;
        if (--open.holders > 0 || this.#open.get(conversation) !== open) return;
        this.#open.delete(conversation);
        this.#relay.send({ type: 'leave', conversation } as Frame);
        draft.stop();
        opening.stop();
        void session.stop();
      },
    };
  }

  #openingOf(conversation: string, session: ConversationSession): Opening {
    const { clock, random } = this.#ports;
    return new Opening({
      ask: async () => {
        const { position } = session;
        const frame = { type: 'open', conversation, ...(position && { position }) } as Frame;
        const answer = await this.#answers.request(frame);
        if (answer?.type === 'opened' && this.#open.get(conversation)?.session === session) {
          session.opened(answer.opened);
        }
        return answer?.type === 'opened' || answer?.type === 'refused' ? answer : undefined;
      },
      refused: (code) => session.refused(code),
      ...{ clock, random },
    });
  }

  /** What another agent left unsent here is not sent in this one's name. */
  #laneOf(conversation: string): string | undefined {
    const agent = this.me.value?.agent.id;
    return agent === undefined ? undefined : `${agent} ${conversation}`;
  }

  // The connection

  #relayUser(): ConstructorParameters<typeof RelayConnection<AgentDown>>[2] {
    return {
      greet: async () => {
        const [device, ticket] = await Promise.all([this.#outbox.open(), this.#options.ticket()]);
        const protocol = { min: PROTOCOL_VERSION_MIN, max: PROTOCOL_VERSION };
        return () => ({ type: 'hello', protocol, role: 'agent', device, ticket });
      },
      received: (frame) => this.#received(frame),
      lost: () => {
        this.#answers.lost();
        this.#outbox.lost();
        for (const { session, opening } of this.#open.values()) {
          opening.stop();
          session.lost();
        }
      },
    };
  }

  #received(frame: AgentDown): void {
    switch (frame.type) {
      case 'welcome':
        this.#welcomed(frame);
        return;
      case 'desk':
        this.#desk.whole(frame);
        return;
      case 'desk.patch':
        this.#desk.patch(frame);
        return;
      case 'entry':
        return this.#open.get(frame.conversation)?.session.entry(frame.entry);
      case 'ack':
        if (!this.#outbox.stored(frame.id, frame.seq)) this.#answers.received(frame);
        this.#headIs(frame.conversation, frame.head);
        return;
      case 'refused':
        if (!this.#outbox.refused(frame)) this.#answers.received(frame);
        return;
      case 'page':
      case 'opened':
        this.#answers.received(frame);
        return;
      case 'signal':
        this.#signalled(frame);
        return;
      case 'ping':
        if (frame.desk !== undefined) this.#desk.versionIs(frame.desk);
        this.#headsAre(frame.heads);
        return;
      case 'pong':
        this.#headsAre(frame.heads);
        return;
      case 'error':
        return;
    }
  }

  #signalled({ body, ...frame }: Extract<AgentDown, { type: 'signal' }>): void {
    const open = this.#open.get(frame.conversation);
    if (body.type === 'draft') open?.draft.show(body.text);
    else if (frame.author.id !== this.me.value?.agent.id) open?.session.signal({ ...frame, body });
  }

  #headsAre(heads: readonly { conversation: string; seq: number }[] = []): void {
    for (const { conversation, seq } of heads) this.#headIs(conversation, seq);
  }

  #headIs(conversation: string | undefined, seq: number): void {
    if (conversation !== undefined) this.#open.get(conversation)?.session.headIs(seq);
  }

  #welcomed({ agent, role, site, serverTime }: Infer<typeof agentWelcome>): void {
    this.clockOffset.value = serverTime - this.#ports.clock.now();
    this.me.value = { agent, role, site };
    this.#desk.open();
    for (const { opening } of this.#open.values()) opening.start();
    this.#answers.online();
    void this.#outbox.online(`${agent.id} `);
  }

  // Questions

  async #fetch(conversation: string, range: object): Promise<FetchAnswer> {
    const answer = await this.#answers.request({ type: 'fetch', conversation, ...range } as Frame);
    return answer?.type === 'page' || answer?.type === 'refused' ? answer : undefined;
  }

  #ask(body: AgentCommandBody, conversation?: string): Promise<AgentDown | undefined> {
    const { clock, random } = this.#ports;
    const id = newCommandId(clock.now(), random);
    const frame = { type: 'command', id, ...(conversation !== undefined && { conversation }), body };
    return this.#answers.command(frame, COMMAND_LASTS_MS);
  }

  async #command(body: AgentCommandBody, conversation?: string): Promise<Outcome> {
    const answer = await this.#ask(body, conversation);
    if (answer?.type === 'ack') return { ok: true, seq: answer.seq };
    const { code, message } =
      answer?.type === 'refused' ? answer : { code: 'unavailable' as const, message: 'no answer in time' };
    return { ok: false, refusal: { code, message } };
  }
}
