/** The very last character of an id carries three bits only, so it is left out. */
const PART_START = -5;
const PART_END = -1;

/**
 * What an anonymous visitor is called: "Visitor" and the end of the conversation's id, so that agents can tell
 * two of them apart and the same one is called the same everywhere.
 */
export function visitorName(conversation: string): string {
  return `Visitor ${conversation.slice(PART_START, PART_END).toUpperCase()}`;
}
