// Over 300 lines: one world whose people, tabs and faults take turns in one schedule.
import { History } from './history.ts';
import type { ModelDefects } from './model-log.ts';
import { ModelServer, conversationOf } from './model-server.ts';
import { Network } from './network.ts';
import { AgentPerson, type Desk, type Person, VisitorPerson } from './pages.ts';
import { SeededRandom } from './seeded-random.ts';
import { SharedStore } from './shared-store.ts';
import { type TabDefects, SharedTabs } from './shared-tabs.ts';
import { Struck, TAB_FAULTS } from './struck.ts';
import { notConverged, verdicts } from './verdicts.ts';
import { VirtualTime } from './virtual-time.ts';

const STEPS_MIN = 10;
const STEPS_MAX = 35;
/** The time after which everybody must have everything, once all faults are gone. */
const HEALED_WITHIN_MS = 40_000;
const HEALED_STEP_MS = 500;
/** A page of older entries is there by then, or was lost with its connection. */
const OLDER_WITHIN_MS = 10_000;
const PAGES_MAX = 100;
/** Pages that one browser has open at most. */
const SHARING_PAGES_MAX = 5;

export interface RunOptions {
  defects?: ModelDefects;
  /** Replaces the sdk's visitor, to see that a wrong one is noticed. */
  visitor?: typeof VisitorPerson;
  /** Pages of one browser find each other, and share a connection; with what is wrong with that browser. */
  tabs?: TabDefects;
  /** Told of every frame and fault, to understand a seed. */
  trace?: (line: string) => void;
}

export interface RunResult {
  /** What was promised and not kept. */
  problems: string[];
  struck: Struck;
  /** From healing to convergence, in milliseconds. */
  healedAfterMs: number;
  messages: number;
}

/** Runs the random schedule of one seed from its beginning to its verdicts. */
export async function runSchedule(seed: number, options: RunOptions = {}): Promise<RunResult> {
  const world = new World(seed, options);
  try {
    await world.play();
    const healedAfterMs = await world.heal();
    const problems = verdicts(world.server, world.people, world.history);
    if (healedAfterMs > HEALED_WITHIN_MS) {
      problems.unshift(`not converged: ${notConverged(world.server, world.people) ?? 'for a while'}`);
    }
    return { problems, struck: world.struck, healedAfterMs, messages: world.history.saved.length };
  } finally {
    for (const { page } of world.people) page.die();
  }
}

class World {
  readonly time = new VirtualTime();
  readonly struck = new Struck();
  readonly random: SeededRandom;
  readonly network: Network;
  readonly server: ModelServer;
  readonly history: History;
  readonly people: Person[] = [];
  readonly #tabs: TabDefects | undefined;
  #texts = 0;

  constructor(seed: number, { defects = {}, visitor = VisitorPerson, tabs, trace }: RunOptions) {
    const random = new SeededRandom(seed);
    this.random = random;
    this.#tabs = tabs;
    if (tabs) this.struck.expect(TAB_FAULTS);
    const links = (): Iterable<{ serverDied(): void }> => [...this.network.links];
    this.server = new ModelServer(this.time, random, this.struck, links, defects);
    this.network = new Network(this.time, random, this.struck, this.server);
    if (trace) {
      this.network.trace = trace;
      this.struck.trace = (fault) => trace(`${this.time.now} ${fault}`);
    }
    this.history = new History(() => this.server);
    const newStore = (): SharedStore => new SharedStore(this.time, random, this.struck);
    for (let index = 0; index < random.integer(1, 2); index++) {
      const store = newStore();
      if (random.chance(0.03)) {
        store.denied = true;
        this.struck.note('storage was denied');
      }
      if (tabs) store.tabs = new SharedTabs(this.time, random, this.struck, tabs);
      this.people.push(new visitor(`visitor ${index}`, this.network, store, this.history));
      if (!tabs || !random.chance(0.3)) continue;
      this.struck.note('several pages were opened at once');
      this.#addTab(store);
    }
    for (let index = 0; index < random.integer(0, 2); index++) {
      const id = `agt_${String(index).repeat(26)}`;
      this.people.push(new AgentPerson(id, `agent ${index}`, this.network, newStore(), this.history));
    }
  }

  async play(): Promise<void> {
    const { random } = this;
    await this.time.advance(random.integer(0, 500));
    if (random.chance(0.7)) {
      this.network.frameFaults = { lost: 0.02, twice: 0.05, overtaken: 0.05 };
    }
    const steps = random.integer(STEPS_MIN, STEPS_MAX);
    for (let step = 0; step < steps; step++) {
      if (random.chance(0.6)) this.#work(random.pick(this.people));
      else this.#strike(random.pick(this.people));
      await this.time.advance(this.#pause());
    }
  }

  /** Often none at all, sometimes long enough for heartbeats and timeouts. */
  #pause(): number {
    const { random } = this;
    const dice = random.fraction();
    if (dice < 0.4) return random.integer(0, 20);
    if (dice < 0.93) return random.integer(20, 1_500);
    return random.integer(1_500, 40_000);
  }

  #work(person: Person): void {
    const { random } = this;
    if (person instanceof AgentPerson && (person.desks.length === 0 || random.chance(0.1))) {
      const visitors = [...this.server.disk.conversations.keys()];
      if (visitors.length > 0) person.take(conversationOf(random.pick(visitors)));
      return;
    }
    if (person.desks.length === 0 || person.page.frozen) return;
    const desk = random.pick(person.desks);
    const { value } = desk.view;
    const dice = random.fraction();
    if (dice < 0.7) {
      for (let count = random.chance(0.06) ? random.integer(5, 40) : 1; count > 0; count--) {
        person.say(desk, this.#text(), desk.note && random.chance(0.3) ? 'note' : 'message');
      }
    } else if (dice < 0.8) desk.markDelivered(value.header.seq);
    else if (dice < 0.88) desk.markRead(value.header.seq);
    else if (dice < 0.93) void desk.loadOlder();
    else if (dice < 0.96) desk.typing(random.chance(0.7));
    else this.#decideRefused(desk);
  }

  #text(): string {
    const dice = this.random.fraction();
    const mood = dice < 0.03 ? 'bad ' : dice < 0.06 ? 'moody ' : '';
    return `${mood}message ${++this.#texts}`;
  }

  #decideRefused(desk: Desk): void {
    const refused = desk.view.value.pending.find(({ state }) => state === 'refused');
    const said = refused && this.history.said.get(refused.text);
    if (!refused || !said) return;
    if (this.random.chance(0.5)) {
      said.retried = true;
      void desk.tryAgain(refused.id);
    } else {
      said.discarded = true;
      void desk.discard(refused.id);
    }
  }

  #strike(person: Person): void {
    const { random, server, struck } = this;
    const { page } = person;
    const faults: [number, () => void][] = [
      [20, () => this.#cut(person)],
      [10, () => this.#freeze(person)],
      [12, () => this.#crash()],
      [15, () => this.#reload(person)],
      [8, () => this.#loseNetwork(person)],
      [
        4,
        () => {
          page.clock.offset += random.integer(-10, 10) * 31_557_600_000;
          struck.note('wall clock jumped');
        },
      ],
      [
        8,
        () => {
          server.refusing = random.chance(0.5) ? 0 : 0.3;
        },
      ],
      [3, () => server.askForPatience(random.integer(0, 5_000))],
      [3, () => server.backUp()],
      [2, () => this.#restore()],
      [6, () => page.tell('shown')],
      [3, () => this.#deny(person)],
      [2, () => this.#forget(person)],
      [4, () => this.#openTab(person)],
    ];
    if (person.store.tabs) {
      faults.push([20, () => this.#openTab(person)], [12, () => this.#freezePage(person)]);
    }
    let dice = random.integer(0, faults.reduce((sum, [weight]) => sum + weight, 0) - 1);
    for (const [weight, strike] of faults) {
      dice -= weight;
      if (dice >= 0) continue;
      strike();
      return;
    }
  }

  #cut({ page }: Person): void {
    const link = page.uplink.open;
    if (!link) return;
    this.struck.note('connection cut');
    link.cut();
  }

  #freeze({ page }: Person): void {
    const link = page.uplink.open;
    if (!link) return;
    this.struck.note('connection half-open');
    link.frozen = true;
  }

  #crash(): void {
    const { random } = this;
    this.server.crash(random.integer(0, 4_000), random.pick(['now', 'before storing', 'after storing']));
  }

  #reload(person: Person): void {
    const sending = person.desks.some(({ view }) =>
      view.value.pending.some(({ state }) => state === 'saved'),
    );
    if (sending) this.struck.note('client reloaded with messages not sent');
    if (!person.durable || person.store.denied) this.#excuse(person);
    person.reload();
  }

  /** Without storage, a page that goes takes along what was not sent: that is said to the person, and not counted. */
  #excuse(person: Person): void {
    for (const said of this.history.saved) if (said.store === person.store) said.durable = false;
  }

  #loseNetwork({ page }: Person): void {
    this.struck.note('no network');
    page.goOffline();
    this.time.after(this.random.integer(10, 30_000), () => {
      if (page.alive) page.goOnline();
      else page.uplink.connected = true;
    });
  }

  #restore(): void {
    for (const id of this.server.restore()) this.history.lostByRestore.add(id);
  }

  #deny(person: Person): void {
    if (person.store.denied) return;
    this.struck.note('storage failed in between');
    person.store.denied = true;
    // A page that has not read it yet never will.
    if (!person.durable) this.#excuse(person);
  }

  /** A second page of the same browser, once its visitor is known. */
  #openTab(person: Person): void {
    const { store } = person;
    if (!(person instanceof VisitorPerson)) return;
    if (!store.tabs && store.tokens.refresh === undefined) return;
    const pages = this.people.filter((other) => other.store === store).length;
    if (pages >= (store.tabs ? SHARING_PAGES_MAX : 2)) return;
    this.struck.note('two tabs shared an outbox');
    this.#addTab(store);
  }

  #addTab(store: SharedStore): void {
    const pages = this.people.filter((other) => other.store === store);
    const name = `${pages[0]?.name ?? 'visitor'} tab ${pages.length + 1}`;
    this.people.push(new VisitorPerson(name, this.network, store, this.history));
  }

  /** Suspends a page for a while; its timers, messages and sockets wait. */
  #freezePage({ page, store }: Person): void {
    if (page.frozen) return;
    this.struck.note(store.tabs?.leader === page ? 'leading page was frozen' : 'page was frozen');
    page.freeze();
    this.time.after(this.random.integer(100, 30_000), () => page.thaw());
  }

  /** The visitor's tokens are cleared, the outbox is not. */
  #forget(person: Person): void {
    if (person instanceof AgentPerson) return;
    // Two tabs would become two visitors with one outbox.
    if (this.people.some((other) => other !== person && other.store === person.store)) return;
    this.struck.note('identity was forgotten');
    person.store.tokens = {};
    this.#reload(person);
  }

  /** Ends all faults and waits until everybody has everything. */
  async heal(): Promise<number> {
    this.network.heal();
    this.server.refusing = 0;
    for (const { page } of this.people) {
      page.thaw();
      page.goOnline();
      page.tell('shown');
    }
    const healedAfterMs = await this.#converge();
    // Scrolled back to the beginning, each sees the whole log.
    for (const desk of this.people.flatMap(({ desks }) => desks)) {
      for (let pages = 0; desk.view.value.older && pages < PAGES_MAX; pages++) {
        void desk.loadOlder();
        await this.time.advance(OLDER_WITHIN_MS);
      }
    }
    return Math.max(healedAfterMs, await this.#converge());
  }

  /** The time until everybody has everything; infinite where it does not come to that. */
  async #converge(): Promise<number> {
    const begin = this.time.now;
    while (this.time.now - begin <= HEALED_WITHIN_MS) {
      if (notConverged(this.server, this.people) === undefined) return this.time.now - begin;
      await this.time.advance(HEALED_STEP_MS);
    }
    return Infinity;
  }
}
