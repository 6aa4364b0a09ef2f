import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type {
  ListedKind,
  SettingsList,
  SettingsValues,
  SettingsWarning,
  StoredSetting,
} from '@alongside/sdk/shared';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { must } from '@alongside/sdk/shared';
import { type Api, ApiError } from '../shell/api.ts';
import type { Route, Router } from '../shell/router.ts';
import { wordsOf } from './editor.ts';
import { type Account, SettingsApi } from './settings-api.ts';

type Kind = ListedKind | 'assignments';

/** What is being edited, as far as leaving it concerns. */
export interface Unsaved {
  dirty: ReadonlySignal<boolean>;
  saving: ReadonlySignal<boolean>;
  /** Where it is being saved, the end of that. */
  save(): Promise<unknown>;
  discard(): void;
}

/** What the settings screens share: the lists as far as they were fetched, and what is not saved yet. */
export class SettingsState {
  readonly api: SettingsApi;
  readonly router: Router;
  readonly accounts = signal<readonly Account[] | undefined>(undefined);
  /** Why a list could not be had; the last one. */
  readonly fault = signal<string | undefined>(undefined);
  /** Where somebody wanted to go who has not saved. */
  readonly leaving = signal<Route | undefined>(undefined);
  readonly #lists = new Map<Kind, Signal<SettingsList<never> | undefined>>();
  readonly #unsaved = new Set<Unsaved>();
  readonly #stop: () => void;

  constructor(api: Api, router: Router) {
    this.api = new SettingsApi(api);
    this.router = router;
    const stopGuard = router.guard((next) => this.#mayLeave(next));
    const onUnload = (event: BeforeUnloadEvent): void => {
      if (this.unsaved) event.preventDefault();
    };
    addEventListener('beforeunload', onUnload);
    this.#stop = () => {
      stopGuard();
      removeEventListener('beforeunload', onUnload);
    };
  }

  /** Undefined until it has come; asked for at the first look. */
  list<Name extends Kind>(kind: Name): ReadonlySignal<SettingsList<SettingsValues[Name]> | undefined> {
    return this.#list(kind);
  }

  async load(kind: Kind): Promise<void> {
    await this.#trying(async () => {
      this.#list(kind).value = (await this.api.list(kind)) as SettingsList<never>;
    });
  }

  async loadAccounts(): Promise<void> {
    await this.#trying(async () => {
      this.accounts.value = await this.api.accounts();
    });
  }

  /** Puts a saved item where it belongs in its list, at once; warnings of others may differ now: they are fetched. */
  saved<Name extends Kind>(
    kind: Name,
    item: StoredSetting<SettingsValues[Name]>,
    warnings: readonly SettingsWarning[],
  ): void {
    const list = this.#list(kind) as unknown as Signal<SettingsList<SettingsValues[Name]> | undefined>;
    const items = list.value?.items ?? [];
    const isKnown = items.some((each) => each.id === item.id);
    list.value = {
      items: isKnown ? items.map((each) => (each.id === item.id ? item : each)) : [...items, item],
      warnings: [...(list.value?.warnings ?? []).filter((each) => each.id !== item.id), ...warnings],
    };
    void this.load(kind);
  }

  /** Watches over something until the answered function is called. */
  watch(unsaved: Unsaved): () => void {
    this.#unsaved.add(unsaved);
    return () => this.#unsaved.delete(unsaved);
  }

  get unsaved(): Unsaved | undefined {
    return [...this.#unsaved].find((each) => each.dirty.peek());
  }

  go(part: string | undefined): void {
    this.router.go({ place: 'settings', ...(part !== undefined && { part }) });
  }

  stop(): void {
    this.#stop();
  }

  #mayLeave(next: Route): boolean {
    const { unsaved } = this;
    if (!unsaved) return true;
    if (unsaved.saving.peek()) void this.#leaveWhenSaved(unsaved, next);
    else this.leaving.value = next;
    return false;
  }

  /** Somebody saved and went on before the answer came: nothing is asked where nothing is lost. */
  async #leaveWhenSaved(unsaved: Unsaved, next: Route): Promise<void> {
    await unsaved.save();
    this.router.go(next);
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.fault.value = undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.fault.value = wordsOf(error);
    }
  }

  #list(kind: Kind): Signal<SettingsList<never> | undefined> {
    const list = this.#lists.get(kind) ?? signal<SettingsList<never> | undefined>(undefined);
    this.#lists.set(kind, list);
    return list;
  }
}

export const SettingsContext = createContext<SettingsState | undefined>(undefined);

/** Only below the settings screen. */
export function useSettings(): SettingsState {
  return must(useContext(SettingsContext), 'the settings');
}
