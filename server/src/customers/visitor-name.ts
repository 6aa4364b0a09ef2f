/**
 * What an anonymous visitor is called: "Visitor" and the end of the conversation's id, so that agents can tell
 * two of them apart and the same one is called the same everywhere.
 */
export function visitorName(conversation: string): string {
  return `Visitor ${conversation.slice(-4).toUpperCase()}`;
}
