import { type Clock, newId } from '@alongside/sdk/shared';
import { createClient } from 'redis';
import { randomFraction } from '../lib/random-fraction.ts';
import { type Report, oneLine } from '../lib/report.ts';
import type { Bus, BusHealth, Topic, TopicMessages } from './bus.ts';
import { InProcessBus } from './in-process-bus.ts';

/** How often a process sends itself a beat through Redis. */
export const BEAT_EVERY_MS = 500;
/** No beat came back that was sent within this time: Redis is gone, or too slow to be of use. */
export const TROUBLE_AFTER_MS = 2_000;
/** A connection that looks open and carries nothing for so long is given up for a new one. */
const GIVE_UP_AFTER_MS = 10_000;
const RECONNECT_FIRST_MS = 50;
const RECONNECT_MAX_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** Publishes that Redis has not answered; beyond it they are dropped. */
const UNANSWERED_MAX = 1_000;
const START_WAIT_MAX_MS = 1_000;
const BEAT = 'beat';
/** Topics of which the key is the process that is meant. */
const ADDRESSED = 'to-process:';

export interface RedisBusOptions {
  redisUrl: string;
  /** Processes of one centre; another centre on the same Redis has another name. */
  centre: string;
  clock: Clock;
  report: Report;
}

/** One message on its way: topic, key, body. */
type Parcel = [topic: string, key: string, message: unknown];

/**
 * The bus of several processes: one channel on which each hears all others. What is said here is small and rare
 * (numbers of entries, typing, revocations), so every process looks through all of it, and there is nothing to
 * subscribe anew when Redis comes back. What is published in one turn of the event loop travels as one message.
 *
 * Redis keeps nothing for us. Whether it works is measured the whole way: a beat that does not come back within
 * {@link TROUBLE_AFTER_MS} is trouble, whatever the reason, and until beats come back in time nothing else is sent.
 */
export class RedisBus implements Bus, BusHealth {
  /** Names this process among the others. */
  readonly process = newId('prc');
  /** Messages that were not sent because of trouble. */
  dropped = 0;
  readonly #options: RedisBusOptions;
  readonly #local: InProcessBus;
  readonly #channel: string;
  readonly #listeners = new Set<() => void>();
  #clients: Clients;
  #outgoing: Parcel[] = [];
  #trouble: BusHealth['trouble'] = 'bus-down';
  /** When the newest beat that came back was sent; monotonic milliseconds. */
  #heardBeatOf = Number.NEGATIVE_INFINITY;
  #lastError = 'no beat came back';
  #connectedAt = 0;
  #hasStarted = false;
  #cancel: () => void = () => undefined;
  #closed = false;

  private constructor(options: RedisBusOptions) {
    this.#options = options;
    this.#local = new InProcessBus(options.report);
    this.#channel = `alongside:${options.centre}`;
    this.#clients = this.#connect();
    this.#beat();
  }

  /** Connects, or goes on trying: a centre works without Redis, only slower. */
  static async open(options: RedisBusOptions): Promise<RedisBus> {
    const bus = new RedisBus(options);
    await bus.#firstBeat();
    bus.#hasStarted = true;
    if (bus.#trouble !== undefined) bus.#sayTrouble();
    return bus;
  }

  get trouble(): BusHealth['trouble'] {
    return this.#trouble;
  }

  /** Age of the newest beat that came back, in milliseconds: at most its interval and the way through Redis. */
  get beatAgeMs(): number {
    return this.#options.clock.monotonic() - this.#heardBeatOf;
  }

  onChanged(then: () => void): () => void {
    this.#listeners.add(then);
    return () => this.#listeners.delete(then);
  }

  publish<T extends Topic>(topic: T, key: string, message: TopicMessages[T]): void {
    const isAddressed = topic.startsWith(ADDRESSED);
    if (!isAddressed || key === this.process) this.#local.publish(topic, key, message);
    if (this.#closed || (isAddressed && key === this.process)) return;
    if (this.#trouble !== undefined) {
      this.dropped += 1;
      return;
    }
    if (isAddressed) {
      this.#send([[topic, key, message]], this.#inboxOf(key));
      return;
    }
    this.#outgoing.push([topic, key, message]);
    if (this.#outgoing.length === 1) setImmediate(() => this.#flush());
  }

  subscribe<T extends Topic>(topic: T, key: string, then: (message: TopicMessages[T]) => void): () => void {
    return this.#local.subscribe(topic, key, then);
  }

  close(): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#cancel();
    this.#letGo();
  }

  #connect(): Clients {
    const { redisUrl: url } = this.#options;
    const socket = { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy };
    const publisher = createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: UNANSWERED_MAX,
      socket,
    });
    // Its one subscription waits for the connection, and the client repeats it after each reconnection.
    const subscriber = createClient({ url, socket });
    const failed = (error: unknown): void => void (this.#lastError = oneLine(error));
    for (const client of [publisher, subscriber]) {
      client.on('error', failed);
      client.on('ready', () => setImmediate(() => this.#sendBeat()));
      client.connect().catch(failed);
    }
    for (const channel of [this.#channel, this.#inboxOf(this.process)]) {
      subscriber.subscribe(channel, (text) => this.#heard(text)).catch(failed);
    }
    this.#connectedAt = this.#options.clock.monotonic();
    return { publisher, subscriber };
  }

  #letGo(): void {
    const { publisher, subscriber } = this.#clients;
    for (const client of [publisher, subscriber]) {
      // What was flushed has been written to the socket; an end, unlike a reset, lets it arrive.
      if (client.isReady && this.#trouble === undefined) void client.close().catch(() => undefined);
      else if (client.isOpen) client.destroy();
    }
  }

  #firstBeat(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(START_WAIT_MAX_MS, () => {
        stop();
        resolve();
      });
      const stop = this.onChanged(() => {
        cancel();
        stop();
        resolve();
      });
    });
  }

  #beat(): void {
    this.#cancel = this.#options.clock.after(BEAT_EVERY_MS, () => this.#beat());
    this.#judge();
    this.#sendBeat();
  }

  #sendBeat(): void {
    this.#send([[BEAT, this.process, this.#options.clock.monotonic()]]);
  }

  #flush(): void {
    const parcels = this.#outgoing;
    this.#outgoing = [];
    if (parcels.length > 0) this.#send(parcels);
  }

  /** What only one process needs to hear goes past all others. */
  #inboxOf(process: string): string {
    return `${this.#channel}:${process}`;
  }

  #send(parcels: readonly Parcel[], channel = this.#channel): void {
    const { publisher } = this.#clients;
    if (this.#closed || !publisher.isReady) return;
    const text = JSON.stringify([this.process, parcels]);
    publisher.publish(channel, text).catch((error: unknown) => {
      this.#lastError = oneLine(error);
    });
  }

  #heard(text: string): void {
    if (this.#closed) return;
    const [sender, parcels] = JSON.parse(text) as [string, Parcel[]];
    for (const [topic, key, message] of parcels) {
      if (topic === BEAT) {
        if (key !== this.process) continue;
        this.#heardBeatOf = Math.max(this.#heardBeatOf, Number(message));
        this.#judge();
      } else if (sender !== this.process) {
        this.#local.publish(topic as Topic, key, message as TopicMessages[Topic]);
      }
    }
  }

  #judge(): void {
    const isLate = this.beatAgeMs > TROUBLE_AFTER_MS;
    const { publisher, subscriber } = this.#clients;
    const isReady = publisher.isReady && subscriber.isReady;
    const trouble = isLate ? (isReady ? 'bus-slow' : 'bus-down') : undefined;
    const before = this.#trouble;
    this.#trouble = trouble;
    if (trouble === 'bus-slow') this.#perhapsGiveUp();
    if (this.#hasStarted && trouble !== undefined && before === undefined) this.#sayTrouble();
    if (this.#hasStarted && trouble === undefined && before !== undefined) {
      this.#options.report('bus-recovered', {});
    }
    if ((trouble === undefined) !== (before === undefined)) for (const then of [...this.#listeners]) then();
  }

  #perhapsGiveUp(): void {
    const now = this.#options.clock.monotonic();
    if (Math.min(this.beatAgeMs, now - this.#connectedAt) < GIVE_UP_AFTER_MS) return;
    this.#letGo();
    this.#clients = this.#connect();
  }

  #sayTrouble(): void {
    this.#options.report('bus-trouble', { trouble: this.#trouble, error: this.#lastError });
  }
}

interface Clients {
  readonly publisher: ReturnType<typeof createClient>;
  readonly subscriber: ReturnType<typeof createClient>;
}

/** With jitter, so that processes which lost Redis together do not come back in one instant. */
function reconnectStrategy(retries: number): number {
  const longest = Math.min(RECONNECT_FIRST_MS * 2 ** retries, RECONNECT_MAX_MS);
  return longest * (0.5 + randomFraction() / 2);
}
