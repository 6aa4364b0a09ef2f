import { oneOf } from './schema.ts';

/**
 * Why something was refused: a closed list, which is also the label list of the metric
 * `alongside_refused_total`. `duty` is what the client must do.
 */
export const ERRORS = {
  malformed: { duty: 'stop', doc: 'The frame or a field does not decode; the path is in the message.' },
  'unknown-type': { duty: 'stop', doc: 'This server does not know the command.' },
  'too-large': { duty: 'stop', doc: 'The frame, body or field is over its limit.' },
  unauthenticated: { duty: 're-authenticate', doc: 'No valid token, ticket or session.' },
  'not-found': { duty: 'stop', doc: 'Missing or not yours; both read the same.' },
  forbidden: { duty: 'stop', doc: 'Your role may not do this.' },
  invalid: { duty: 'stop', doc: 'Decodes, but cannot be done in the present state.' },
  'out-of-order': {
    duty: 'resend',
    doc: 'The device counter jumped; send again from `expected`, in order.',
  },
  stale: { duty: 'stop', doc: 'Somebody was quicker, or the offer has ended.' },
  'rate-limited': { duty: 'retry', doc: 'Too many; try again after `retryAfter` milliseconds.' },
  unavailable: { duty: 'retry', doc: 'Cannot be stored now; keep it and try again.' },
  internal: { duty: 'retry', doc: 'A fault of the server; nothing was stored.' },
} as const satisfies Record<string, { duty: ClientDuty; doc: string }>;

/** retry: keep it and send it again later · resend: again at once from `expected` · stop: show it, do not repeat. */
export type ClientDuty = 'retry' | 'resend' | 're-authenticate' | 'stop';

export type ErrorCode = keyof typeof ERRORS;

export const errorCode = oneOf(...(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]));
