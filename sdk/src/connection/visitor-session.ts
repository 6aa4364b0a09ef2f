import { ConversationSession } from '../conversation/conversation-session.ts';
import type { FetchAnswer } from '../conversation/conversation-replica.ts';
import { newCommandId } from '../lib/ids.ts';
import { maskPage } from '../lib/mask-page.ts';
import { Cell } from '../lib/observable.ts';
import {
  type Infer,
  type OpenedConversation,
  type Page,
  type VisitorCommandBody,
  type VisitorDown,
  type VisitorSignalBody,
  type visitorWelcome,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MIN,
  visitorDown,
} from '../protocol/index.ts';
import { Answers, COMMAND_LASTS_MS, takenOf } from './answers.ts';
import { type ClientPorts, openStore, platformPorts } from './client-ports.ts';
import { Outbox } from './outbox.ts';
import { type Frame, RelayConnection } from './relay-connection.ts';
import { type TabSeat, joinTabs } from './tabs.ts';
import type { VisitorTokens } from './token-store.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { VisitorClient, VisitorClientOptions } from './visitor-client.ts';

/** A visitor has one conversation, so that all that is written counts in one lane. */
const LANE = 'visitor';

/** Connects a visitor: see {@link VisitorClient}. `ports` replaces parts of the platform, for simulations. */
export function connectVisitor(options: VisitorClientOptions, ports?: Partial<ClientPorts>): VisitorClient {
  return new VisitorSession(options, { ...platformPorts(options.storage), ...ports });
}

class VisitorSession implements VisitorClient {
  readonly connection = new Cell<ConnectionStatus>({ state: 'idle' });
  readonly conversation: VisitorClient['conversation'];
  readonly availability = new Cell<VisitorClient['availability']['value']>(undefined);
  readonly storage: VisitorClient['storage'];
  readonly #options: VisitorClientOptions;
  readonly #ports: ClientPorts;
  readonly tokenStore;
  readonly #outbox: Outbox;
  readonly #answers: Answers<VisitorDown>;
  readonly #session: ConversationSession;
  readonly #relay: RelayConnection<VisitorDown>;
  /** This page among those of its browser. */
  readonly #seat: TabSeat;
  readonly #stops: (() => void)[];
  #page: Page | undefined;
  #tokensSent: VisitorTokens = {};

  constructor(options: VisitorClientOptions, ports: ClientPorts) {
    const { clock, random, surroundings } = ports;
    this.#options = options;
    this.#ports = ports;
    this.tokenStore = ports.tokenStore(`alongside:${options.site}:tokens`);
    const store = openStore(ports, `visitor ${options.site}`);
    this.storage = store.storage;
    this.#page = options.page && maskPage(options.page);
    const send = (frame: Frame): void => this.#send(frame);
    this.#outbox = new Outbox({
      store,
      clock,
      random,
      send: ({ id, n, body }) => send({ type: 'command', id, n, body } as Frame),
      stored: (entry, seq) => this.#session.stored(entry, seq),
      changed: () => this.#seat.saved?.(),
    });
    this.#answers = new Answers(send, clock);
    this.#session = new ConversationSession({
      side: 'visitor',
      lane: () => LANE,
      outbox: this.#outbox,
      lastDraft: (lane) => ports.textAtOnce(`alongside:${options.site}:draft:${lane}`),
      clock,
      channel: {
        fetch: (range) => this.#fetch(range),
        signal: (body) => this.signal(body),
        receipt: (body) => this.command(body),
      },
    });
    this.#relay = new RelayConnection(`${options.server}/v1/relay`, visitorDown, this.#relayUser(), ports);
    this.conversation = this.#session.view;
    this.#seat = this.#ownSeat(store.storage);
    this.#stops = [
      // Idle is a connection that is not wanted here, because another page has it.
      this.#relay.status.subscribe((status) => {
        if (status.state !== 'idle') this.connection.value = status;
      }),
      surroundings.watch((event) => {
        if (event === 'hidden') this.#session.hidden();
      }),
    ];
    if (ports.tabs) {
      this.#stops.push(joinTabs(`alongside:${options.site}`, this.#seat, ports, ports.tabs));
    } else this.#relay.start();
  }

  send(text: string): Promise<{ id: string }> {
    this.#ports.flush?.(this.#seat, this.#options);
    return this.#session.send('chat.send', text);
  }

  tryAgain(id: string): Promise<void> {
    return this.#outbox.tryAgain(id);
  }

  discard(id: string): Promise<void> {
    return this.#outbox.discard(id);
  }

  markRead(seq: number): void {
    this.#session.mark({ read: seq });
  }

  markDelivered(seq: number): void {
    this.#session.mark({ delivered: seq });
  }

  typing(on: boolean): void {
    this.#session.typing(on);
  }

  signal(body: VisitorSignalBody): void {
    this.#send({ type: 'signal', body } as Frame);
  }

  showPage(page: Page): void {
    this.#page = maskPage(page);
    this.#tellPage();
  }

  loadOlder(): Promise<void> {
    return this.#session.loadOlder();
  }

  readDraft(): Promise<string> {
    return this.#session.readDraft();
  }

  writeDraft(text: string): void {
    this.#session.writeDraft(text);
  }

  hurry(): void {
    this.#relay.hurry();
    this.#seat.hurry?.();
  }

  async command(body: VisitorCommandBody): Promise<'taken' | 'later' | 'never'> {
    const { clock, random } = this.#ports;
    const id = newCommandId(clock.now(), random);
    return takenOf(await this.#answers.command({ type: 'command', id, body } as never, COMMAND_LASTS_MS));
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#relay.stop();
    this.#answers.stop();
    await this.#session.stop();
    this.#outbox.stop();
    this.connection.value = { state: 'idle' };
  }

  #ownSeat(storage: VisitorClient['storage']): TabSeat {
    return {
      relay: this.#relay,
      outbox: this.#outbox,
      session: this.#session,
      storage,
      tokens: this.tokenStore,
      status: this.connection,
      availability: this.availability,
      opened: (opened) => this.#opened(opened),
      received: (frame) => this.#received(frame),
      lost: () => this.#lost(),
      tellPage: () => this.#tellPage(),
    };
  }

  #send(frame: Frame): void {
    if (this.#seat.send) this.#seat.send(frame);
    else this.#relay.send(frame);
  }

  #tellPage(): void {
    if (this.#page) this.signal({ type: 'page', page: this.#page });
  }

  #lost(): void {
    this.#answers.lost();
    this.#outbox.lost();
    this.#session.lost();
  }

  #relayUser(): ConstructorParameters<typeof RelayConnection<VisitorDown>>[2] {
    return {
      greet: async () => {
        const device = await this.#outbox.open();
        return () => this.#hello(device);
      },
      received: (frame) => {
        this.#received(frame);
        this.#seat.heard?.(frame);
      },
      lost: () => this.#lost(),
      renew: () => {
        // Another tab may have been given newer ones.
        const { refresh } = this.tokenStore.read();
        if (refresh === this.#tokensSent.refresh) this.tokenStore.write({});
      },
    };
  }

  #hello(device: string): Frame {
    const { site, locale } = this.#options;
    const { position } = this.#session;
    this.#tokensSent = this.tokenStore.read();
    return {
      type: 'hello',
      protocol: { min: PROTOCOL_VERSION_MIN, max: PROTOCOL_VERSION },
      role: 'visitor',
      site,
      device,
      ...this.#tokensSent,
      ...(locale !== undefined && { locale }),
      ...(this.#page && { page: this.#page }),
      ...(position && { position }),
    } as Frame;
  }

  #received(frame: VisitorDown): void {
    switch (frame.type) {
      case 'welcome': {
        this.#welcomed(frame);
        return;
      }
      case 'entry': {
        this.#session.entry(frame.entry);
        return;
      }
      case 'ack':
        if (!this.#outbox.stored(frame.id, frame.seq)) this.#answers.received(frame);
        {
          this.#session.headIs(frame.head);
          return;
        }
      case 'refused':
        if (!this.#outbox.refused(frame)) this.#answers.received(frame);
        return;
      case 'page':
        this.#answers.received(frame);
        return;
      case 'signal': {
        this.#session.signal(frame);
        return;
      }
      case 'availability':
        this.availability.value = frame;
        return;
      case 'ping':
      case 'pong':
        for (const { seq } of frame.heads ?? []) this.#session.headIs(seq);
        return;
      case 'error':
        return;
    }
  }

  #welcomed({ tokens, opened, counter }: Infer<typeof visitorWelcome>): void {
    if (tokens) {
      const { access, refresh = this.tokenStore.read().refresh } = tokens;
      this.tokenStore.write({ access, ...(refresh !== undefined && { refresh }) });
    }
    this.#opened(opened);
    void this.#outbox.online(LANE, counter);
  }

  #opened(opened: OpenedConversation): void {
    this.#session.opened(opened);
    this.#answers.online();
  }

  async #fetch(range: object): Promise<FetchAnswer> {
    const conversation = this.conversation.value.id;
    const answer = await this.#answers.request({ type: 'fetch', conversation, ...range } as Frame);
    return answer?.type === 'page' || answer?.type === 'refused' ? answer : undefined;
  }
}
