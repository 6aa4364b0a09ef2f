import { type Schema, object, optional, string } from '@alongside/sdk/protocol';
import {
  LISTED_KINDS,
  type ListedKind,
  SETTINGS_SCHEMAS,
  SINGLE_KINDS,
  type SettingsKind,
  type SettingsValues,
  type SingleKind,
  changedSetting,
  newSetting,
  savedSetting,
  settingsChanges,
  settingsList,
  storedSetting,
} from '@alongside/sdk/shared';
import { SINGLE_ID } from '../../settings/decided-settings.ts';
import type { SettingsService } from '../../settings/settings-service.ts';
import { numberInQuery } from '../query-schemas.ts';
import { type Route, route } from '../route.ts';
import { actorOf, fieldsIn } from './settings-answers.ts';

export interface SettingsRouteOptions {
  readonly settings: SettingsService;
}

type AnyValue = SettingsValues[SettingsKind];

const CHANGES_PAGE = 50;
const CHANGES_PAGE_MAX = 200;
const ID_MAX_LENGTH = 64;
const AGENTS_MAX = 2_000;

interface KindWords {
  readonly one: string;
  readonly all: string;
  /** Agents read what they work with, supervisors everything. */
  readonly read: 'agent' | 'supervisor';
}

const KINDS: { readonly [Kind in SettingsKind]: KindWords } = {
  queues: { one: 'a queue', all: 'Queues', read: 'agent' },
  skills: { one: 'a skill', all: 'Skills', read: 'supervisor' },
  hours: { one: 'opening hours', all: 'Opening hours', read: 'supervisor' },
  assignments: { one: 'what an agent works on', all: 'What each agent works on', read: 'supervisor' },
  'canned-replies': { one: 'a canned reply', all: 'Canned replies', read: 'agent' },
  tags: { one: 'a tag', all: 'Tags', read: 'agent' },
  'wrap-up-codes': { one: 'a wrap-up code', all: 'Wrap-up codes', read: 'agent' },
  'site-options': { one: 'the site’s options', all: 'The site’s options', read: 'agent' },
  'co-browse-policy': {
    one: 'what agents see of shared pages',
    all: 'What agents see of shared pages',
    read: 'agent',
  },
};

const byId = object({ id: string(ID_MAX_LENGTH, undefined, 1) });
const ofVersion = object({ version: numberInQuery(0, Number.MAX_SAFE_INTEGER) });
const schemaOf = (kind: SettingsKind): Schema<AnyValue> => SETTINGS_SCHEMAS[kind];

/** Settings of the site of whoever asks; who changes them is an admin. */
export function settingsRoutes(options: SettingsRouteOptions): Route[] {
  return [
    ...LISTED_KINDS.flatMap((kind) => [
      listRoute(options, kind),
      createRoute(options, kind),
      ...changeRoutes(options, kind),
    ]),
    listRoute(options, 'assignments'),
    ...changeRoutes(options, 'assignments'),
    ...SINGLE_KINDS.flatMap((kind) => [singleRoute(options, kind), ...changeRoutes(options, kind)]),
    changesRoute(options),
  ];
}

function listRoute({ settings }: SettingsRouteOptions, kind: SettingsKind): Route {
  return route({
    method: 'get',
    path: `/v1/${kind}`,
    summary: `${KINDS[kind].all}, with warnings about what will hardly be meant.`,
    access: KINDS[kind].read,
    answer: settingsList(schemaOf(kind), kind === 'assignments' ? AGENTS_MAX : undefined),
    handle: ({ who }) => settings.list(kind, who.agent.site),
  });
}

function singleRoute({ settings }: SettingsRouteOptions, kind: SingleKind): Route {
  return route({
    method: 'get',
    path: `/v1/${kind}`,
    summary: `${KINDS[kind].all}; version 0 while nobody has saved them.`,
    access: KINDS[kind].read,
    answer: storedSetting(schemaOf(kind)),
    handle: ({ who }) => settings.single(kind, who.agent.site),
  });
}

function createRoute({ settings }: SettingsRouteOptions, kind: ListedKind): Route {
  const value: Schema<SettingsValues[ListedKind]> = SETTINGS_SCHEMAS[kind];
  return route({
    method: 'post',
    path: `/v1/${kind}`,
    summary: `Make ${KINDS[kind].one}; without an id it gets one made of its name.`,
    access: 'admin',
    body: object({ ...newSetting, value }),
    answer: savedSetting(value),
    handle: ({ who, body }) =>
      fieldsIn('value', () => settings.create(kind, who.agent.site, body, actorOf(who))),
  });
}

/** A kind of which there is one has no id in its address. */
function changeRoutes({ settings }: SettingsRouteOptions, kind: SettingsKind): Route[] {
  const value = schemaOf(kind);
  const isSingle = SINGLE_KINDS.some((each) => each === kind);
  const isDecided = isSingle || kind === 'assignments';
  const path = isSingle ? `/v1/${kind}` : `/v1/${kind}/{id}`;
  const parameters: Schema<{ id: string }> = isSingle ? onlyOne : byId;
  return [
    route({
      method: 'put',
      path,
      summary: `Change ${KINDS[kind].one}; \`version\` is the one that was seen, \`stale\` where it is another by now.`,
      access: 'admin',
      parameters,
      body: object({ ...changedSetting, value }),
      answer: savedSetting(value),
      handle: ({ who, parameters: { id }, body }) =>
        fieldsIn('value', () => settings.change(kind, who.agent.site, id, body, actorOf(who))),
    }),
    route({
      method: 'delete',
      path,
      summary: isDecided
        ? `Forget ${KINDS[kind].one}: the default holds again.`
        : `Remove ${KINDS[kind].one}; refused while other settings name it.`,
      access: 'admin',
      parameters,
      query: ofVersion,
      handle: ({ who, parameters: { id }, query }) =>
        fieldsIn('value', () => settings.remove(kind, who.agent.site, id, query.version, actorOf(who))),
    }),
  ];
}

const onlyOne: Schema<{ id: string }> = {
  decode: () => ({ id: SINGLE_ID }),
  json: () => object({}).json(),
};

function changesRoute({ settings }: SettingsRouteOptions): Route {
  return route({
    method: 'get',
    path: '/v1/changes',
    summary: 'Who changed which setting when, newest first; what was before and after.',
    access: 'supervisor',
    query: object({
      /** Lines with a smaller id. */
      before: optional(numberInQuery(1, Number.MAX_SAFE_INTEGER)),
      limit: optional(numberInQuery(1, CHANGES_PAGE_MAX)),
    }),
    answer: settingsChanges,
    handle: ({ who, query: { before, limit = CHANGES_PAGE } }) =>
      settings.changes(who.agent.site, { before, limit }),
  });
}
