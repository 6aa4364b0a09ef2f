import { MESSAGE_TEXT_MAX_LENGTH } from '../protocol/limits.ts';
import { type Infer, object, oneOf, optional, string } from '../protocol/schema.ts';
import { settingsId, settingsName } from './settings-values.ts';

/** What agents have at hand while they write. */

/**
 * A text that an agent inserts with `/` and its shortcut. `GET /v1/canned-replies` (agents) · `POST`, `PUT` and
 * `DELETE` (admins). Variables stand in double braces: {@link fillReply}.
 */
export const cannedReply = object({
  /** What is typed after `/`; once per queue, and once for all queues. */
  shortcut: string(40, /^[a-z0-9][a-z0-9_-]*$/, 1),
  title: settingsName,
  text: string(MESSAGE_TEXT_MAX_LENGTH, /\S/, 1),
  /** Only in conversations of this queue; absent: in all. */
  queue: optional(settingsId),
});
export type CannedReply = Infer<typeof cannedReply>;

/** A tag of conversations. `GET /v1/tags` (agents) · `POST`, `PUT` and `DELETE` (admins). */
export const tagSettings = object({
  name: settingsName,
  colour: optional(oneOf('grey', 'blue', 'green', 'yellow', 'orange', 'red', 'purple')),
});
export type TagSettings = Infer<typeof tagSettings>;

/**
 * What a piece of work was about, chosen when it ends (RT10). `GET /v1/wrap-up-codes` (agents) · `POST`, `PUT` and
 * `DELETE` (admins). `sitting.finish` and `desk.wrap-up-end` name it by its id; mode and time of the wrap-up are the
 * queue's.
 */
export const wrapUpCodeSettings = object({
  name: settingsName,
  /** Only for work of this queue; absent: for all. */
  queue: optional(settingsId),
});
export type WrapUpCodeSettings = Infer<typeof wrapUpCodeSettings>;

/** What may stand between `{{` and `}}` of a canned reply. */
export const REPLY_VARIABLES = ['visitor.name', 'agent.name', 'site.name', 'page.title'] as const;
export type ReplyVariable = (typeof REPLY_VARIABLES)[number];

/** Blanks are cut off afterwards: a pattern that skips them takes long over a text of nothing else. */
const IN_BRACES = /\{\{([^{}]*)\}\}/g;

function isVariable(name: string): name is ReplyVariable {
  return REPLY_VARIABLES.includes(name as ReplyVariable);
}

/** A canned reply with its variables replaced; one without a value, or an unknown one, is replaced by nothing. */
export function fillReply(text: string, values: Readonly<Partial<Record<ReplyVariable, string>>>): string {
  return text.replace(IN_BRACES, (_all, inside: string) => {
    const name = inside.trim();
    return (isVariable(name) && values[name]) || '';
  });
}

/** Words in double braces that are no variables. */
export function unknownVariables(text: string): string[] {
  const words = [...text.matchAll(IN_BRACES)].map(([, inside = '']) => inside.trim());
  return words.filter((name) => !isVariable(name));
}
