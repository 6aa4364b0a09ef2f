import type { Role } from '@alongside/sdk/agent';
import type {
  ListedKind,
  SavedSetting,
  SettingsChanges,
  SettingsKind,
  SettingsList,
  SettingsValues,
  SingleKind,
  StoredSetting,
  Website,
} from '@alongside/sdk/shared';
import type { Api } from '../shell/api.ts';

/** Somebody who may sign in, or once might. */
export interface Account {
  id: string;
  name: string;
  role: Role;
  active: boolean;
}

type Value<Kind extends SettingsKind> = SettingsValues[Kind];

/** The settings' side of REST. Every call rejects with an `ApiError`. */
export class SettingsApi {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  list<Kind extends ListedKind | 'assignments'>(kind: Kind): Promise<SettingsList<Value<Kind>>> {
    return this.#api.call('GET', `/v1/${kind}`) as Promise<SettingsList<Value<Kind>>>;
  }

  single<Kind extends SingleKind>(kind: Kind): Promise<StoredSetting<Value<Kind>>> {
    return this.#api.call('GET', `/v1/${kind}`) as Promise<StoredSetting<Value<Kind>>>;
  }

  create<Kind extends ListedKind>(kind: Kind, value: Value<Kind>): Promise<SavedSetting<Value<Kind>>> {
    return this.#api.call('POST', `/v1/${kind}`, { value }) as Promise<SavedSetting<Value<Kind>>>;
  }

  /** `version` is the one that was seen; `stale` where it is another by now. */
  change<Kind extends SettingsKind>(
    kind: Kind,
    item: StoredSetting<Value<Kind>>,
  ): Promise<SavedSetting<Value<Kind>>> {
    const { version, value } = item;
    const body = { version, value };
    return this.#api.call('PUT', pathOf(kind, item.id), body) as Promise<SavedSetting<Value<Kind>>>;
  }

  async remove(kind: SettingsKind, id: string, version: number): Promise<void> {
    await this.#api.call('DELETE', `${pathOf(kind, id)}?version=${version}`);
  }

  website(site: string): Promise<SavedSetting<Website>> {
    return this.#api.call('GET', `/v1/sites/${site}`) as Promise<SavedSetting<Website>>;
  }

  changeWebsite({ id, version, value }: StoredSetting<Website>): Promise<SavedSetting<Website>> {
    return this.#api.call('PUT', `/v1/sites/${id}`, { version, value }) as Promise<SavedSetting<Website>>;
  }

  async accounts(): Promise<Account[]> {
    return ((await this.#api.call('GET', '/v1/agents')) as { agents: Account[] }).agents;
  }

  addAccount(account: Pick<Account, 'name' | 'role'>): Promise<Account> {
    return this.#api.call('POST', '/v1/agents', account) as Promise<Account>;
  }

  changeAccount(id: string, change: Partial<Omit<Account, 'id'>>): Promise<Account> {
    return this.#api.call('PATCH', `/v1/agents/${id}`, change) as Promise<Account>;
  }

  /** A one-time link, good for an hour. */
  async signInLink(id: string): Promise<string> {
    const answer = (await this.#api.call('POST', `/v1/agents/${id}/sign-in-link`, {})) as { url: string };
    return answer.url;
  }

  /** Newest first; lines before one that is known. */
  changes(before?: number): Promise<SettingsChanges> {
    const query = before === undefined ? '' : `?before=${before}`;
    return this.#api.call('GET', `/v1/changes${query}`) as Promise<SettingsChanges>;
  }
}

const SINGLE: readonly SettingsKind[] = ['site-options', 'co-browse-policy'];

function pathOf(kind: SettingsKind, id: string): string {
  return SINGLE.includes(kind) ? `/v1/${kind}` : `/v1/${kind}/${encodeURIComponent(id)}`;
}
