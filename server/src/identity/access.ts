import type { Session } from '../events/session.ts';

/** What somebody wants to read, write or run. `site` is the tenant that the object was found to belong to. */
export type Protected =
  | { kind: 'conversation'; id: string; site: string }
  | { kind: 'agents'; site: string }
  | { kind: 'settings'; site: string };

/**
 * The one answer to who may touch what (T11): tenant, then principal, then object. Ids are never sufficient. Who
 * is answered `false` is told `not-found`, the same as for an object that does not exist.
 */
export function mayAccess(session: Session, object: Protected): boolean {
  if (session.site !== object.site) return false;
  if (session.kind === 'visitor') return object.kind === 'conversation' && session.conversation === object.id;
  return object.kind === 'conversation' || session.role === 'admin';
}
