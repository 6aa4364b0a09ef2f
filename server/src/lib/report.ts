/**
 * Tells the operator of something that went wrong and that no caller can be told of. `problem` is a constant word
 * for searching (`effect-failed`), `details` carry no personal data.
 */
export type Report = (problem: string, details: Readonly<Record<string, unknown>>) => void;

/** What an unknown thrown value says, on one line. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
