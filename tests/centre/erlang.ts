/** A queue with exponential gaps, handling and patience: what theory says of it. Rates are per millisecond. */
export interface ErlangCentre {
  /** One item at a time each. */
  readonly agents: number;
  readonly arrivalMeanMs: number;
  readonly handlingMeanMs: number;
  /** Absent: everybody waits for ever (Erlang C); then the agents must be enough. */
  readonly patienceMeanMs?: number;
}

export interface ErlangFigures {
  /** Of those who come, the share that does not find a free agent. */
  readonly waitShare: number;
  /** Of those who come, the share that gives up. */
  readonly abandonedShare: number;
  /** How many wait, on average over time. */
  readonly waitingMean: number;
  /** Of the agents, the share that is busy. */
  readonly occupancy: number;
}

/** Longer queues count for nothing: their weight is below the precision of a double. */
const STATES_MAX = 5_000;

/**
 * Erlang C and A as one birth-death chain: the weight of each number of items follows from the one before
 * (A. K. Erlang 1917; C. Palm 1943; N. Gans, G. Koole, A. Mandelbaum, "Telephone call centers", 2003).
 */
export function erlang({
  agents,
  arrivalMeanMs,
  handlingMeanMs,
  patienceMeanMs,
}: ErlangCentre): ErlangFigures {
  let weight = 1;
  let [total, waits, waiting, busy] = [1, agents === 0 ? 1 : 0, 0, 0];
  for (let items = 1; items < STATES_MAX; items += 1) {
    const serving = Math.min(items, agents);
    const queue = items - serving;
    const leaving = serving / handlingMeanMs + (patienceMeanMs === undefined ? 0 : queue / patienceMeanMs);
    weight *= 1 / arrivalMeanMs / leaving;
    total += weight;
    if (items >= agents) waits += weight;
    waiting += queue * weight;
    busy += serving * weight;
    if (items > agents && weight < total * 1e-15) break;
  }
  const waitingMean = waiting / total;
  return {
    waitShare: waits / total,
    abandonedShare: patienceMeanMs === undefined ? 0 : (waitingMean / patienceMeanMs) * arrivalMeanMs,
    waitingMean,
    occupancy: busy / total / agents,
  };
}
