/** Whether a budget is kept. `info` has no budget and explains another row; `skipped` says why in its note. */
export type Verdict = 'met' | 'missed' | 'info' | 'skipped';

/** One line of the bench: what was measured, against which budget, beside which baseline of the same run. */
export interface Row {
  /** Stable, kebab-case, unique in the bench: what reads the JSON lines finds the row by it. */
  readonly name: string;
  /** The row's words in the table of budgets. */
  readonly what: string;
  /** The most that is allowed, in `unit`; absent: for information. */
  readonly budgetMax?: number;
  /** The least that is allowed, in `unit`. */
  readonly budgetMin?: number;
  /** What comparable products need, in words; `–` where nothing is known. */
  readonly peers: string;
  readonly measured: number;
  readonly unit: string;
  /** What was measured beside it in the same run, in words with its figures. */
  readonly baseline: string;
  /** How it was measured, what it contains and what not. */
  readonly note: string;
  readonly verdict: Verdict;
}

type WithoutVerdict = Omit<Row, 'verdict'>;

/** Gives a row its verdict. */
export function judged(row: WithoutVerdict): Row {
  const { measured, budgetMax, budgetMin } = row;
  if (budgetMax === undefined && budgetMin === undefined) return { ...row, verdict: 'info' };
  const kept =
    (budgetMax === undefined || measured <= budgetMax) && (budgetMin === undefined || measured >= budgetMin);
  return { ...row, verdict: kept ? 'met' : 'missed' };
}

/** A row that could not be measured here. */
export function skipped(row: Omit<WithoutVerdict, 'measured' | 'baseline' | 'note'>, why: string): Row {
  return { ...row, measured: Number.NaN, baseline: '–', note: `skipped: ${why}`, verdict: 'skipped' };
}

/** What a run of the bench gives each module. */
export interface BenchContext {
  /** A line of progress for who waits; goes to standard error. */
  readonly say: (line: string) => void;
  /** 1 by default; below it fewer rounds and messages, for trying a module out. */
  readonly effort: number;
}

/** Measures one or several rows together, since they share what must be started for them. */
export interface RowModule {
  /** What `--only` selects by. */
  readonly name: string;
  readonly measure: (context: BenchContext) => Promise<Row[]>;
}

/** `count` repeated as often as the effort says, at least `least` times. */
export function rounds({ effort }: BenchContext, count: number, least = 3): number {
  return Math.max(least, Math.round(count * effort));
}
