import type { SettingsChange, SettingsKind } from '@alongside/sdk/shared';
import type { AuditActor, AuditEntry, AuditStore, StoredAuditEntry } from '../events/audit-store.ts';
import { differencesOf } from './settings-differences.ts';

/** What is changed beside settings themselves, and stands in the same log. */
export type ChangedKind = SettingsKind | 'agents' | 'website';

const ACTIONS = 'settings.';
const NAME_MAX_LENGTH = 80;

interface Details {
  name: string;
  before?: unknown;
  after?: unknown;
}

/** One line of the change log in the audit's form; undefined is a value that was not there, or is no more. */
export function changeEntry(change: {
  actor: AuditActor;
  kind: ChangedKind;
  id: string;
  /** What people call it. */
  name: string;
  before?: object | undefined;
  after?: object | undefined;
}): Omit<AuditEntry, 'site'> {
  const { actor, kind, id, name, before, after } = change;
  const word = before === undefined ? 'created' : after === undefined ? 'removed' : 'changed';
  const details: Details = {
    name: name.slice(0, NAME_MAX_LENGTH),
    ...(before && { before }),
    ...(after && { after }),
  };
  return { actor, action: `${ACTIONS}${word}`, target: `${kind}/${id}`, details };
}

/** That somebody was given a way to sign in. */
export function linkEntry(actor: AuditActor, agent: { id: string; name: string }): Omit<AuditEntry, 'site'> {
  return {
    actor,
    action: `${ACTIONS}link-made`,
    target: `agents/${agent.id}`,
    details: { name: agent.name } satisfies Details,
  };
}

/** Lines of the change log, newest first. */
export async function readChanges(
  audit: AuditStore,
  site: string,
  page: { before?: number | undefined; limit: number },
): Promise<{ changes: SettingsChange[]; more: boolean }> {
  const entries = await audit.read(site, { ...page, actions: ACTIONS, limit: page.limit + 1 });
  return { changes: entries.slice(0, page.limit).map(changeOf), more: entries.length > page.limit };
}

function changeOf({ id, at, actor, action, target, details }: StoredAuditEntry): SettingsChange {
  const { name, before, after } = details as Details;
  const slash = target.indexOf('/');
  return {
    id,
    at,
    by: {
      kind: actor.kind,
      ...(actor.id !== undefined && { id: actor.id }),
      name: actor.name ?? '',
    },
    action: action.slice(ACTIONS.length) as SettingsChange['action'],
    kind: target.slice(0, slash) as ChangedKind,
    object: target.slice(slash + 1),
    name,
    fields: differencesOf(before, after),
  };
}
