import type { Author } from '@alongside/sdk/protocol';
import type { Bus } from '../bus/bus.ts';
import type { StreamNews } from '../events/stream-news.ts';

declare module '../bus/bus.ts' {
  interface TopicMessages {
    /** key: conversation. A live signal for its readers at other processes. */
    signal: { process: string; author: Author; body: Signal };
    /** key: conversation. One that is for some of them only; apart, so that nobody takes it for one for all. */
    'signal-to-some': { process: string; author: Author; body: Signal; only: SomeAgents };
    /** key: conversation. An agent has opened it at a process that has no connection of the visitor. */
    'visitor-asked': { process: string };
  }
}

/** A live signal; only the transport's own `online` is looked into. */
export interface Signal {
  type: string;
  on?: boolean;
}

/** Agents by id, with a client that speaks at least this version. */
export interface SomeAgents {
  readonly agents: readonly string[];
  readonly since: number;
}

/** What a feed needs to reach, and to hear of, readers and writers at other processes. */
export interface FeedBetween {
  readonly process: string;
  readonly bus: Bus;
  readonly news: StreamNews;
}
