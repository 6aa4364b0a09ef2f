import type { Action } from './actions.ts';

/**
 * Actions whose name has all the typed words at the start of words, in the order: name starts so, then the rest.
 * Nothing typed: all.
 */
export function matchingActions(actions: readonly Action[], typed: string): Action[] {
  const wanted = fold(typed).split(' ').filter(Boolean);
  if (wanted.length === 0) return [...actions];
  const starts = (action: Action): boolean => fold(action.name).startsWith(wanted.join(' '));
  const found = actions.filter((action) => {
    const words = fold(`${action.name} ${action.group}`).split(' ');
    return wanted.every((each) => words.some((word) => word.startsWith(each)));
  });
  return [...found.filter(starts), ...found.filter((action) => !starts(action))];
}

/** Lower case, without accents, words by single spaces. */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .join(' ')
    .trim();
}
