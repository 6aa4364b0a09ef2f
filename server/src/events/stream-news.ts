import type { Clock } from '@alongside/sdk/shared';
import type { Bus, BusHealth } from '../bus/bus.ts';
import { randomFraction } from '../lib/random-fraction.ts';
import { type Report, oneLine } from '../lib/report.ts';
import type { Appended, Log, StoredEvent } from './log.ts';

declare module '../bus/bus.ts' {
  interface TopicMessages {
    /** key: empty. A process has appended; its entries are in the log up to `seq`. */
    appended: { stream: string; seq: number };
  }
}

/** Without a working bus, streams that are followed are looked up this often. */
export const POLL_EVERY_MS = 1_000;
/** With one, only for what it may have lost. */
export const POLL_SELDOM_EVERY_MS = 10_000;
/** Streams of one look-up. */
const PLACES_MAX = 2_000;
/** Entries that are read at a time. */
const READ_MAX = 300;

/** How far somebody is in a stream. */
export interface Place {
  stream: string;
  seq: number;
}

/** A log to which other processes append too. */
export interface SharedLog extends Log {
  /** Those of `places` whose stream has more by now, with its head. */
  newerThan(places: readonly Place[]): Promise<{ stream: string; head: number }[]>;
  /** Entries after a number, for every audience, oldest first. */
  eventsAfter(stream: string, after: number, limit: number): Promise<StoredEvent[]>;
  /** Tells this process' listeners of what another one has appended. */
  announce(appended: Appended): void;
}

/** Following one stream. */
export interface Followed {
  /** Who follows has what is in the log up to `seq`: from there on everything is announced. */
  at(seq: number): void;
  /** Whoever follows wants to know of changes from now on, whatever came before. */
  fromNow(): void;
  stop(): void;
}

/** Where whoever shows a stream says so, to hear of what other processes append to it. */
export interface StreamNews {
  follow(stream: string, site: string): Followed;
}

/** Of a log that no other process appends to: there is nothing to hear. */
export const noNews: StreamNews = {
  follow: () => ({ at: () => undefined, fromNow: () => undefined, stop: () => undefined }),
};

/** A stream that is followed in this process. */
interface Topic {
  readonly stream: string;
  readonly site: string;
  followers: number;
  /** Followers that have not said yet where they are: until then nothing may be taken for known. */
  awaited: number;
  /** Everything up to here was announced, or is known to all followers; undefined: nobody has said yet. */
  told: number | undefined;
  /** What the newest news said. */
  head: number;
  reading: boolean;
}

/**
 * News between processes. After a commit a process says on the bus how far the stream is, and nothing more; others
 * with followers of it read what they lack from the store and announce it as if it was appended here. What the bus
 * loses is found by asking the store for all followed streams at once: seldom while the bus works, every second
 * while it does not (DL14).
 */
export class NewsBetweenProcesses implements StreamNews {
  /** Streams in which a look-up found what the bus had not told; all of them while there is no bus. */
  foundLate = 0;
  polls = 0;
  readonly #log: SharedLog;
  readonly #bus: Bus;
  readonly #health: BusHealth | undefined;
  readonly #clock: Clock;
  readonly #report: Report;
  readonly #topics = new Map<string, Topic>();
  readonly #stops: (() => void)[];
  #announcing = false;
  #polling = false;
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: { log: SharedLog; bus: Bus; health?: BusHealth; clock: Clock; report: Report }) {
    const { log, bus, health } = options;
    this.#log = log;
    this.#bus = bus;
    this.#health = health;
    this.#clock = options.clock;
    this.#report = options.report;
    this.#stops = [
      log.onAppended((appended) => this.#appendedHere(appended)),
      bus.subscribe('appended', '', ({ stream, seq }) => this.#heard(stream, seq)),
      // What was said while it failed, and what was lost until that was noticed.
      health?.onChanged(() => void this.#poll()) ?? (() => undefined),
    ];
    this.#pollLater();
  }

  /** Streams that somebody follows here. */
  get followed(): number {
    return this.#topics.size;
  }

  follow(stream: string, site: string): Followed {
    let topic = this.#topics.get(stream);
    if (!topic) {
      topic = { stream, site, followers: 0, awaited: 0, told: undefined, head: 0, reading: false };
      this.#topics.set(stream, topic);
    }
    const its = topic;
    its.followers += 1;
    its.awaited += 1;
    let isAwaited = true;
    const settle = (): void => {
      if (isAwaited) its.awaited -= 1;
      isAwaited = false;
    };
    return {
      at: (seq) => {
        settle();
        its.head = Math.max(its.head, its.told ?? 0);
        its.told = Math.min(its.told ?? seq, seq);
        this.#readOn(its);
      },
      fromNow: settle,
      stop: () => {
        settle();
        its.followers -= 1;
        if (its.followers === 0) this.#topics.delete(stream);
      },
    };
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    for (const stop of this.#stops) stop();
  }

  #appendedHere({ stream, events }: Appended): void {
    const last = events.at(-1)?.seq;
    if (this.#announcing || last === undefined) return;
    this.#bus.publish('appended', '', { stream, seq: last });
    const topic = this.#topics.get(stream);
    if (topic?.told === undefined) return;
    // Where another process was in between, what it has appended is read first, and this once more.
    if (events[0]?.seq === topic.told + 1) topic.told = last;
    this.#heard(stream, last);
  }

  #heard(stream: string, seq: number): void {
    const topic = this.#topics.get(stream);
    if (!topic || seq <= topic.head) return;
    topic.head = seq;
    this.#readOn(topic);
  }

  #readOn(topic: Topic): void {
    if (topic.reading) return;
    if (topic.told === undefined) {
      // Nobody here has its entries; whoever shows that there are new ones looks them up.
      if (topic.awaited === 0) this.#announce(topic, []);
      return;
    }
    if (topic.told >= topic.head) return;
    topic.reading = true;
    this.#read(topic)
      .catch((error: unknown) => {
        // The next look-up finds it again.
        topic.head = topic.told ?? 0;
        this.#report('news-not-read', { stream: topic.stream, error: oneLine(error) });
      })
      .finally(() => (topic.reading = false));
  }

  async #read(topic: Topic): Promise<void> {
    while (topic.told !== undefined && topic.told < topic.head && topic.followers > 0) {
      const from = topic.told;
      const events = await this.#log.eventsAfter(topic.stream, from, READ_MAX);
      const last = events.at(-1)?.seq;
      if (last === undefined) {
        // The log is shorter than was said: restored from a backup.
        topic.head = Math.min(topic.head, from);
        return;
      }
      // A follower who is further back may have come meanwhile.
      if (topic.told === from) topic.told = last;
      this.#announce(topic, events);
    }
  }

  #announce({ stream, site }: Topic, events: readonly StoredEvent[]): void {
    this.#announcing = true;
    try {
      this.#log.announce({ stream, site, events });
    } finally {
      this.#announcing = false;
    }
  }

  #pollLater(): void {
    const works = this.#health !== undefined && this.#health.trouble === undefined;
    const every = works ? POLL_SELDOM_EVERY_MS : POLL_EVERY_MS;
    this.#cancel();
    if (this.#stopped) return;
    this.#cancel = this.#clock.after(every * (0.9 + randomFraction() / 5), () => void this.#poll());
  }

  async #poll(): Promise<void> {
    if (this.#polling || this.#stopped) return;
    this.#polling = true;
    try {
      await this.#pollAll([...this.#topics.values()]);
    } catch (error) {
      // A store in trouble is said by its health.
      this.#report('news-not-looked-up', { error: oneLine(error) });
    } finally {
      this.#polling = false;
      this.#pollLater();
    }
  }

  async #pollAll(topics: readonly Topic[]): Promise<void> {
    for (let from = 0; from < topics.length; from += PLACES_MAX) {
      const places = topics.slice(from, from + PLACES_MAX).map(({ stream, told, head }) => ({
        stream,
        seq: Math.max(told ?? 0, head),
      }));
      this.polls += 1;
      for (const { stream, head } of await this.#log.newerThan(places)) {
        const topic = this.#topics.get(stream);
        if (!topic || head <= topic.head || head <= (topic.told ?? 0)) continue;
        if (topic.told !== undefined || topic.head > 0) this.foundLate += 1;
        this.#heard(stream, head);
      }
    }
  }
}
