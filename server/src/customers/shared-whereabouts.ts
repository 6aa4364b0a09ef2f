import type { Clock } from '@alongside/sdk/shared';
import type { Bus, BusHealth } from '../bus/bus.ts';
import type { Whereabout, Whereabouts } from './whereabouts.ts';

declare module '../bus/bus.ts' {
  interface TopicMessages {
    /** key: empty. Visitors who came, went or moved at a process. */
    whereabouts: { process: string; visitors: Whereabout[] };
    /** key: empty. A process is there; `asks`: it wants to know all visitors of the others. */
    'process-here': { process: string; asks: boolean };
    /** key: empty. A process ends, and with it the connections to it. */
    'process-gone': { process: string };
  }
}

/** How often a process says that it is there. */
const HERE_EVERY_MS = 3_000;
/** A process that has not said so for this long is gone; while the bus is in trouble, nobody is taken for gone. */
const GONE_AFTER_MS = 10_000;
/** Visitors of one message. */
const VISITORS_MAX = 200;

/**
 * Tells the other processes where this one's visitors are, and takes in what they tell. Signals, all of it: what is
 * lost is told again when the bus has recovered, and until then an agent sees what was known last.
 */
export class SharedWhereabouts {
  readonly #process: string;
  readonly #bus: Bus;
  readonly #health: BusHealth;
  readonly #clock: Clock;
  readonly #whereabouts: Whereabouts;
  readonly #stops: (() => void)[];
  /** When each other process was heard last, and its visitors who are there, by conversation. */
  readonly #others = new Map<string, { heardAt: number; visitors: Map<string, Whereabout> }>();
  #cancel: () => void = () => undefined;

  constructor(options: {
    process: string;
    bus: Bus;
    health: BusHealth;
    clock: Clock;
    whereabouts: Whereabouts;
  }) {
    const { bus, health, whereabouts, process } = options;
    this.#process = process;
    this.#bus = bus;
    this.#health = health;
    this.#clock = options.clock;
    this.#whereabouts = whereabouts;
    this.#stops = [
      whereabouts.onChanged((site, conversation, elsewhere) => {
        if (!elsewhere) this.#tell([whereabouts.of(site, conversation)]);
      }),
      bus.subscribe('whereabouts', '', (message) => {
        if (message.process !== process) this.#heard(message.process, message.visitors);
      }),
      bus.subscribe('process-here', '', (message) => {
        if (message.process === process) return;
        this.#heard(message.process, []);
        if (message.asks) this.#tell(whereabouts.here());
      }),
      bus.subscribe('process-gone', '', (message) => this.#gone(message.process)),
      health.onChanged(() => {
        if (health.trouble === undefined) this.#introduce();
      }),
    ];
    this.#introduce();
    this.#later();
  }

  stop(): void {
    this.#cancel();
    for (const stop of this.#stops) stop();
    this.#bus.publish('process-gone', '', { process: this.#process });
  }

  /** After a start, and after a time in which nothing got through: everybody says everything once. */
  #introduce(): void {
    const now = this.#clock.monotonic();
    for (const other of this.#others.values()) other.heardAt = now;
    this.#bus.publish('process-here', '', { process: this.#process, asks: true });
    this.#tell(this.#whereabouts.here());
  }

  #later(): void {
    this.#cancel = this.#clock.after(HERE_EVERY_MS, () => {
      this.#bus.publish('process-here', '', { process: this.#process, asks: false });
      const longAgo = this.#clock.monotonic() - GONE_AFTER_MS;
      for (const [process, { heardAt }] of this.#others) {
        if (heardAt < longAgo && this.#health.trouble === undefined) this.#gone(process);
      }
      this.#later();
    });
  }

  #tell(visitors: readonly Whereabout[]): void {
    for (let from = 0; from < visitors.length; from += VISITORS_MAX) {
      const some = visitors.slice(from, from + VISITORS_MAX);
      this.#bus.publish('whereabouts', '', { process: this.#process, visitors: some });
    }
  }

  #heard(process: string, visitors: readonly Whereabout[]): void {
    const other = this.#others.get(process) ?? { heardAt: 0, visitors: new Map<string, Whereabout>() };
    other.heardAt = this.#clock.monotonic();
    this.#others.set(process, other);
    for (const visitor of visitors) {
      if (visitor.online) other.visitors.set(visitor.conversation, visitor);
      else other.visitors.delete(visitor.conversation);
      this.#whereabouts.heard(process, visitor);
    }
  }

  #gone(process: string): void {
    const other = this.#others.get(process);
    this.#others.delete(process);
    for (const visitor of other?.visitors.values() ?? []) {
      this.#whereabouts.heard(process, { ...visitor, online: false });
    }
  }
}
