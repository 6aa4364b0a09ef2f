import type { ErrorCode } from '@alongside/sdk/protocol';

/** The HTTP status of each of our codes. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  malformed: 400,
  'unknown-type': 400,
  'too-large': 413,
  unauthenticated: 401,
  'not-found': 404,
  forbidden: 403,
  invalid: 422,
  'out-of-order': 409,
  stale: 409,
  'rate-limited': 429,
  unavailable: 503,
  internal: 500,
};

/** A request that is answered with one of our codes. `message` is a sentence for a log, without personal data. */
export class HttpError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  /** Dotted path of what is wrong in the body. */
  readonly field: string | undefined;
  constructor(code: ErrorCode, message: string, retryAfterMs?: number, field?: string) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.field = field;
  }
}

/** The answer's body: the same shape for every error. */
export function errorBody(code: ErrorCode, message: string, field?: string): object {
  return { error: { code, message, ...(field !== undefined && { field }) } };
}
