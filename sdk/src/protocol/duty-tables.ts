import { CLOSE_CODES, type CloseDuty, type CloseName } from './close-codes.ts';
import { type ClientDuty, ERRORS } from './errors.ts';

// Made of the tables that say all; the build of the widget puts their values here (tools/build/visitor-wire.ts).

/** Errors about which there is something else to do than to stop. */
export const DUTIES: Readonly<Record<string, ClientDuty>> = Object.fromEntries(
  Object.entries(ERRORS).flatMap(([code, { duty }]) => (duty === 'stop' ? [] : [[code, duty]])),
);

/** Close codes about which there is something else to do than to reconnect. */
export const CLOSES: Readonly<Record<number, { name: CloseName; duty: CloseDuty }>> = Object.fromEntries(
  Object.entries(CLOSE_CODES).flatMap(([code, { name, duty }]) =>
    duty === 'reconnect' ? [] : [[code, { name, duty }]],
  ),
);
