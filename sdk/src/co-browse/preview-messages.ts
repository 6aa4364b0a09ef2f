/**
 * What the settings of a console and a page that they opened say to each other, window to window, while an owner looks
 * at what agents would see (ADR 28). None of it goes over the network.
 */
import {
  boolean,
  type Infer,
  integer,
  list,
  message,
  object,
  oneOf,
  optional,
  string,
  union,
} from '../protocol/schema.ts';
import { coBrowsePolicy } from '../settings/co-browse-policy.ts';
import { FIREWALL_LIMITS } from './firewall-limits.ts';

/** The name of a window that was opened for it begins so; a code follows. */
export const PREVIEW_NAME = 'alongside-preview-';

const CODE_MAX_LENGTH = 64;
const SITE_MAX_LENGTH = 64;
const TEXT_MAX_LENGTH = 2_000;
const RULES_MAX = 1_500;
const NODES_MAX = 100;
const FAULTS_MAX = 1_000;
const SELECTORS_MAX = 5;
const ORIGINS_MAX = 100;
const PIXELS_MAX = 100_000;

const type = oneOf('alongside-preview');
const code = string(CODE_MAX_LENGTH, undefined, 1);
const text = string(TEXT_MAX_LENGTH);
const count = integer(0);

/** The page's first word to the window that opened it, and the only one that is not said through the port. */
export const previewHello = object({ type, code, site: string(SITE_MAX_LENGTH) });

/** The answer, with a port. */
export const previewWelcome = object({ type, code, policy: coBrowsePolicy });

const selectorList = oneOf('mask', 'block', 'show', 'deny', 'allow');
/** Lists of the policy, and rules that always hold. */
const rule = oneOf(
  ...(['mask', 'block', 'show', 'deny', 'allow'] as const),
  ...(['secret', 'fields', 'text', 'patterns', 'repeats', 'hints', 'images', 'never'] as const),
);

/** What one rule did on the page. */
export const ruleCount = object({
  rule,
  /** Which of the list's selectors; absent: the page says it itself, by `data-alongside`. */
  index: optional(integer(0)),
  count,
  /** `show`: of these so many stay hidden all the same, because a stronger rule holds. */
  overruled: optional(count),
  /** The first of the parts, as viewers number them. */
  nodes: list(integer(0), NODES_MAX),
});
export type RuleCount = Infer<typeof ruleCount>;

/** What a page says through the port. */
export const previewUp = union(
  message('page', 3, '', { address: text }),
  message('frame', 3, '', { text: string(FIREWALL_LIMITS.frameCharacters), snapshot: boolean }),
  message('report', 3, '', {
    rules: list(ruleCount, RULES_MAX),
    /** Whence pictures would come that are not shown, and how many. */
    pictures: list(object({ origin: text, count }), ORIGINS_MAX),
    /** The page is too large to be counted whole. */
    partial: boolean,
  }),
  message('refused', 3, '', {
    faults: list(object({ list: selectorList, selector: text, reason: text }), FAULTS_MAX),
  }),
  message('picked', 3, '', {
    node: integer(0),
    isControl: boolean,
    selectors: list(object({ selector: text, count }), SELECTORS_MAX),
  }),
  message('leaving', 3, '', {}),
);
export type PreviewUp = Infer<typeof previewUp>;
export type PreviewReport = Extract<PreviewUp, { type: 'report' }>;

/** What the settings say. */
export const previewDown = union(
  message('policy', 3, '', { policy: coBrowsePolicy }),
  message('resync', 3, '', {}),
  message('pick', 3, '', { node: integer(0) }),
  /** Moves what lies under the pointer. */
  message('scroll', 3, '', {
    node: integer(0),
    x: integer(-PIXELS_MAX, PIXELS_MAX),
    y: integer(-PIXELS_MAX, PIXELS_MAX),
  }),
  /** Moves the page so that a part is seen. */
  message('reveal', 3, '', { node: integer(0) }),
  message('stop', 3, '', {}),
);
export type PreviewDown = Infer<typeof previewDown>;
