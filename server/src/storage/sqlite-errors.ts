/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that blame the statement, not the store. */
const BLAME_THE_STATEMENT = new Set([
  1 /* ERROR: a wrong statement */, 12 /* NOTFOUND */, 18 /* TOOBIG */, 19 /* CONSTRAINT */,
  20 /* MISMATCH */, 21 /* MISUSE */, 25 /* RANGE */,
]);

/** The extended result code of an error that SQLite raised. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** Whether the disk or the file is to blame, so that the next write would fail as well. */
export function isStoreTrouble(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && !BLAME_THE_STATEMENT.has(code & 0xff);
}

const CONSTRAINT = 19;

/** Whether a row was refused because another one is there already (or one that it needs is not). */
export function isConstraint(error: unknown): boolean {
  return ((sqliteCode(error) ?? 0) & 0xff) === CONSTRAINT;
}
