import type { Refused, RefusalCode } from './routing-commands.ts';

/** A command that is not done; `reason` is one sentence without personal data. */
export function refuse(refused: RefusalCode, reason: string): Refused {
  return { refused, reason };
}
