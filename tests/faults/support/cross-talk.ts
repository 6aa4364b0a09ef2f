import { setTimeout as delay } from 'node:timers/promises';
import type { AgentDriver, VisitorDriver } from './clients.ts';
import type { SeveralProcesses } from './several-processes.ts';

const PAUSE_MAX_MS = 10;
const FIRST_MAX_MS = 30_000;

interface Pair {
  readonly visitor: VisitorDriver;
  readonly agent: AgentDriver;
  readonly conversation: string;
}

/** Visitors and agents of whom each pair is spread over two processes: what one writes the other reads elsewhere. */
export class CrossTalk {
  /** Messages that were saved so far. */
  written = 0;
  readonly #several: SeveralProcesses;
  readonly #pairs: readonly Pair[];

  private constructor(several: SeveralProcesses, pairs: readonly Pair[]) {
    this.#several = several;
    this.#pairs = pairs;
  }

  /** An even number of visitors, half of them at each of the first two processes. */
  static async between(several: SeveralProcesses, visitors: number): Promise<CrossTalk> {
    const agents = [await several.agent('Ana', 0, 0), await several.agent('Ben', 1, 1)];
    await Promise.all(agents.map((each) => each.online()));
    const pairs = await Promise.all(
      Array.from({ length: visitors }, async (_, index): Promise<Pair> => {
        const visitor = several.visitor(`visitor ${index + 1}`, index % 2);
        const conversation = await visitor.conversation();
        const [here, there] = agents;
        const agent = index % 2 === 0 ? there : here;
        if (!agent) throw new Error('no agent');
        await visitor.send('first');
        agent.open(conversation);
        return { visitor, agent, conversation };
      }),
    );
    const talk = new CrossTalk(several, pairs);
    talk.written = visitors;
    const { history } = several;
    await history.until(() => history.settled, 'the first messages', FIRST_MAX_MS);
    return talk;
  }

  /** Visitor and agent of a random pair each write so many times, at a pace at which some are always under way. */
  async write(times: number): Promise<void> {
    const { random } = this.#several;
    for (let count = 0; count < times; count++) {
      const { visitor, agent, conversation } = random.pick(this.#pairs as readonly [Pair, ...Pair[]]);
      await visitor.send(`message ${++this.written}`);
      await agent.send(conversation, `answer ${++this.written}`);
      await delay(random.integer(0, PAUSE_MAX_MS));
    }
  }

  /** Writes until `done`. */
  async writeUntil(done: Promise<unknown>): Promise<void> {
    const fault = { isOver: false };
    const over = (): void => void (fault.isOver = true);
    done.then(over, over);
    while (!fault.isOver) {
      await this.write(1);
      await delay(PAUSE_MAX_MS * 2);
    }
    await done;
  }
}
