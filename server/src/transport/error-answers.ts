import type { ErrorCode } from '@alongside/sdk/protocol';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import { HttpError, STATUS, errorBody } from './http-error.ts';

const SECOND_MS = 1_000;
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = { 404: 'not-found', 413: 'too-large' };
const CLIENT_ERROR = 400;
const SERVER_ERROR = 500;

/** Nothing answers at this path. */
export const nothingHere: RequestHandler = () => {
  throw new HttpError('not-found', 'there is nothing here');
};

/** Turns whatever was thrown into an answer with one of our codes. */
export function errorAnswers(logger: Logger, metrics: Metrics): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const known = asHttpError(error);
    if (!known) logger.error({ err: error }, 'a request could not be handled');
    const { code, message, retryAfterMs, field } =
      known ?? new HttpError('internal', 'a fault of the server');
    metrics.refused[code] += 1;
    if (response.headersSent) {
      next(error);
      return;
    }
    if (retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(retryAfterMs / SECOND_MS)));
    response
      .set('Cache-Control', 'no-store')
      .status(STATUS[code])
      .json(errorBody(code, message, field));
  };
}

/** Express and its parsers mark what the client did wrong with a status; undefined for a fault of ours. */
function asHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status !== 'number' || status < CLIENT_ERROR || status >= SERVER_ERROR) return undefined;
  return new HttpError(CODE_OF_STATUS[status] ?? 'malformed', 'the request could not be read');
}
