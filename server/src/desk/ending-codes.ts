import type { DecidedSettings } from '../settings/decided-settings.ts';
import type { DeskService } from './desk-service.ts';

/** Which piece of work ends. */
export type EndingWork = { readonly item: string } | { readonly conversation: string };

/** Whether work may end with a code (RT10); without a code it always may. */
export type MayEndWith = (site: string, work: EndingWork, code: string | undefined) => Promise<boolean>;

/** What is answered where it may not. */
export const UNKNOWN_CODE = {
  refuse: 'invalid',
  message: 'this work cannot end with that code',
} as const;

/** Codes are those of the site's settings: for all queues, or for the queue of the work. */
export function endingCodes(
  desk: Pick<DeskService, 'look'>,
  settings: { of: (site: string) => Promise<DecidedSettings> },
): MayEndWith {
  return async (site, work, code) => {
    if (code === undefined) return true;
    const decided = await settings.of(site);
    if (decided.list('wrap-up-codes').length === 0) return true;
    const items = (await desk.look(site))?.routing.items;
    const found =
      'item' in work
        ? items?.get(work.item)
        : [...(items?.values() ?? [])].find(({ conversation }) => conversation === work.conversation);
    return decided.isWrapUpCode(code, found?.queue);
  };
}
