import { type CloseName, type ErrorCode, CLOSE_CODES, ERRORS } from '@alongside/sdk/protocol';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const CLOSES = [...Object.values(CLOSE_CODES).map(({ name }) => name), 'lost', 'left'] as const;
const CODES = Object.keys(ERRORS) as ErrorCode[];

/** `none`: not welcomed yet. */
export type MetricRole = 'none' | 'visitor' | 'agent';
/** How a connection ended: by one of our close codes, `left` (the client closed it) or `lost`. */
export type MetricClose = CloseName | 'lost' | 'left';

/** What a process knows of the way to the others. */
export interface BetweenCounts {
  readonly busWorks: () => boolean;
  readonly busDropped: () => number;
  readonly streamsFollowed: () => number;
  readonly lookUps: () => number;
  readonly foundLate: () => number;
}

/** From a millisecond to the ten seconds after which a client gives up. */
const ACK_BUCKETS_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 2.5, 10];

/**
 * What the server counts. Plain numbers in the hot path, read when somebody scrapes; every label is from a closed
 * list, so that no client can make a new time series.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly connections: Record<MetricRole, number> = { none: 0, visitor: 0, agent: 0 };
  readonly closes = zeros(CLOSES);
  readonly refused = zeros(CODES);
  /** Open connections that are no WebSocket (DL10). */
  streams = 0;
  framesIn = 0;
  framesOut = 0;
  bytesIn = 0;
  bytesOut = 0;
  commands = 0;
  entriesPushed = 0;
  signalsDropped = 0;
  readonly ackSeconds: Histogram;

  constructor(options: { process: boolean } = { process: false }) {
    const { registry } = this;
    if (options.process) collectDefaultMetrics({ register: registry });
    this.#byLabel('alongside_connections', 'Open connections.', 'role', this.connections, Gauge);
    this.#byLabel('alongside_closes_total', 'Connections that ended.', 'reason', this.closes, Counter);
    this.#byLabel('alongside_refused_total', 'Refused frames and requests.', 'code', this.refused, Counter);
    this.#plain('alongside_frames_in_total', 'Frames from clients.', () => this.framesIn);
    this.#plain('alongside_frames_out_total', 'Frames to clients.', () => this.framesOut);
    this.#plain('alongside_bytes_in_total', 'Bytes of frames from clients.', () => this.bytesIn);
    this.#plain('alongside_bytes_out_total', 'Bytes of frames to clients.', () => this.bytesOut);
    this.#plain('alongside_commands_total', 'Commands that were handled.', () => this.commands);
    this.#plain('alongside_entries_pushed_total', 'Entries pushed live.', () => this.entriesPushed);
    this.#plain('alongside_signals_dropped_total', 'Signals dropped at slow readers.', () => {
      return this.signalsDropped;
    });
    const streams = (): number => this.streams;
    new Gauge({
      name: 'alongside_streams',
      help: 'Open connections over server-sent events and posts.',
      registers: [registry],
      collect() {
        this.set(streams());
      },
    });
    this.ackSeconds = new Histogram({
      name: 'alongside_ack_seconds',
      help: 'From a command’s arrival to its answer.',
      buckets: ACK_BUCKETS_SECONDS,
      registers: [registry],
    });
  }

  /** Where other processes share the store. */
  between(counts: BetweenCounts): void {
    this.#gauge('alongside_bus_works', 'Whether messages reach the other processes at once.', () =>
      Number(counts.busWorks()),
    );
    this.#gauge('alongside_streams_followed', 'Streams with followers here.', counts.streamsFollowed);
    this.#plain('alongside_bus_dropped_total', 'Messages not sent to other processes.', counts.busDropped);
    this.#plain('alongside_news_lookups_total', 'Look-ups of followed streams.', counts.lookUps);
    this.#plain('alongside_news_late_total', 'News that only a look-up has found.', counts.foundLate);
  }

  #gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }

  #byLabel<Label extends string>(
    name: string,
    help: string,
    label: string,
    values: Record<Label, number>,
    Kind: typeof Counter | typeof Gauge,
  ): void {
    new Kind({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect(this: Counter | Gauge) {
        this.reset();
        for (const [word, value] of Object.entries<number>(values)) this.inc({ [label]: word }, value);
      },
    });
  }

  #plain(name: string, help: string, value: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }
}

function zeros<Word extends string>(words: readonly Word[]): Record<Word, number> {
  return Object.fromEntries(words.map((word) => [word, 0])) as Record<Word, number>;
}
