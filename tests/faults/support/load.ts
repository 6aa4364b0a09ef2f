import type { Centre } from './centre.ts';
import type { AgentDriver, VisitorDriver } from './clients.ts';

const TICK_MS = 50;

/** People who write all the time, each in a conversation of their own with one agent. */
export class Load {
  readonly visitors: readonly VisitorDriver[];
  readonly agent: AgentDriver;
  readonly conversations: readonly string[];
  readonly #centre: Centre;
  readonly #sending = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;
  #owed = 0;

  private constructor(
    centre: Centre,
    visitors: VisitorDriver[],
    agent: AgentDriver,
    conversations: string[],
  ) {
    this.#centre = centre;
    this.visitors = visitors;
    this.agent = agent;
    this.conversations = conversations;
  }

  /** Brings `count` visitors and one agent together; the agent reads along without having taken the chats. */
  static async between(centre: Centre, count: number): Promise<Load> {
    const visitors = Array.from({ length: count }, (_, index) =>
      centre.visitor(`visitor ${index + 1}`, false),
    );
    const agent = await centre.agent('Ana', { keeps: false });
    const conversations = await Promise.all(visitors.map((each) => each.conversation()));
    await Promise.all(visitors.map((each) => each.send('first')));
    await agent.online();
    for (const conversation of conversations) agent.open(conversation);
    await centre.history.until(() => centre.history.settled, 'the first messages', 30_000);
    return new Load(centre, visitors, agent, conversations);
  }

  /** Messages written so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Half of it by the visitors, half by the agent, in turn and at random. */
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
    const place = random.integer(0, this.visitors.length - 1);
    const [visitor, conversation] = [this.visitors[place], this.conversations[place]];
    if (!visitor || conversation === undefined) return;
    const text = `number ${++this.#sent}`;
    const sending = random.chance(0.5) ? visitor.send(text) : this.agent.send(conversation, text);
    this.#sending.add(sending);
    void sending.then(() => this.#sending.delete(sending));
  }
}
