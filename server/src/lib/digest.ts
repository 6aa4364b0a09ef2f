import { hash } from 'node:crypto';

/** A short fingerprint of a command's decoded body, by which a repeat is told from a conflict (DL2). */
export function digestOf(body: object): string {
  return hash('sha256', JSON.stringify(body), 'base64url').slice(0, 22);
}
