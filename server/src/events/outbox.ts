/** An effect as it is in the outbox. */
export interface StoredEffect {
  id: number;
  stream: string;
  site: string;
  /** Last event of the decision that asked for it. */
  seq: number;
  kind: string;
  payload: object;
  runAt: number;
  attempts: number;
}
