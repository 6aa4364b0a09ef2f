import { type AgentClient, type AgentConversation, connectAgent } from '../../../sdk/src/agent.ts';
import type { ClientPorts } from '../../../sdk/src/connection/client-ports.ts';
import type { OutboxStore } from '../../../sdk/src/connection/outbox-store.ts';
import { noText } from '../../../sdk/src/connection/text-at-once.ts';
import type { Surroundings, SurroundingsEvent } from '../../../sdk/src/connection/surroundings.ts';
import type { ConversationView } from '../../../sdk/src/conversation/conversation-view.ts';
import type { Observable } from '../../../sdk/src/lib/observable.ts';
import { type VisitorClient, connectVisitor } from '../../../sdk/src/visitor.ts';
import type { History, Said } from './history.ts';
import { type Network, Uplink } from './network.ts';
import type { SharedStore } from './shared-store.ts';
import { MachineClock, type VirtualTime } from './virtual-time.ts';

/** The world of one page: its clock, its way into the network, what its browser tells it. */
export class Page implements Surroundings {
  alive = true;
  frozen = false;
  /** How often it was frozen. */
  freezes = 0;
  #heldBack: (() => void)[] = [];
  readonly #store: SharedStore;
  readonly #time: VirtualTime;
  readonly clock: MachineClock;
  readonly uplink: Uplink;
  readonly ports: ClientPorts;
  readonly #listeners = new Set<(event: SurroundingsEvent) => void>();

  constructor(network: Network, store: SharedStore, history: History) {
    this.#store = store;
    this.#time = network.time;
    this.clock = new MachineClock(network.time);
    this.uplink = new Uplink(network);
    this.clock.gate = (then) => this.gate(then);
    this.uplink.gate = (then) => this.gate(then);
    this.uplink.tap = (text) => history.sawFrame(text);
    this.ports = {
      clock: this.clock,
      random: network.random.bytes,
      socket: this.uplink.socket,
      surroundings: this,
      durableStore: () => this.#gated(store.page(() => this.alive)),
      tokenStore: () => store.tokenStore,
      textAtOnce: () => noText,
      tabs: store.tabs?.ports(this),
    };
  }

  gate(then: () => void): void {
    if (this.frozen) this.#heldBack.push(then);
    else if (this.alive) then();
  }

  /** As a browser that suspends a page: it keeps what it holds, and nothing in it runs until it thaws. */
  freeze(): void {
    this.frozen = true;
    this.freezes++;
  }

  /** What was held back comes one by one, before anything newer. */
  thaw(): void {
    const { freezes } = this;
    const next = (): void => {
      if (freezes !== this.freezes) return;
      const then = this.#heldBack.shift();
      this.frozen = then !== undefined;
      if (!then || !this.alive) return;
      then();
      this.#time.after(0, next);
    };
    next();
  }

  #gated(store: OutboxStore): OutboxStore {
    return {
      change: (change) =>
        new Promise((resolve, reject) => {
          store.change(change).then(
            (result) => this.gate(() => resolve(result)),
            (error: unknown) => this.gate(() => reject(error instanceof Error ? error : new Error())),
          );
        }),
      close: () => store.close(),
    };
  }

  get network(): boolean {
    return this.uplink.connected;
  }

  watch(then: (event: SurroundingsEvent) => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  tell(event: SurroundingsEvent): void {
    this.gate(() => {
      for (const listener of [...this.#listeners]) listener(event);
    });
  }

  goOffline(): void {
    this.uplink.disconnect();
    this.tell('no-network');
  }

  goOnline(): void {
    this.uplink.connected = true;
    this.tell('network');
  }

  /** As a browser that is killed: no event, no farewell, nothing runs on. */
  die(): void {
    this.alive = false;
    this.clock.stop();
    this.uplink.die();
    this.#store.tabs?.died(this);
  }
}

/** A conversation that somebody has before them, whoever they are. */
export interface Desk {
  view: Observable<ConversationView>;
  send(text: string): Promise<{ id: string }>;
  note?(text: string): Promise<{ id: string }>;
  tryAgain(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  markRead(seq: number): void;
  markDelivered(seq: number): void;
  typing(on: boolean): void;
  loadOlder(): Promise<void>;
}

/** Someone at a page, visitor or agent; the page can die and be opened again. */
export abstract class Person {
  readonly name: string;
  readonly store: SharedStore;
  page: Page;
  #pages = 1;
  protected readonly network: Network;
  protected readonly history: History;

  constructor(name: string, network: Network, store: SharedStore, history: History) {
    this.name = name;
    this.network = network;
    this.store = store;
    this.history = history;
    this.page = this.newPage();
  }

  abstract readonly desks: readonly Desk[];
  abstract readonly client: Pick<VisitorClient, 'connection' | 'storage'>;
  protected abstract open(): void;

  protected newPage(): Page {
    return new Page(this.network, this.store, this.history);
  }

  /** True where something would be lost if the page only had memory. */
  get durable(): boolean {
    return this.client.storage.value === 'durable';
  }

  reload(): void {
    const { connected } = this.page.uplink;
    this.page.die();
    this.#pages++;
    this.page = this.newPage();
    this.page.uplink.connected = connected;
    this.open();
  }

  say(desk: Desk, text: string, kind: Said['kind']): void {
    const said: Said = { text, kind, store: this.store, author: `${this.name} ${this.#pages}` };
    this.history.said.set(text, said);
    const { page } = this;
    const { freezes } = page;
    const saving = kind === 'note' && desk.note ? desk.note(text) : desk.send(text);
    void saving.then(({ id }) => {
      if (!page.alive) return;
      said.id = id;
      said.durable = this.durable;
      said.late = page.freezes > freezes;
      this.history.saved.push(said);
    });
  }

  protected watch(view: Observable<ConversationView>, conversation?: string): void {
    const { page } = this;
    let before: ConversationView | undefined;
    view.subscribe((shown) => {
      if (page.alive) this.history.sawView(this.name, shown, before, conversation);
      before = shown;
    });
  }
}

export class VisitorPerson extends Person {
  client!: VisitorClient;
  desks: readonly Desk[] = [];

  constructor(...options: ConstructorParameters<typeof Person>) {
    super(...options);
    this.open();
  }

  protected connect(): VisitorClient {
    return connectVisitor({ server: 'http://relay.test', site: 'demo' }, this.page.ports);
  }

  protected open(): void {
    const client = this.connect();
    this.client = client;
    this.watch(client.conversation);
    this.desks = [
      {
        view: client.conversation,
        send: (text) => client.send(text),
        tryAgain: (id) => client.tryAgain(id),
        discard: (id) => client.discard(id),
        markRead: (seq) => client.markRead(seq),
        markDelivered: (seq) => client.markDelivered(seq),
        typing: (on) => client.typing(on),
        loadOlder: () => client.loadOlder(),
      },
    ];
  }
}

export class AgentPerson extends Person {
  client!: AgentClient;
  readonly #id: string;
  readonly #conversations = new Map<string, AgentConversation>();

  constructor(id: string, ...options: ConstructorParameters<typeof Person>) {
    super(...options);
    this.#id = id;
    this.open();
  }

  get desks(): readonly Desk[] {
    return [...this.#conversations.values()];
  }

  take(conversation: string): void {
    if (this.#conversations.has(conversation)) return;
    const opened = this.client.open(conversation);
    this.#conversations.set(conversation, opened);
    this.watch(opened.view, conversation);
  }

  leave(conversation: string): void {
    this.#conversations.get(conversation)?.close();
    this.#conversations.delete(conversation);
  }

  get conversations(): readonly string[] {
    return [...this.#conversations.keys()];
  }

  protected open(): void {
    const ticket = (): Promise<string> => Promise.resolve(this.#id);
    this.client = connectAgent({ server: 'http://relay.test', ticket }, this.page.ports);
    const before = this.conversations;
    this.#conversations.clear();
    for (const conversation of before) this.take(conversation);
  }
}
