import type { CoBrowsePolicy, RuleCount } from '@alongside/sdk/shared';

export type SelectorList = 'mask' | 'block' | 'show' | 'deny' | 'allow';

/** The lists of a policy: what each does, in words. */
export const LISTS: readonly {
  readonly list: SelectorList;
  readonly title: string;
  readonly hint: string;
  /** What one part of the page is then. */
  readonly done: string;
}[] = [
  {
    list: 'show',
    title: 'Show',
    hint: 'Fields and texts that agents may see although they would be hidden. Passwords, card and code fields never are, whatever stands here.',
    done: 'shown',
  },
  {
    list: 'mask',
    title: 'Mask',
    hint: 'Text and fields in these parts leave the page as marks only.',
    done: 'masked',
  },
  {
    list: 'block',
    title: 'Leave out',
    hint: 'These parts become an empty box of the same size.',
    done: 'left out',
  },
  {
    list: 'deny',
    title: 'Never touch',
    hint: 'Seen by agents, but never pressed or written in by them.',
    done: 'out of reach',
  },
];

/** What agents with control may press, apart from the lists above. */
export const ALLOW = {
  list: 'allow',
  title: 'May be pressed all the same',
  hint: 'An agent with control never sends a form, starts a download or follows a link to another site: that stays the visitor’s. List the very buttons and links that are an exception, such as a search. The choice of a file, Enter, and frames of others have none: a browser gives these to the visitor alone.',
  done: 'may be pressed',
} as const;

/** Rules that always hold, in the order of docs/privacy.md. */
export const ALWAYS: { readonly [Rule in Exclude<RuleCount['rule'], SelectorList>]: string } = {
  secret: 'Passwords, card, code, hidden and file fields: never seen',
  fields: 'Other fields: only that something is in them',
  text: 'Texts of the page: masked, because of “strict”',
  patterns: 'Texts with an e-mail address, a number or a key: that part masked',
  repeats: 'Texts that repeat something hidden: masked',
  hints: 'Names and hints (title, alt, placeholder): left out',
  images: 'Pictures from places that are not declared: left out',
  never: 'Canvas, sound, film, and frames of others: never seen',
};

export interface RuleLine {
  readonly key: string;
  readonly words: string;
  readonly detail: string | undefined;
  readonly count: number;
  readonly nodes: readonly number[];
}

const NAMES: { readonly [List in SelectorList]: string } = {
  mask: 'Masked',
  block: 'Left out',
  show: 'Shown',
  deny: 'Never touched',
  allow: 'May be pressed',
};

/** What the rules did, for people: the owner's own first, then those that always hold. */
export function ruleLines(rules: readonly RuleCount[], policy: CoBrowsePolicy): RuleLine[] {
  const own: RuleLine[] = [];
  const always: RuleLine[] = [];
  for (const { rule, index, count, overruled = 0, nodes } of rules) {
    const key = `${rule} ${index ?? ''}`;
    if (rule in NAMES) {
      const list = rule as SelectorList;
      const selector = index === undefined ? `data-alongside="${rule}"` : (policy[list]?.[index] ?? '');
      const detail =
        overruled > 0 ? `${overruled} of ${count} stay hidden: a stronger rule holds` : undefined;
      own.push({ key, words: `${NAMES[list]}: ${selector}`, detail, count, nodes });
    } else {
      const words = ALWAYS[rule as keyof typeof ALWAYS];
      always.push({ key, words, detail: undefined, count, nodes });
    }
  }
  const order = Object.keys(ALWAYS);
  const place = ({ key }: RuleLine): number => order.indexOf(key.trim());
  return [...own, ...always.sort((a, b) => place(a) - place(b))];
}

/** Why there is no picture: a title, where there is one, and what can be done. */
export const NO_PICTURE = {
  none: [
    'Open a page of yours to see it as an agent would.',
    'It opens in a tab of this browser, signed in as you are there. What an agent would get of it comes here and goes nowhere else. Walk through it and fill in its fields: the picture follows, and changes with each rule before you save it.',
  ],
  blocked: [
    undefined,
    'This browser did not let a tab be opened. Allow it for this page, and open it again.',
  ],
  opening: [undefined, 'Waiting for the page in its tab…'],
  silent: [
    'Nothing has answered from the tab.',
    'Is the page there, and has it the snippet of this server? The console has to be open under the address that the snippet comes from. The picture comes as soon as the page answers.',
  ],
  lost: [
    'The tab was closed, or it cannot be reached.',
    'A page that is sent with the header Cross-Origin-Opener-Policy is kept apart from the window that opened it, and cannot be looked at here. Look at a copy that is sent without it; what is hidden in a share is the same.',
  ],
} as const;
