import type { Centre } from './centre.ts';
import type { AgentDriver, VisitorDriver } from './clients.ts';

const TICK_MS = 50;

/** All three of the demo: what piles up while a server is away is spread over many outboxes, as it is in life. */
const AGENTS = ['Ana', 'Ben', 'Sam'] as const;

interface Pair {
  readonly visitor: VisitorDriver;
  readonly agent: AgentDriver;
  readonly conversation: string;
}

/** Visitors who write all the time, each in a conversation of their own with one of three agents. */
export class Load {
  readonly #pairs: readonly Pair[];
  readonly #centre: Centre;
  readonly #sending = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;
  #owed = 0;

  private constructor(centre: Centre, pairs: readonly Pair[]) {
    this.#centre = centre;
    this.#pairs = pairs;
  }

  /** Brings visitors and agents together; the agents read along without having taken the chats. */
  static async between(centre: Centre, visitors: number): Promise<Load> {
    const agents = await Promise.all(AGENTS.map((name) => centre.agent(name, { keeps: false })));
    await Promise.all(agents.map((each) => each.online()));
    const pairs = agents.flatMap((agent, place) =>
      Array.from(
        { length: Math.ceil((visitors - place) / agents.length) },
        async (_, index): Promise<Pair> => {
          const visitor = centre.visitor(`visitor ${index + 1} of ${AGENTS[place] ?? ''}`, false);
          const conversation = await visitor.conversation();
          await visitor.send('first');
          agent.open(conversation);
          return { visitor, agent, conversation };
        },
      ),
    );
    const load = new Load(centre, await Promise.all(pairs));
    await centre.history.until(() => centre.history.settled, 'the first messages', 30_000);
    return load;
  }

  /** Messages written so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Half of it by the visitors, half by the agents, at random. */
  start(messagesPerSecond: number): void {
    this.#timer = setInterval(() => {
      this.#owed += (messagesPerSecond * TICK_MS) / 1_000;
      for (; this.#owed >= 1; this.#owed--) this.#write();
    }, TICK_MS);
  }

  /** Resolves once everything that was begun is saved. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#sending);
  }

  #write(): void {
    const { random } = this.#centre;
    const pair = this.#pairs[random.integer(0, this.#pairs.length - 1)];
    if (!pair) return;
    const { visitor, agent, conversation } = pair;
    const text = `number ${++this.#sent}`;
    const sending = random.chance(0.5) ? visitor.send(text) : agent.send(conversation, text);
    this.#sending.add(sending);
    void sending.then(() => this.#sending.delete(sending));
  }
}
