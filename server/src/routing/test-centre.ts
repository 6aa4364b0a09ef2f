import { assert, must } from '@alongside/sdk/shared';
import type { ConfigureAgent, Enqueue, Refused, RoutingCommand } from './routing-commands.ts';
import { applyRouting, decideRouting, nextDeadline } from './routing-engine.ts';
import { type RoutingEvent, decodeRoutingEvent } from './routing-events.ts';
import type { OfferedItem, WorkItem } from './routing-model.ts';
import { RoutingState } from './routing-state.ts';

/** A small centre for tests: decides, stores as JSON, decodes and folds, as the server does, on a clock by hand. */
export class TestCentre {
  state = new RoutingState();
  now = 1_000_000;
  readonly log: { readonly at: number; readonly event: RoutingEvent }[] = [];
  #ids = 0;

  constructor() {
    this.do({ type: 'configure-queue', queue: 'sales', name: 'Sales' });
  }

  /** Decides and folds. Throws when refused. */
  do(command: RoutingCommand): RoutingEvent[] {
    const answer = this.try(command);
    assert('events' in answer, `refused: ${JSON.stringify(answer)}`);
    return answer.events;
  }

  try(command: RoutingCommand): { events: RoutingEvent[] } | Refused {
    const answer = decideRouting(this.state, command, {
      now: this.now,
      newId: (prefix) => `${prefix}_${(this.#ids += 1)}`,
    });
    if ('refused' in answer) return answer;
    for (const each of answer.events) {
      const event = decodeRoutingEvent(JSON.parse(JSON.stringify(each)));
      this.log.push({ at: this.now, event });
      applyRouting(this.state, event, this.now);
    }
    return answer;
  }

  /** An agent of the queue `sales` who is available. */
  agent(
    id: string,
    more: Partial<ConfigureAgent> & { readonly delay?: number; readonly tier?: number } = {},
  ): void {
    const { delay = 0, tier = 0, ...rest } = more;
    const memberships = [{ queue: 'sales', tier, delay }];
    this.do({ type: 'configure-agent', agent: id, name: id, memberships, ...rest });
    this.do({ type: 'set-presence', agent: id, presence: 'available' });
  }

  /** A chat in `sales`. */
  enqueue(item: string, more: Partial<Enqueue> = {}): RoutingEvent[] {
    const conversation = `conversation-of-${item}`;
    return this.do({ type: 'enqueue', item, conversation, queue: 'sales', channel: 'chat', ...more });
  }

  accept(item: string): RoutingEvent[] {
    const { agent, offer } = this.offer(item);
    return this.do({ type: 'accept', agent, item, offer });
  }

  decline(item: string): RoutingEvent[] {
    const { agent, offer } = this.offer(item);
    return this.do({ type: 'decline', agent, item, offer });
  }

  offer(item: string): OfferedItem {
    const found = this.item(item);
    assert(found.state === 'offered', `${item} is ${found.state}, not offered`);
    return found;
  }

  item(item: string): WorkItem {
    return must(this.state.items.get(item), item);
  }

  /** What became of an item, in short: its state and who has it. */
  at(item: string): string {
    const found = this.state.items.get(item);
    if (!found) return 'done';
    return 'agent' in found ? `${found.state} ${found.agent}` : found.state;
  }

  presence(agent: string): string {
    return must(this.state.agents.get(agent), agent).presence.kind;
  }

  /** Lets time pass, with a tick at each deadline on the way. */
  pass(milliseconds: number): RoutingEvent[] {
    const end = this.now + milliseconds;
    const events: RoutingEvent[] = [];
    for (;;) {
      const due = nextDeadline(this.state);
      if (due === undefined || due > end) break;
      this.now = due;
      events.push(...this.do({ type: 'tick' }));
      const next = nextDeadline(this.state);
      assert(next === undefined || next > due, 'a deadline that was seen to is not due again');
    }
    this.now = end;
    return events;
  }
}
