import type { AgentCard } from '@alongside/sdk/protocol';
import { type Clock, must } from '@alongside/sdk/shared';
import { newEffect } from '../events/effects.ts';
import type { Answer, Decision, Log, LogCommand, NewEffect } from '../events/log.ts';
import { randomFraction } from '../lib/random-fraction.ts';
import type { WaitOutcome } from '../lib/wait-metrics.ts';
import type { RoutingCommand } from '../routing/routing-commands.ts';
import { decideRouting, nextDeadline } from '../routing/routing-engine.ts';
import type { RoutingEvent } from '../routing/routing-events.ts';
import { secondOf } from '../routing/routing-model.ts';
import type { RoutingState } from '../routing/routing-state.ts';
import { type DeskState, deskStream, isDesk } from './desk-stream.ts';
import { newMentionEvent } from './mentions.ts';
import { OnceMore } from './once-more.ts';
import { waitsEndedBy } from './waits-ended.ts';

export interface DeskPorts {
  log: Log;
  clock: Clock;
  newId: (prefix: string) => string;
  /**
   * Where several processes have the same desk, what falls due is done a random part of this later: whoever is first
   * does it, and the others, who hear of it, have nothing left to do.
   */
  dueSpreadMs?: number;
  /** Told of each wait for which an estimate was given (RT15). */
  waitEnded?: (outcome: WaitOutcome) => void;
}

/** After a due decision could not be stored, it is tried again this much later. */
const RETRY_MS = 1_000;

/**
 * Runs routing over the desk's log: each command is decided against the folded state and appended; what
 * concerns a conversation leaves as an effect; what falls due by itself is woken by a timer per site.
 */
export class DeskService {
  readonly #ports: DeskPorts;
  readonly #timers = new Map<string, () => void>();
  readonly #stopListening: () => void;
  readonly #onceMore: OnceMore;
  #stopped = false;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    this.#onceMore = new OnceMore(ports.clock);
    this.#stopListening = ports.log.onAppended(({ stream, site }) => {
      if (isDesk(stream)) this.#onceMore.do(site, () => this.#arm(site));
    });
  }

  /** Decides a command; `logged` makes a repeat get the first answer. */
  run(site: string, command: RoutingCommand, logged?: LogCommand): Promise<Answer> {
    const { log, newId } = this.#ports;
    let ended: WaitOutcome[] = [];
    const answer = log.transact(deskStream(site), logged, ({ state, now }) => {
      const decision = decide(state, command, now, newId);
      // Decided anew where the store was in the way: only what is stored in the end counts.
      ended = waitsEndedBy(state.routing, decision, now);
      return decision;
    });
    return answer.then((given) => {
      if (given.ok) for (const each of ended) this.#ports.waitEnded?.(each);
      return given;
    });
  }

  /** Tells agents of the site that a note names them; `logged` makes a repeat change nothing. */
  mention(
    site: string,
    { agents, ...about }: { agents: readonly string[]; conversation: string; note: number; by: AgentCard },
    logged: LogCommand,
  ): Promise<Answer> {
    return this.#ports.log.transact(deskStream(site), logged, ({ state }) => {
      const named = agents.filter((agent) => agent !== about.by.id && state.routing.agents.has(agent));
      if (named.length === 0) return { already: true };
      return {
        append: named.map((agent) => newMentionEvent({ type: 'agent-mentioned', agent, ...about })),
      };
    });
  }

  /** The agent has looked at the conversation in which they were named. */
  seeMentions(site: string, agent: string, conversation: string, logged: LogCommand): Promise<Answer> {
    return this.#ports.log.transact(deskStream(site), logged, ({ state }) => {
      const named = (state.mentions.get(agent) ?? []).some((each) => each.conversation === conversation);
      if (!named) return { already: true };
      return { append: [newMentionEvent({ type: 'mentions-seen', agent, conversation })] };
    });
  }

  /** Answers a command that is refused for what is not the desk's; a repeat gets the same. */
  refuse(site: string, refusal: Extract<Decision, { refuse: unknown }>, logged: LogCommand): Promise<Answer> {
    return this.#ports.log.transact(deskStream(site), logged, () => refusal);
  }

  /** The desk as it stands; undefined for a site where nothing was ever configured. */
  async look(site: string): Promise<DeskState | undefined> {
    return (await this.#ports.log.look(deskStream(site)))?.state;
  }

  /** Wakes a site after a start: whatever fell due while nobody ran is done now. */
  async wake(site: string): Promise<void> {
    await this.run(site, { type: 'start' });
    await this.#arm(site);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#onceMore.stop();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  async #arm(site: string): Promise<void> {
    const desk = await this.look(site);
    this.#timers.get(site)?.();
    this.#timers.delete(site);
    const due = desk && nextDeadline(desk.routing);
    if (due === undefined || this.#stopped) return;
    const spread = (this.#ports.dueSpreadMs ?? 0) * randomFraction();
    this.#wakeAfter(site, Math.max(0, due - this.#ports.clock.now()) + spread);
  }

  #wakeAfter(site: string, milliseconds: number): void {
    const cancel = this.#ports.clock.after(milliseconds, () => {
      this.#timers.delete(site);
      void this.#tick(site);
    });
    this.#timers.set(site, cancel);
  }

  async #tick(site: string): Promise<void> {
    const answer = await this.run(site, { type: 'tick' });
    if (this.#stopped || this.#timers.has(site)) return;
    if (answer.ok) this.#onceMore.do(site, () => this.#arm(site));
    else this.#wakeAfter(site, RETRY_MS);
  }
}

function decide(
  state: DeskState,
  command: RoutingCommand,
  now: number,
  newId: (prefix: string) => string,
): Decision {
  const decision = decideRouting(state.routing, command, { now, newId });
  if ('refused' in decision) return { refuse: decision.refused, message: decision.reason };
  if (decision.events.length === 0) return { already: true };
  return {
    append: decision.events.map(({ type, ...body }) => ({
      type,
      audience: 'agents' as const,
      author: { kind: 'system' as const },
      body,
    })),
    effects: decision.events.flatMap((event) => effectsOf(state.routing, command, event)),
  };
}

/**
 * What a conversation must be told of a routing event. Who comes is told before who goes, so that a visitor is
 * never told that nobody is there while somebody is.
 */
function effectsOf(routing: RoutingState, command: RoutingCommand, event: RoutingEvent): NewEffect[] {
  if (event.type === 'item-enqueued' && event.insteadOf !== undefined) {
    const { conversation, insteadOf, item } = event;
    return [newEffect({ type: 'work.deflected', conversation, item: insteadOf, next: item })];
  }
  const { comes, goes: left } = movesIn(routing, event);
  // Who had a parked item may be an agent no more.
  const goes = left !== undefined && routing.agents.has(left) ? left : undefined;
  if (!('item' in event) || (comes === undefined && goes === undefined)) return [];
  // An item that this very decision enqueued can be offered by it, but neither taken nor lost.
  const { conversation } = must(routing.items.get(event.item), `item of ${command.type}`);
  const of = (agent: string) => ({ conversation, item: event.item, agent: cardOf(routing, agent) });
  return [
    ...(comes === undefined ? [] : [newEffect({ type: 'work.taken', ...of(comes) })]),
    ...(goes === undefined ? [] : [newEffect({ type: 'work.lost', ...of(goes) })]),
  ];
}

/** Who joins the conversation by an event, and who leaves it. */
function movesIn(routing: RoutingState, event: RoutingEvent): { comes?: string; goes?: string } {
  const { type } = event;
  if (type === 'offer-accepted') return { comes: event.agent };
  if (type === 'item-requeued') return { goes: event.agent };
  if (type === 'transfer-accepted') {
    const item = routing.items.get(event.item);
    const second = item && secondOf(item);
    const isWarm = second?.kind === 'ringing' && second.warm;
    return { comes: event.to, ...(!isWarm && { goes: event.agent }) };
  }
  if (type === 'consult-ended') return { goes: event.outcome === 'handed-over' ? event.agent : event.to };
  if (type === 'item-transferred') return event.agent === undefined ? {} : { goes: event.agent };
  if (type !== 'item-assigned') return {};
  return { comes: event.agent, ...(event.from !== undefined && { goes: event.from }) };
}

/** An agent as others see them. */
export function cardOf(routing: RoutingState, agent: string): AgentCard {
  return { id: agent, name: must(routing.agents.get(agent), 'an agent of the desk').name };
}
