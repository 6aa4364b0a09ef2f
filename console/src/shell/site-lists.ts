import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { SettingsValues, StoredSetting } from '@alongside/sdk/shared';
import { type Api, ApiError } from './api.ts';

/** Lists of the site that agents work with. */
export type ListName = 'canned-replies' | 'tags' | 'wrap-up-codes' | 'queues';
export type ListOf<Name extends ListName> = readonly StoredSetting<SettingsValues[Name]>[];

/**
 * What the site has set up for agents. A list is fetched when it is about to be shown, and what was there before
 * stands until the new one has come: a change of the settings is seen at the next use, without a reload.
 */
export class SiteLists {
  readonly #api: Api;
  readonly #lists = new Map<ListName, Signal<ListOf<ListName>>>();
  readonly #fetching = new Map<ListName, Promise<void>>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Empty until it has come. */
  of<Name extends ListName>(name: Name): ReadonlySignal<ListOf<Name>> {
    return this.#list(name) as unknown as ReadonlySignal<ListOf<Name>>;
  }

  /** Fetches a list; resolves when it is there, or could not be had, which leaves what was there. */
  refresh(name: ListName): Promise<void> {
    const fetching = this.#fetching.get(name) ?? this.#fetch(name);
    this.#fetching.set(name, fetching);
    return fetching;
  }

  async #fetch(name: ListName): Promise<void> {
    try {
      this.#list(name).value = await this.#api.list(name);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    } finally {
      this.#fetching.delete(name);
    }
  }

  #list(name: ListName): Signal<ListOf<ListName>> {
    const list = this.#lists.get(name) ?? signal<ListOf<ListName>>([]);
    this.#lists.set(name, list);
    return list;
  }
}

/** Those of a queue, and those of all queues. While the queue is not known, all. */
export function forQueue<T extends { queue?: string }>(
  list: readonly StoredSetting<T>[],
  queue: string | undefined,
): StoredSetting<T>[] {
  return list.filter(
    ({ value }) => value.queue === undefined || queue === undefined || value.queue === queue,
  );
}
