import type { AuditActor } from '../../events/audit-store.ts';
import type { SignedIn } from '../../identity/agent-identity.ts';
import { SettingsFault } from '../../settings/settings-fault.ts';
import { HttpError } from '../http-error.ts';

/** Who stands in the change log for a request. */
export function actorOf({ agent: { id, name } }: SignedIn): AuditActor {
  return { kind: 'agent', id, name };
}

/** Has a change made; what it is refused for names its field by its place in the body, under `value` for one. */
export async function fieldsIn<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SettingsFault)) throw error;
    const { code, message, field } = error;
    // A new setting's id stands beside its value.
    const path = field === undefined || field === 'id' || place === '' ? field : `${place}.${field}`;
    throw new HttpError(code, message, undefined, path);
  }
}
