import type { CloseDuty, CloseName } from './close-codes.ts';
import { CLOSES, DUTIES } from './duty-tables.ts';
import type { ClientDuty, ErrorCode } from './errors.ts';

/** What a client does about `code`; an unknown word is treated as a refusal for good. */
export function dutyOf(code: ErrorCode): ClientDuty {
  return DUTIES[code] ?? 'stop';
}

/** What a client does after a close; a code that is not ours (1006, a proxy's) means a lost connection. */
export function dutyAfterClose(code: number): CloseDuty {
  return CLOSES[code]?.duty ?? 'reconnect';
}

/** The name of a close after which a client does not simply reconnect. */
export function nameOfClose(code: number): CloseName | undefined {
  return CLOSES[code]?.name;
}

/** Reads `retry-after=<milliseconds>` from a close reason; undefined where there is none. */
export function retryAfterOf(reason: string): number | undefined {
  const found = /^retry-after=(\d{1,7})$/.exec(reason);
  return found ? Number(found[1]) : undefined;
}
