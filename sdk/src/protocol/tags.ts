import { TAGS_MAX } from './limits.ts';
import { boolean, list, message, string } from './schema.ts';

/** The id of a tag in the settings of the site. */
const tag = string(64, /^[a-z0-9][a-z0-9_-]*$/, 1);

export const tags = list(tag, TAGS_MAX);

export const conversationTag = message(
  'conversation.tag',
  3,
  'Mark the conversation by a tag of the site, or no longer. Repeating it changes nothing.',
  { tag, on: boolean },
);

export const conversationTagged = message(
  'conversation.tagged',
  3,
  'An agent marked the conversation by a tag, or took the mark away; audience agents.',
  { tag, on: boolean },
);
