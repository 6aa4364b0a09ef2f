import { cssTokens } from './css-tokens.ts';

/**
 * What the owner of a site decided about what agents see. The preset `balanced` may be chosen only after a policy
 * was saved in the preview; until then everything is `strict` (CO3).
 */
export interface PrivacySettings {
  readonly preset: 'strict' | 'balanced';
  /** Selectors of what is masked, with all that is inside. */
  readonly mask: readonly string[];
  /** Selectors of what is replaced by an empty box of the same size. */
  readonly block: readonly string[];
  /** Selectors of text and controls that may be seen; masks, blocks and the hard list win over it. */
  readonly show: readonly string[];
  /** Selectors of what is seen but never controlled. */
  readonly deny: readonly string[];
  /** Selectors of what may be pressed under control although it sends a form, downloads or leads elsewhere; absent: nothing. */
  readonly allow?: readonly string[];
  /** Origins whose images and fonts an agent's browser may load. */
  readonly assetOrigins: readonly string[];
}

/** What holds for a site whose owner has decided nothing. */
export const STRICTEST: PrivacySettings = {
  preset: 'strict',
  mask: [],
  block: [],
  show: [],
  deny: [],
  assetOrigins: [],
};

export const SELECTOR_LISTS = ['mask', 'block', 'show', 'deny', 'allow'] as const;
const SELECTOR_MAX_LENGTH = 1_000;

/** A selector with which nothing may start, because it would protect nothing. */
export interface SelectorFault {
  readonly list: (typeof SELECTOR_LISTS)[number];
  readonly selector: string;
  readonly reason: string;
}

/** The smallest of a document that can tell whether a selector is one. */
export interface SelectorParser {
  querySelector(selector: string): unknown;
}

/** Browsers close what a selector leaves open at its end; in a list it would swallow its neighbours instead. */
function isClosed(selector: string): boolean {
  let open = 0;
  for (const token of cssTokens(selector)) {
    if (token.kind === 'bad' || token.kind === 'url') return false;
    if (token.kind === 'function' || token.raw === '(' || token.raw === '[') open++;
    else if (token.raw === ')' || token.raw === ']') open--;
  }
  return open === 0;
}

/** What is wrong with a selector as it is written, wherever it is used. */
export function writtenFault(selector: string): string | undefined {
  if (selector.trim() === '') return 'it is empty';
  if (selector.length > SELECTOR_MAX_LENGTH) return `it is longer than ${SELECTOR_MAX_LENGTH} characters`;
  if (selector.includes('/*')) return 'it holds a comment';
  return isClosed(selector) ? undefined : 'a bracket or quotation mark in it is not closed';
}

function faultIn(selector: string, parser: SelectorParser): string | undefined {
  const fault = writtenFault(selector);
  if (fault !== undefined) return fault;
  try {
    parser.querySelector(selector);
    return undefined;
  } catch {
    return 'no browser can read it';
  }
}

/** All selectors that cannot be used; sharing refuses to start unless there are none (CO4). */
export function selectorFaults(settings: PrivacySettings, parser: SelectorParser): SelectorFault[] {
  return SELECTOR_LISTS.flatMap((list) =>
    (settings[list] ?? []).flatMap((selector) => {
      const reason = faultIn(selector, parser);
      return reason === undefined ? [] : [{ list, selector, reason }];
    }),
  );
}

/** What a page says of one element by `data-alongside`. */
export const PRIVACY_ATTRIBUTE = 'data-alongside';
