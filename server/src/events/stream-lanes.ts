interface Lane<Job> {
  jobs: Job[];
  /** A run that will take `jobs` is in the queue. */
  isScheduled: boolean;
  tail: Promise<unknown>;
  users: number;
}

export interface LaneOptions<Job> {
  /** Jobs of one run. */
  batchMax: number;
  /** Runs at the same time, over all lanes. */
  runsMax: number;
  /** Carries out jobs of one stream; never rejects. */
  run: (jobs: readonly Job[]) => Promise<void>;
}

/**
 * One lane per stream: what concerns a stream happens one after the other, different streams side by side. Jobs
 * that arrive while their lane is busy are run together.
 */
export class StreamLanes<Job> {
  readonly #options: LaneOptions<Job>;
  readonly #lanes = new Map<string, Lane<Job>>();
  readonly #waitingRuns: (() => void)[] = [];
  #runs = 0;
  #waiting = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(options: LaneOptions<Job>) {
    this.#options = options;
  }

  /** Jobs that were not begun yet. */
  get waiting(): number {
    return this.#waiting;
  }

  add(stream: string, job: Job): void {
    const lane = this.#lane(stream);
    lane.jobs.push(job);
    this.#waiting++;
    this.#schedule(stream, lane);
  }

  /** Runs `work` while nothing else concerns the stream. */
  alone<T>(stream: string, work: () => Promise<T>): Promise<T> {
    return this.#enter(stream, this.#lane(stream), work);
  }

  /** Resolves when no lane is in use. */
  empty(): Promise<void> {
    if (this.#lanes.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  #lane(stream: string): Lane<Job> {
    const known = this.#lanes.get(stream);
    if (known) return known;
    const lane: Lane<Job> = { jobs: [], isScheduled: false, tail: Promise.resolve(), users: 0 };
    this.#lanes.set(stream, lane);
    return lane;
  }

  #schedule(stream: string, lane: Lane<Job>): void {
    if (lane.isScheduled) return;
    lane.isScheduled = true;
    void this.#enter(stream, lane, async () => {
      await this.#takeRun();
      try {
        lane.isScheduled = false;
        const jobs = lane.jobs.splice(0, this.#options.batchMax);
        this.#waiting -= jobs.length;
        if (lane.jobs.length > 0) this.#schedule(stream, lane);
        await this.#options.run(jobs);
      } finally {
        this.#giveRun();
      }
    });
  }

  #enter<T>(stream: string, lane: Lane<Job>, work: () => Promise<T>): Promise<T> {
    lane.users++;
    const result = lane.tail.then(work);
    const leave = () => {
      lane.users--;
      if (lane.users > 0) return;
      this.#lanes.delete(stream);
      if (this.#lanes.size === 0) this.#whenEmpty?.();
    };
    lane.tail = result.then(leave, leave);
    return result;
  }

  #takeRun(): Promise<void> {
    if (this.#runs < this.#options.runsMax) {
      this.#runs++;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waitingRuns.push(resolve);
    });
  }

  #giveRun(): void {
    const next = this.#waitingRuns.shift();
    if (next) next();
    else this.#runs--;
  }
}
