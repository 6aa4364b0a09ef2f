/** What is being completed at the caret: `/` begins a canned reply, `@` in a note a colleague's name. */
export interface Completing {
  kind: 'reply' | 'mention';
  /** Where the sign stands, and where the word after it ends. */
  from: number;
  to: number;
  /** What was typed after the sign, in lower case. */
  word: string;
}

/** Longer than any shortcut, or the first words of a name. */
const WORD_MAX_LENGTH = 40;
const REPLY = /(?:^|\s)\/([\w-]*)$/;
const MENTION = /(?:^|\s)@([\p{L}\p{N}][\p{L}\p{N} .'’-]*|)$/u;

/** The word that the caret stands behind, where it begins with a sign of ours. */
export function completingAt(text: string, caret: number, isNote: boolean): Completing | undefined {
  const before = text.slice(Math.max(0, caret - WORD_MAX_LENGTH - 2), caret);
  const reply = REPLY.exec(before);
  const mention = isNote ? MENTION.exec(before) : null;
  const word = (reply ?? mention)?.[1];
  if (word === undefined) return undefined;
  const kind = reply ? 'reply' : 'mention';
  return { kind, from: caret - word.length - 1, to: caret, word: word.toLowerCase() };
}

/** The text with the word replaced, and where the caret stands then. */
export function completed(
  text: string,
  { from, to }: Completing,
  insert: string,
): { text: string; caret: number } {
  const after = text.slice(to);
  return { text: text.slice(0, from) + insert + after, caret: from + insert.length };
}

const PSEUDONYM = /^Visitor [0-9A-Z]{4}$/;

/** What a visitor may be called in a text to them: not by the name that we made up. */
export function knownName(visitorName: string | undefined): string | undefined {
  return visitorName === undefined || PSEUDONYM.test(visitorName) ? undefined : visitorName;
}

/** Takes the spaces before a variable without a value away with it: "Hello {{visitor.name}}," becomes "Hello,". */
export function withoutUnknown(template: string, values: Readonly<Partial<Record<string, string>>>): string {
  return template.replace(/[ \t]*\{\{\s*([^{}]*?)\s*\}\}/g, (all, name: string) =>
    values[name] === undefined ? '' : all,
  );
}
