import { Counter, Histogram, type Registry } from 'prom-client';

/** What came of an estimate that a visitor was told (RT15), in seconds. */
export interface WaitOutcome {
  readonly waited: number;
  readonly low: number;
  readonly high: number;
}

const ERROR_BUCKETS_SECONDS = [0, 15, 30, 60, 120, 300, 600, 1_800];

/** Whether estimates are true: how many waits were within what was told, and how far off the others. */
export class WaitMetrics {
  readonly #outcomes = new Counter({
    name: 'alongside_wait_estimates_total',
    help: 'Waits of which a range was told at first, by what came of it.',
    labelNames: ['outcome'],
    registers: [],
  });
  readonly #errors = new Histogram({
    name: 'alongside_wait_estimate_error_seconds',
    help: 'How far outside of the range that was told a wait ended; 0 within it.',
    buckets: ERROR_BUCKETS_SECONDS,
    registers: [],
  });

  register(registry: Registry): void {
    registry.registerMetric(this.#outcomes);
    registry.registerMetric(this.#errors);
  }

  ended({ waited, low, high }: WaitOutcome): void {
    this.#outcomes.inc({ outcome: waited < low ? 'sooner' : waited > high ? 'later' : 'within' });
    this.#errors.observe(Math.max(0, low - waited, waited - high));
  }
}
