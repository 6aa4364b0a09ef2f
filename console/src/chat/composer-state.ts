import { type ReadonlySignal, computed, signal } from '@preact/signals';
import { MESSAGE_TEXT_MAX_LENGTH } from '@alongside/sdk/agent';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { type DraftKinds, browserDraftKinds } from './draft-kinds.ts';

/** From here on the composer says how much room is left. */
const COUNT_FROM_LENGTH = MESSAGE_TEXT_MAX_LENGTH - 500;

/** What stands in the composer of one conversation; it outlives the component, and its draft outlives the page. */
export class ComposerState {
  readonly #conversation: OpenConversation;
  readonly #kinds: DraftKinds;
  readonly #text = signal('');
  readonly #isNote = signal(false);
  readonly #problem = signal<string | undefined>(undefined);
  /** The newest visitor's message that was there when the draft was begun. */
  readonly #begunAfter = signal<number | undefined>(undefined);
  /** How many messages of the visitor came since the draft was begun. */
  readonly newSinceBegun: ReadonlySignal<number>;
  /** Colleagues who were picked for the note, by name; those whose name was taken out again are not told. */
  readonly #mentioned = new Map<string, string>();
  #touched = false;

  constructor(conversation: OpenConversation, kinds: DraftKinds = browserDraftKinds) {
    this.#conversation = conversation;
    this.#kinds = kinds;
    this.#isNote.value = kinds.isNote(conversation.id);
    this.newSinceBegun = computed(() => this.#countNew());
    void this.#restore();
  }

  get text(): ReadonlySignal<string> {
    return this.#text;
  }

  /** What is written is a note: the visitor never sees it. */
  get isNote(): ReadonlySignal<boolean> {
    return this.#isNote;
  }

  /** Why the last try did not go; the text is still there. */
  get problem(): ReadonlySignal<string | undefined> {
    return this.#problem;
  }

  /** Characters left, once it matters; negative where it is too long. */
  get room(): number | undefined {
    const { length } = this.#text.value;
    return length > COUNT_FROM_LENGTH ? MESSAGE_TEXT_MAX_LENGTH - length : undefined;
  }

  get canSend(): boolean {
    const text = this.#text.value;
    return /\S/.test(text) && text.length <= MESSAGE_TEXT_MAX_LENGTH;
  }

  write(text: string): void {
    this.#touched = true;
    if (this.#text.value === '') this.#begunAfter.value = this.#newestOfVisitor();
    if (text === '') this.#begunAfter.value = undefined;
    this.#text.value = text;
    this.#problem.value = undefined;
    const { handle } = this.#conversation;
    handle.writeDraft(text);
    if (!this.#isNote.value) handle.typing(text !== '');
  }

  /** A colleague was picked. */
  mention({ id, name }: { id: string; name: string }): void {
    this.#mentioned.set(id, name);
  }

  /** Begins a canned reply behind what stands there. */
  beginReply(): void {
    const text = this.#text.value;
    if (!/(?:^|\s)\/$/.test(text)) this.write(text === '' || /\s$/.test(text) ? `${text}/` : `${text} /`);
  }

  /**
   * The draft turns into the other kind. It stays so until it is changed again: a second note after the first must
   * not become a reply. What is typed of a note is no typing to the visitor.
   */
  setNote(isNote: boolean): void {
    this.#isNote.value = isNote;
    this.#kinds.setNote(this.#conversation.id, isNote);
    if (isNote) this.#conversation.handle.typing(false);
  }

  /** The agent has seen that there is something new. */
  acknowledge(): void {
    this.#begunAfter.value = this.#newestOfVisitor();
  }

  /** Sends what stands there; it is taken out only once it is saved in this browser (DL5). */
  async send(): Promise<void> {
    if (!this.canSend) return;
    const text = this.#text.value;
    const isNote = this.#isNote.value;
    const { handle } = this.#conversation;
    try {
      await (isNote ? handle.note(text, this.#mentionedIn(text)) : handle.send(text));
    } catch {
      this.#problem.value =
        'This could not be saved in this browser, so it was not sent. The text is still here.';
      return;
    }
    // What was typed meanwhile stays.
    const rest = this.#text.value.startsWith(text) ? this.#text.value.slice(text.length) : this.#text.value;
    this.write(rest);
    handle.typing(false);
  }

  #mentionedIn(text: string): string[] {
    return [...this.#mentioned].flatMap(([id, name]) => (text.includes(`@${name}`) ? [id] : []));
  }

  async #restore(): Promise<void> {
    const draft = await this.#conversation.handle.readDraft();
    if (this.#touched || draft === '') return;
    this.#text.value = draft;
    // When it was begun is not kept; what nobody has read yet is new in any case.
    this.#begunAfter.value = this.#conversation.view.value.header.agentSide.read;
  }

  #countNew(): number {
    const begunAfter = this.#begunAfter.value;
    if (begunAfter === undefined || this.#isNote.value) return 0;
    return this.#conversation.view.value.entries.filter(
      (entry) => entry.seq > begunAfter && isOfVisitor(entry),
    ).length;
  }

  #newestOfVisitor(): number {
    return this.#conversation.view.value.entries.findLast(isOfVisitor)?.seq ?? 0;
  }
}

type Entry = OpenConversation['view']['value']['entries'][number];

function isOfVisitor(entry: Entry): boolean {
  return !('erased' in entry) && entry.body.type === 'chat.message' && entry.author.kind === 'visitor';
}

const states = new WeakMap<OpenConversation, ComposerState>();

/** The composer's state of a conversation; one for as long as it is open. */
export function composerOf(conversation: OpenConversation): ComposerState {
  const state = states.get(conversation) ?? new ComposerState(conversation);
  states.set(conversation, state);
  return state;
}
