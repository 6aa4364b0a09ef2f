import type { Schema } from '@alongside/sdk/protocol';
import { type Config, ConfigError } from '../lib/config.ts';
import { oneLine } from '../lib/report.ts';
import { StartError } from '../lib/start-error.ts';
import type { Identity } from '../identity/open-identity.ts';
import type { AuditActor } from '../events/audit-store.ts';

/** Who stands in the change log for a command. */
export const OPERATOR: AuditActor = { kind: 'operator' };

/** What somebody typed, decoded. @throws ConfigError with the path of what is wrong */
export function checked<T>(schema: Schema<T>, value: unknown, what: string): T {
  try {
    return schema.decode(value, what);
  } catch (error) {
    throw new ConfigError(`${oneLine(error)}.`);
  }
}

/** @throws StartError */
export async function mustBeSite({ sites }: Identity, key: string): Promise<void> {
  if (!(await sites.find(key))) throw new StartError(`There is no site ${key}.`);
}

/** Where the server is reached; a command knows it only from the environment. */
export function baseOf({ publicOrigin, host, port }: Config): string {
  return publicOrigin ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
