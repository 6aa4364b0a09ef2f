import { NAME_MAX_LENGTH } from '../protocol/limits.ts';
import { type Infer, type Schema, integer, list, object, string } from '../protocol/schema.ts';

/** Parts that all settings share. */

/**
 * What a queue, a skill, a reply … is called by other settings and by commands: small letters, digits, `-` and `_`.
 * It never changes; the name that people read may.
 */
export const settingsId = string(64, /^[a-z0-9][a-z0-9_-]*$/, 1);

/** A name that people read. */
export const settingsName = string(NAME_MAX_LENGTH, /\S/, 1);

/**
 * Counts the changes of one setting: 1 when it was made, 0 where a default holds that nobody has saved. A change
 * names the version that its author saw; `stale` where somebody else was quicker.
 */
export const settingsVersion = integer(0);

/** Of each kind, at one site. */
export const SETTINGS_MAX = 1_000;

const DAY_S = 24 * 60 * 60;
/** A time span of settings, in seconds. */
export const secondsUpTo = (max: number): Schema<number> => integer(0, max);
/** The longest delay of a membership. */
export const DELAY_MAX_S = DAY_S;
/** The last step of a relaxation. */
export const STEP_MAX_S = 7 * DAY_S;

const FIELD_MAX_LENGTH = 200;
const WARNING_MAX_LENGTH = 300;
const WARNINGS_MAX = 5_000;

/** Something that was saved and will hardly be meant: a queue without members, a skill that nobody has. */
export const settingsWarning = object({
  /** Which setting; of the kind that was asked for. */
  id: string(64),
  /** Dotted path into its value; empty: the whole of it. */
  field: string(FIELD_MAX_LENGTH),
  /** One sentence in English. */
  message: string(WARNING_MAX_LENGTH),
});
export type SettingsWarning = Infer<typeof settingsWarning>;
export const settingsWarnings = list(settingsWarning, WARNINGS_MAX);

/** A setting with its id and version, as REST answers it. */
export interface StoredSetting<T> {
  id: string;
  version: number;
  value: T;
}

/** The schema of {@link StoredSetting}. */
/* @__NO_SIDE_EFFECTS__ */
export function storedSetting<T>(value: Schema<T>): Schema<StoredSetting<T>> {
  return object({ id: string(64), version: settingsVersion, value });
}

/** What a list answers: `GET /v1/<kind>`. */
export interface SettingsList<T> {
  items: StoredSetting<T>[];
  warnings: SettingsWarning[];
}

/** The schema of {@link SettingsList}. */
/* @__NO_SIDE_EFFECTS__ */
export function settingsList<T>(value: Schema<T>, max = SETTINGS_MAX): Schema<SettingsList<T>> {
  return object({ items: list(storedSetting(value), max), warnings: settingsWarnings });
}

/** What a change answers: the setting as it is now. */
export interface SavedSetting<T> {
  item: StoredSetting<T>;
  warnings: SettingsWarning[];
}

/** The schema of {@link SavedSetting}. */
/* @__NO_SIDE_EFFECTS__ */
export function savedSetting<T>(value: Schema<T>): Schema<SavedSetting<T>> {
  return object({ item: storedSetting(value), warnings: settingsWarnings });
}
