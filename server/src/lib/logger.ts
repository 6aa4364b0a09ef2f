import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const STDERR = 2;

/**
 * JSON lines. What is logged is our own words, ids and numbers: never a message, a name, an address, a page or a
 * token. Levels by who must act: error = the operator now, warn = the operator some day, info = a change of the
 * server's life, debug = who develops it. They go to the error output; the other one is for what a person reads.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination ?? pino.destination({ fd: STDERR, sync: true }));
}
