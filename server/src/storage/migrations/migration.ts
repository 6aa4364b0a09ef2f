import type { Kysely } from 'kysely';

export type DialectName = 'sqlite' | 'postgres';

/** One step of the tables' history. What is in a release is never changed again; a new step comes after it. */
export interface Migration {
  /** 1, 2, 3 … without a gap. */
  number: number;
  name: string;
  /** Runs inside a transaction. The tables of its time are not those of today's types. */
  up: (kysely: Kysely<unknown>, dialect: DialectName) => Promise<void>;
}
