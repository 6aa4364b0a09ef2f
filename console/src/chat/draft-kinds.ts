/** Which drafts are notes. A note that came back as a reply after a reload could be sent to the visitor. */
export interface DraftKinds {
  isNote(conversation: string): boolean;
  setNote(conversation: string, isNote: boolean): void;
}

const KEY = 'alongside:note-drafts';
const KEPT_MAX = 200;

/** Kept in this browser. Where storage is denied, drafts do not outlive the page either. */
export const browserDraftKinds: DraftKinds = {
  isNote: (conversation) => read().includes(conversation),
  setNote(conversation, isNote) {
    const others = read().filter((each) => each !== conversation);
    const kept = isNote ? [...others, conversation].slice(-KEPT_MAX) : others;
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Denied or full: it holds until the page is closed.
    }
  },
};

function read(): string[] {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]') as unknown;
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
