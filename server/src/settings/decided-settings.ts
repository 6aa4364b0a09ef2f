import {
  type Assignment,
  type CoBrowsePolicy,
  DEFAULT_ASSIGNMENT,
  DEFAULT_QUEUE_SETTINGS,
  DEFAULT_SITE_OPTIONS,
  SETTINGS_SCHEMAS,
  type SettingsKind,
  type SettingsValues,
  type SiteOptions,
  type StoredSetting,
} from '@alongside/sdk/shared';
import type { SettingsRow } from './settings-store.ts';

/** The queue that every site has, where chats go unless its owner decides otherwise. */
export const DEFAULT_QUEUE = 'default';
/** The id of kinds of which a site has one. */
export const SINGLE_ID = 'site';

/** What holds where nobody has saved a policy: the least that can be seen (CO3). */
const STRICTEST_POLICY: CoBrowsePolicy = {
  preset: 'strict',
  mask: [],
  block: [],
  show: [],
  deny: [],
  assetOrigins: [],
};

/** What holds though nobody has saved it, by kind and id. */
const DEFAULTS: { readonly [Kind in SettingsKind]?: Readonly<Record<string, SettingsValues[Kind]>> } = {
  queues: { [DEFAULT_QUEUE]: DEFAULT_QUEUE_SETTINGS },
  'site-options': { [SINGLE_ID]: DEFAULT_SITE_OPTIONS },
  'co-browse-policy': { [SINGLE_ID]: STRICTEST_POLICY },
};

/** Everything that holds at one site after one of its changes. Immutable. */
export class DecidedSettings {
  /** Number of the site's newest change; 0 before the first. */
  readonly head: number;
  readonly #kinds = new Map<SettingsKind, Map<string, StoredSetting<unknown>>>();

  /** @throws DecodeError where a stored value is none of this release. */
  constructor(head: number, rows: readonly SettingsRow[]) {
    this.head = head;
    for (const [kind, values] of Object.entries(DEFAULTS)) {
      for (const [id, value] of Object.entries(values)) this.#put(kind as SettingsKind, id, 0, value);
    }
    for (const { kind, id, version, value } of rows) {
      // A kind of a newer release, which this one need not know.
      if (!(kind in SETTINGS_SCHEMAS)) continue;
      this.#put(kind, id, version, SETTINGS_SCHEMAS[kind].decode(value, `settings.${kind}.${id}`));
    }
  }

  /** What holds by this id; undefined where there is nothing. */
  find<Kind extends SettingsKind>(kind: Kind, id: string): StoredSetting<SettingsValues[Kind]> | undefined {
    return this.#kinds.get(kind)?.get(id) as StoredSetting<SettingsValues[Kind]> | undefined;
  }

  list<Kind extends SettingsKind>(kind: Kind): StoredSetting<SettingsValues[Kind]>[] {
    return [...(this.#kinds.get(kind)?.values() ?? [])] as StoredSetting<SettingsValues[Kind]>[];
  }

  /** What an agent works on; version 0 where nobody has decided it. */
  assignmentOf(agent: string): StoredSetting<Assignment> {
    return this.find('assignments', agent) ?? { id: agent, version: 0, value: DEFAULT_ASSIGNMENT };
  }

  get options(): SiteOptions {
    return this.find('site-options', SINGLE_ID)?.value ?? DEFAULT_SITE_OPTIONS;
  }

  /** What agents may see of shared pages; the strictest until somebody has saved one (CO3). */
  get coBrowsePolicy(): CoBrowsePolicy {
    return this.find('co-browse-policy', SINGLE_ID)?.value ?? STRICTEST_POLICY;
  }

  /** Where chats wait. */
  get chatQueue(): string {
    return this.options.queue ?? DEFAULT_QUEUE;
  }

  /**
   * Whether work of a queue may end with this code. A site without codes takes any text, as before it had them; with
   * codes only theirs, for all queues or for this one.
   */
  isWrapUpCode(code: string, queue: string | undefined): boolean {
    const codes = this.list('wrap-up-codes');
    if (codes.length === 0) return true;
    const found = codes.find(({ id }) => id === code);
    return found !== undefined && (found.value.queue === undefined || found.value.queue === queue);
  }

  #put(kind: SettingsKind, id: string, version: number, value: unknown): void {
    const ofKind = this.#kinds.get(kind) ?? new Map<string, StoredSetting<unknown>>();
    ofKind.set(id, { id, version, value });
    this.#kinds.set(kind, ofKind);
  }
}
