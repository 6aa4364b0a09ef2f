import { type ReadonlySignal, effect } from '@preact/signals';
import type { AgentClient, ColleagueRow, ConversationRow, Outcome, QueueRow } from '@alongside/sdk/agent';
import { plainName } from '../ui/person.tsx';
import type { Notices } from './notices.ts';
import { type Asked, refusalWords } from './refusal-words.ts';

/**
 * Passing work on (RT13). At every moment somebody has the chat: a colleague is asked and it stays here until they
 * take it. What becomes of it is told in a sentence, also while another conversation is shown.
 */
export class Passing {
  readonly #client: AgentClient;
  readonly #notices: Notices;
  /** Items whose asking was taken back here: that they ring no more is no news. */
  readonly #withdrawn = new Set<string>();

  constructor(client: AgentClient, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  /** True when the colleague is being asked. */
  async toColleague(item: string, colleague: ColleagueRow, warm: boolean): Promise<boolean> {
    const to = { agent: colleague.agent.id, ...(warm && { warm }) };
    return this.#done(await this.#client.transfer(item, to), 'transfer');
  }

  /** True when it waits in the queue. */
  async toQueue(item: string, queue: QueueRow): Promise<boolean> {
    const outcome = await this.#client.transfer(item, { queue: queue.id ?? '' });
    const done = this.#done(outcome, 'transfer-to-queue');
    if (done) this.#notices.say(`The chat waits in ${queue.queue} now, in its old place.`);
    return done;
  }

  async withdraw(item: string): Promise<void> {
    this.#withdrawn.add(item);
    this.#done(await this.#client.withdrawTransfer(item), 'withdraw');
  }

  /** Of two one goes: `handOver` leaves it to the colleague, else the colleague leaves. */
  async endConsult(item: string, handOver: boolean): Promise<void> {
    this.#withdrawn.add(item);
    this.#done(await this.#client.endConsult(item, handOver), 'consult');
  }

  /** Tells what becomes of those who were asked; the answer stops it. */
  follow(rows: ReadonlySignal<readonly ConversationRow[]>): () => void {
    let before = new Map<string, ConversationRow>();
    return effect(() => {
      const now = new Map(rows.value.map((row) => [row.item, row]));
      for (const row of before.values()) this.#changed(row, now.get(row.item));
      for (const item of this.#withdrawn) if (!now.get(item)?.second) this.#withdrawn.delete(item);
      before = now;
    });
  }

  #changed(before: ConversationRow, after: ConversationRow | undefined): void {
    const { second } = before;
    if (!second || this.#withdrawn.has(before.item)) return;
    const name = plainName(second.agent.name);
    const visitor = plainName(before.visitorName);
    if (after === undefined) this.#notices.say(`${name} has ${visitor} now.`);
    else if (after.state !== 'active' || second.state === after.second?.state) return;
    else if (after.second) this.#notices.say(`${name} has joined your chat with ${visitor}.`);
    else if (second.state === 'joined') this.#notices.say(`${name} has left; ${visitor} is with you.`);
    else this.#notices.say(`${name} did not take ${visitor}. The chat is still with you.`);
  }

  #done(outcome: Outcome, asked: Asked): boolean {
    if (!outcome.ok) this.#notices.say(refusalWords(outcome.refusal.code, asked), 'problem');
    return outcome.ok;
  }
}
