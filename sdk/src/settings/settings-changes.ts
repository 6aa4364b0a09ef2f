import { NAME_MAX_LENGTH } from '../protocol/limits.ts';
import { agentId, time } from '../protocol/ids.ts';
import { type Infer, boolean, integer, list, object, oneOf, optional, string } from '../protocol/schema.ts';
import { settingsId, settingsVersion } from './settings-values.ts';

const CHANGES_PAGE_MAX = 200;
const FIELDS_MAX = 100;
const VALUE_MAX_LENGTH = 400;

/** What can be set, by the last part of its address. */
export const SETTINGS_KINDS = [
  'queues',
  'skills',
  'hours',
  'assignments',
  'canned-replies',
  'tags',
  'wrap-up-codes',
  'site-options',
  'co-browse-policy',
] as const;
export const settingsKind = oneOf(...SETTINGS_KINDS);
export type SettingsKind = Infer<typeof settingsKind>;

/** One line of the change log: who, when, what before and after. */
export const settingsChange = object({
  /** Counts up; a page goes on with `before`. */
  id: integer(1),
  at: time,
  by: object({
    /** `operator`: by the command line. */
    kind: oneOf('agent', 'operator', 'system'),
    id: optional(agentId),
    name: string(NAME_MAX_LENGTH),
  }),
  action: oneOf('created', 'changed', 'removed', 'link-made'),
  /** A settings kind, `agents` or `website`. */
  kind: oneOf(...SETTINGS_KINDS, 'agents', 'website'),
  /** Id of the setting or agent. */
  object: string(64),
  /** What people called it then. */
  name: string(NAME_MAX_LENGTH),
  /** What differs: a dotted path, and the values as JSON, cut to 400 characters; absent where there was none. */
  fields: list(
    object({
      field: string(200),
      before: optional(string(VALUE_MAX_LENGTH)),
      after: optional(string(VALUE_MAX_LENGTH)),
    }),
    FIELDS_MAX,
  ),
});
export type SettingsChange = Infer<typeof settingsChange>;

/** `GET /v1/changes?before=&limit=` (supervisors), newest first. */
export const settingsChanges = object({ changes: list(settingsChange, CHANGES_PAGE_MAX), more: boolean });
export type SettingsChanges = Infer<typeof settingsChanges>;

/** The body of `POST /v1/<kind>` around a value; without an id one is made from the name. */
export const newSetting = { id: optional(settingsId) };
/** The body of `PUT` around a value: the version that its author saw, 0 for a default. */
export const changedSetting = { version: settingsVersion };
