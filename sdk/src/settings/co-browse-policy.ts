import { type Infer, list, object, oneOf, optional, string } from '../protocol/schema.ts';

const SELECTORS_MAX = 200;
const SELECTOR_MAX_LENGTH = 1_000;
const ORIGINS_MAX = 100;
const ORIGIN_MAX_LENGTH = 300;
const SEEN_MAX_LENGTH = 2_000;

const selectors = list(string(SELECTOR_MAX_LENGTH, /\S/, 1), SELECTORS_MAX);

/**
 * What agents may see of shared pages (CO3, CO4). `GET /v1/co-browse-policy` (agents) · `PUT` (admins) · `DELETE`:
 * back to the strictest. Version 0: nobody has saved one, so everything is `strict`.
 */
export const coBrowsePolicy = object({
  preset: oneOf('strict', 'balanced'),
  /** Selectors of what is masked, with all that is inside. */
  mask: selectors,
  /** Selectors of what is replaced by an empty box of the same size. */
  block: selectors,
  /** Selectors of text and controls that may be seen. */
  show: selectors,
  /** Selectors of what is seen but never controlled. */
  deny: selectors,
  /**
   * Selectors of what an agent with control may press although it sends a form, downloads, or leads to another site.
   * Absent: nothing, as in policies of before it was there.
   */
  allow: optional(selectors),
  /** Origins whose images and fonts an agent's browser may load. */
  assetOrigins: list(string(ORIGIN_MAX_LENGTH, /^https?:\/\/\S+$/, 1), ORIGINS_MAX),
  /** The page that was looked at as agents would see it when this was decided; without one there is no `balanced`. */
  seen: optional(string(SEEN_MAX_LENGTH, /^(?:https?:\/)?\/\S*$/, 1)),
});
export type CoBrowsePolicy = Infer<typeof coBrowsePolicy>;
