import type { ClientPorts } from '../../../sdk/src/connection/client-ports.ts';
import { type OutboxStore, memoryOutboxStore } from '../../../sdk/src/connection/outbox-store.ts';
import { type TokenStore, memoryTokenStore } from '../../../sdk/src/connection/token-store.ts';
import { emptyConversation, reduceConversation } from '../../../sdk/src/conversation/conversation-state.ts';
import type { EventBody, LogEntry, OpenedConversation } from '../../../sdk/src/protocol/index.ts';
import { FakeSurroundings } from './fake-surroundings.ts';
import { type Line, handPlayedSockets } from './line.ts';
import { SeededRandom } from './seeded-random.ts';
import { MachineClock, VirtualTime } from './virtual-time.ts';

export const CONVERSATION = `cnv_${'0'.repeat(26)}`;
export const EPOCH = `epo_${'1'.repeat(26)}`;
export const ANA = { id: `agt_${'a'.repeat(26)}`, name: 'Ana' };
export const BEN = { id: `agt_${'b'.repeat(26)}`, name: 'Ben' };

/** An entry of the log, said by the visitor unless `more` says otherwise. */
export function entryOf(seq: number, body: EventBody, more: Partial<LogEntry> = {}): LogEntry {
  const author = { kind: 'visitor' as const, id: `vis_${'0'.repeat(26)}` };
  return { seq, prev: seq - 1, at: seq, author, audience: 'everyone', body, ...more };
}

export function openedWith(entries: LogEntry[], more: Partial<OpenedConversation> = {}): OpenedConversation {
  const state = entries.reduce(reduceConversation, emptyConversation());
  const first = entries[0];
  const older = first !== undefined && first.prev > 0;
  const whole = { conversation: CONVERSATION, epoch: EPOCH, head: state.seq, resumed: false };
  return { ...whole, state, entries, older, ...more };
}

/** A browser with one page in it, and a server that the test plays by hand. */
export class PlayedServer {
  readonly time = new VirtualTime();
  readonly surroundings = new FakeSurroundings();
  readonly lines: Line[];
  readonly clock = new MachineClock(this.time);
  readonly ports: ClientPorts;
  /** What is kept at once, as localStorage does. */
  readonly texts: Map<string, string>;

  constructor(
    disk?: OutboxStore,
    tokens: TokenStore = memoryTokenStore(),
    texts = new Map<string, string>(),
  ) {
    this.texts = texts;
    const random = new SeededRandom(3).bytes;
    const { port, lines } = handPlayedSockets();
    this.lines = lines;
    const durable = disk ?? memoryOutboxStore(random);
    this.ports = {
      clock: this.clock,
      random,
      socket: port,
      surroundings: this.surroundings,
      durableStore: () => durable,
      tokenStore: () => tokens,
      textAtOnce: (key) => ({
        read: () => this.texts.get(key),
        write: (text) => {
          if (text === undefined) this.texts.delete(key);
          else this.texts.set(key, text);
        },
      }),
    };
  }

  get line(): Line {
    const last = this.lines.at(-1);
    if (!last) throw new Error('the client opened no connection');
    return last;
  }

  /** The frames that the client sent on the present connection since the last look. */
  look(): Record<string, unknown>[] {
    return this.line.sent.splice(0);
  }

  async receive(...frames: object[]): Promise<void> {
    for (const frame of frames) this.line.receive(frame);
    await this.time.advance(0);
  }

  /** Takes the connection that is being opened, and gives the hello. */
  async hello(): Promise<Record<string, unknown>> {
    await this.time.advance(0);
    this.line.opened();
    const [hello] = this.look();
    if (!hello) throw new Error('the client said nothing');
    return hello;
  }

  async welcomeVisitor(opened: OpenedConversation = openedWith([]), more: object = {}): Promise<void> {
    await this.receive({
      type: 'welcome',
      protocol: 1,
      session: `ses_${'0'.repeat(26)}`,
      visitor: `vis_${'0'.repeat(26)}`,
      counter: 0,
      opened,
      serverTime: 1_767_225_600_000,
      heartbeatMs: 25_000,
      ...more,
    });
  }

  async welcomeAgent(agent: { id: string; name: string } = ANA): Promise<void> {
    await this.receive({
      type: 'welcome',
      protocol: 1,
      session: `ses_${'0'.repeat(26)}`,
      agent,
      role: 'agent',
      site: { key: 'demo', name: 'Demo' },
      serverTime: 1_767_225_605_000,
      heartbeatMs: 5_000,
    });
  }

  /** The connection breaks, and the next one is being opened. */
  async breakConnection(): Promise<void> {
    const { length } = this.lines;
    this.line.close(1006);
    while (this.lines.length === length) await this.time.advance(100);
  }
}
