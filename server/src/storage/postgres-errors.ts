/** The SQLSTATE of an error that Postgres itself raised (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What to do about an error before the commit:
 * `statement`: this statement will never do · `again`: another transaction was in the way, the next try may do ·
 * `store`: the database is out of reach, read-only, full or stopping.
 */
export type Blame = 'statement' | 'again' | 'store';

/** Classes that blame what was sent: wrong data, broken constraints, wrong SQL. */
const STATEMENT_CLASSES = new Set(['22', '23', '42', '0A', '54']);
/**
 * Serialization failure, deadlock, lock not available, cancelled by a time limit; and a broken unique key: somebody
 * took the number of an entry that was prepared on a stale head.
 */
const AGAIN_STATES = new Set(['40001', '40P01', '55P03', '57014', '23505']);

export function blame(error: unknown): Blame {
  const state = sqlState(error);
  if (state === undefined) return 'store';
  if (AGAIN_STATES.has(state)) return 'again';
  return STATEMENT_CLASSES.has(state.slice(0, 2)) ? 'statement' : 'store';
}
