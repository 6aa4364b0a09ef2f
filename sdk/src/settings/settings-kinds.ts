import type { Schema } from '../protocol/schema.ts';
import { type CoBrowsePolicy, coBrowsePolicy } from './co-browse-policy.ts';
import {
  type CannedReply,
  type TagSettings,
  type WrapUpCodeSettings,
  cannedReply,
  tagSettings,
  wrapUpCodeSettings,
} from './desk-settings.ts';
import { type HoursSettings, hoursSettings } from './hours-settings.ts';
import {
  type Assignment,
  type QueueSettings,
  type SiteOptions,
  type SkillSettings,
  assignment,
  queueSettings,
  siteOptions,
  skillSettings,
} from './routing-settings.ts';
import type { SettingsKind } from './settings-changes.ts';

/** What each kind of setting holds. */
export interface SettingsValues {
  queues: QueueSettings;
  skills: SkillSettings;
  hours: HoursSettings;
  assignments: Assignment;
  'canned-replies': CannedReply;
  tags: TagSettings;
  'wrap-up-codes': WrapUpCodeSettings;
  'site-options': SiteOptions;
  'co-browse-policy': CoBrowsePolicy;
}

/** The schema of each kind's value. */
export const SETTINGS_SCHEMAS: { readonly [Kind in SettingsKind]: Schema<SettingsValues[Kind]> } = {
  queues: queueSettings,
  skills: skillSettings,
  hours: hoursSettings,
  assignments: assignment,
  'canned-replies': cannedReply,
  tags: tagSettings,
  'wrap-up-codes': wrapUpCodeSettings,
  'site-options': siteOptions,
  'co-browse-policy': coBrowsePolicy,
};

/** Kinds of which a site has any number, each with an id of its own; `assignments` goes by agent ids. */
export const LISTED_KINDS = ['queues', 'skills', 'hours', 'canned-replies', 'tags', 'wrap-up-codes'] as const;
export type ListedKind = (typeof LISTED_KINDS)[number];

/** Kinds that a site has one of, under the id `site`. */
export const SINGLE_KINDS = ['site-options', 'co-browse-policy'] as const;
export type SingleKind = (typeof SINGLE_KINDS)[number];
