import {
  AUDIENCES,
  type Audience,
  type Author,
  HISTORY_PAGE_MAX_BYTES,
  HISTORY_PAGE_MAX_EVENTS,
  type LogEntry,
  type OpenedConversation,
} from '@alongside/sdk/protocol';
import { mayRead } from '@alongside/sdk/shared';
import type { TopicMessages } from '../bus/bus.ts';
import type { Appended, Log, StoredEvent } from '../events/log.ts';
import { type Followed, noNews } from '../events/stream-news.ts';
import { readerOf } from '../events/submit.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { Connection } from './connection.ts';
import type { FeedBetween, Signal, SomeAgents } from './feed-between.ts';
import { type Transmitter, writtenOnce } from './transmitter.ts';

/** One connection's reading of one conversation. */
export interface Subscription {
  readonly connection: Connection;
  readonly topic: Topic;
  readonly reader: Audience;
  /** Number of the last entry that this connection was sent, or told as the head. */
  last: number;
  /** `opening`: what arrives is only counted · `behind`: missed entries are being read from the log. */
  state: 'opening' | 'live' | 'behind';
}

/** A conversation that somebody reads. */
interface Topic {
  readonly conversation: string;
  readonly heads: Record<Audience, number>;
  readonly readers: Subscription[];
  /** What other processes append to it. */
  readonly followed: Followed;
  readonly stopSignals: () => void;
}

/** Pushes what is appended and what is signalled to who reads it, each reader only what that reader may see. */
export class ConversationFeed {
  readonly #topics = new Map<string, Topic>();
  readonly #log: Log;
  readonly #out: Transmitter;
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  readonly #between: FeedBetween | undefined;
  readonly stop: () => void;

  constructor(options: {
    log: Log;
    out: Transmitter;
    metrics: Metrics;
    logger: Logger;
    between?: FeedBetween | undefined;
  }) {
    this.#between = options.between;
    this.#log = options.log;
    this.#out = options.out;
    this.#metrics = options.metrics;
    this.#logger = options.logger;
    this.stop = options.log.onAppended((appended) => this.#appended(appended));
  }

  /**
   * Reads a conversation from now on. `open` looks it up meanwhile; `answer` sends what it found; what was
   * appended between the two is sent after it. Who reads it already goes on from what `open` tells.
   */
  async subscribe(
    connection: Connection,
    conversation: string,
    open: () => Promise<OpenedConversation>,
    answer: (opened: OpenedConversation) => void,
  ): Promise<void> {
    const subscription = this.#join(connection, conversation);
    subscription.state = 'opening';
    const opened = await open().catch((error: unknown) => {
      // It was not answered, so whoever asked does not read it.
      this.leave(connection, conversation);
      throw error;
    });
    if (connection.ended) return;
    answer(opened);
    const { heads } = subscription.topic;
    const { reader } = subscription;
    subscription.last = opened.head;
    subscription.state = 'live';
    if (heads[reader] > opened.head) this.#catchUp(subscription);
    else heads[reader] = opened.head;
    subscription.topic.followed.at(opened.head);
  }

  leave(connection: Connection, conversation: string): void {
    const gone = connection.subscriptions.find(({ topic }) => topic.conversation === conversation);
    if (!gone) return;
    connection.subscriptions = connection.subscriptions.filter((each) => each !== gone);
    this.#remove(gone);
  }

  /** The connection has ended: it reads nothing any more. */
  leaveAll(connection: Connection): void {
    for (const each of connection.subscriptions) this.#remove(each);
    connection.subscriptions = [];
  }

  isReading(connection: Connection, conversation: string): boolean {
    return connection.subscriptions.some(({ topic }) => topic.conversation === conversation);
  }

  /** Whether the visitor of a conversation has a connection here. */
  hasVisitor(conversation: string): boolean {
    return (
      this.#topics.get(conversation)?.readers.some((each) => each.connection.role === 'visitor') ?? false
    );
  }

  /** Newest numbers of what a connection reads, as a heartbeat carries them (DL4). */
  headsOf(connection: Connection): { conversation: string; seq: number }[] {
    return connection.subscriptions.map(({ topic, reader, last }) => ({
      conversation: topic.conversation,
      seq: Math.max(topic.heads[reader], last),
    }));
  }

  /** Shows a live signal to all other readers, at whichever process; visitors are shown only what agents do. */
  signal(conversation: string, from: Connection | undefined, author: Author, body: Signal): void {
    this.#show(conversation, from, author, body);
    this.#between?.bus.publish('signal', conversation, { process: this.#between.process, author, body });
  }

  /** Shows a live signal to some agents, where they read the conversation, and to nobody else. */
  signalTo(only: SomeAgents, conversation: string, author: Author, body: Signal): void {
    this.#show(conversation, undefined, author, body, only);
    const process = this.#between?.process ?? '';
    this.#between?.bus.publish('signal-to-some', conversation, { process, author, body, only });
  }

  /** Has the process that the visitor of a conversation is connected to say so, if there is one. */
  askForVisitor(conversation: string): void {
    this.#between?.bus.publish('visitor-asked', conversation, { process: this.#between.process });
  }

  #show(id: string, from: Connection | undefined, author: Author, body: Signal, only?: SomeAgents): void {
    let frame: Buffer | undefined;
    for (const { connection } of this.#topics.get(id)?.readers ?? []) {
      if (connection === from || (connection.role === 'visitor' && author.kind !== 'agent')) continue;
      if (only && !isAmong(only, connection)) continue;
      frame ??= writtenOnce({ type: 'signal', conversation: id, author, body });
      this.#out.sendSignal(connection, frame);
    }
  }

  #heard(conversation: string, { process, author, body }: TopicMessages['signal']): void {
    if (process === this.#between?.process) return;
    // Gone there, but not from here: whoever was told that must be told this too.
    if (body.type === 'online' && body.on === false && this.hasVisitor(conversation))
      this.#sayOnline(conversation);
    else this.#show(conversation, undefined, author, body);
  }

  #sayOnline(conversation: string): void {
    this.signal(conversation, undefined, { kind: 'system' }, { type: 'online', on: true });
  }

  #beginTopic(conversation: string, site: string): Topic {
    const { bus, news = noNews, process } = this.#between ?? {};
    const stops = [
      bus?.subscribe('signal', conversation, (message) => this.#heard(conversation, message)),
      bus?.subscribe('signal-to-some', conversation, ({ process: from, author, body, only }) => {
        if (from !== process) this.#show(conversation, undefined, author, body, only);
      }),
      bus?.subscribe('visitor-asked', conversation, (asked) => {
        if (asked.process !== process && this.hasVisitor(conversation)) this.#sayOnline(conversation);
      }),
    ];
    return {
      conversation,
      heads: { everyone: 0, agents: 0, staff: 0 },
      readers: [],
      followed: news.follow(conversation, site),
      stopSignals: () => {
        for (const stop of stops) stop?.();
      },
    };
  }

  #join(connection: Connection, conversation: string): Subscription {
    const found = connection.subscriptions.find(({ topic }) => topic.conversation === conversation);
    if (found) return found;
    let topic = this.#topics.get(conversation);
    if (!topic) {
      topic = this.#beginTopic(conversation, connection.session?.site ?? '');
      this.#topics.set(conversation, topic);
    }
    const reader = connection.session ? readerOf(connection.session) : 'everyone';
    const subscription: Subscription = { connection, topic, reader, last: 0, state: 'opening' };
    topic.readers.push(subscription);
    connection.subscriptions = [...connection.subscriptions, subscription];
    return subscription;
  }

  #remove(gone: Subscription): void {
    const { topic } = gone;
    topic.readers.splice(topic.readers.indexOf(gone), 1);
    if (topic.readers.length > 0) return;
    this.#topics.delete(topic.conversation);
    topic.followed.stop();
    topic.stopSignals();
  }

  #appended({ stream, events }: Appended): void {
    const topic = this.#topics.get(stream);
    if (!topic) return;
    for (const event of events) {
      const frames: Frames = new Map();
      for (const reader of AUDIENCES) {
        if (mayRead(event.audience, reader)) this.#push(topic, event, reader, frames);
      }
    }
  }

  #push(topic: Topic, event: StoredEvent, reader: Audience, frames: Frames): void {
    topic.heads[reader] = Math.max(topic.heads[reader], event.seq);
    for (const subscription of topic.readers) {
      if (subscription.reader !== reader || subscription.state !== 'live') continue;
      if (event.seq <= subscription.last) continue;
      const prev = event.prev[reader];
      if (prev !== subscription.last) {
        this.#catchUp(subscription);
        continue;
      }
      let frame = frames.get(prev);
      if (!frame) frames.set(prev, (frame = entryFrame(topic.conversation, event, prev)));
      subscription.last = event.seq;
      this.#metrics.entriesPushed += 1;
      this.#out.send(subscription.connection, frame);
    }
  }

  #catchUp(subscription: Subscription): void {
    subscription.state = 'behind';
    this.#readMissed(subscription).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'missed entries could not be read');
      this.#out.close(subscription.connection, 1011);
    });
  }

  /** Sends what lies between the last entry and the head, from the log, a page at a time (DL4). */
  async #readMissed(subscription: Subscription): Promise<void> {
    const { connection, topic, reader } = subscription;
    while (connection.isOpen && subscription.last < topic.heads[reader]) {
      const page = await this.#log.read(topic.conversation, {
        reader,
        after: subscription.last,
        limit: HISTORY_PAGE_MAX_EVENTS,
        maxBytes: HISTORY_PAGE_MAX_BYTES,
      });
      if (page.entries.length === 0) break;
      await this.#sendAll(subscription, page.entries);
    }
    subscription.state = 'live';
  }

  #sendAll(subscription: Subscription, entries: LogEntry[]): Promise<void> {
    const { connection, topic } = subscription;
    return new Promise((resolve) => {
      for (const [index, entry] of entries.entries()) {
        subscription.last = entry.seq;
        const frame = { type: 'entry', conversation: topic.conversation, entry };
        this.#out.send(connection, frame, index === entries.length - 1 ? resolve : undefined);
      }
      if (!connection.isOpen) resolve();
    });
  }
}

function isAmong({ agents, since }: SomeAgents, { protocol, session }: Connection): boolean {
  return session?.kind === 'agent' && protocol >= since && agents.includes(session.agent.id);
}

/** An event as it was written for its readers, by the number before it, which is all that differs between them. */
type Frames = Map<number, Buffer>;

/** A stored event as the wire shows it; it was decoded when it was stored. */
function entryFrame(conversation: string, event: StoredEvent, prev: number): Buffer {
  const { seq, at, author, audience, command } = event;
  const body = { ...event.body, type: event.type };
  return writtenOnce({
    type: 'entry',
    conversation,
    entry: { seq, prev, at, author, audience, command, body },
  });
}
