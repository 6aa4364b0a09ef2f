import { type ReadonlySignal, computed, signal } from '@preact/signals';
import { fillReply } from '@alongside/sdk/shared';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { presenceName } from '../shell/presence-words.ts';
import { forQueue } from '../shell/site-lists.ts';
import type { Workspace } from '../shell/workspace.ts';
import { visitorNameOf } from '../inbox/visitor-name.ts';
import { type Completing, completed, completingAt, knownName, withoutUnknown } from './completing.ts';
import type { ComposerState } from './composer-state.ts';

/** Options that are offered at a time. */
const OPTIONS_MAX = 8;

export interface Completion {
  id: string;
  name: string;
  /** What it becomes, or what it is. */
  detail: string;
  insert: string;
  /** The colleague who is mentioned. */
  agent?: { id: string; name: string };
}

/** Canned replies and mentions while one writes: what fits at the caret, and what is chosen of it. */
export class Completer {
  readonly #conversation: OpenConversation;
  readonly #state: ComposerState;
  readonly #workspace: Workspace;
  readonly #caret = signal<number | undefined>(undefined);
  /** Where a word stands for which the list was closed. */
  readonly #dismissed = signal<number | undefined>(undefined);
  readonly #completing: ReadonlySignal<Completing | undefined>;
  readonly #chosen = signal(0);
  /** Empty while nothing is completed. */
  readonly options: ReadonlySignal<readonly Completion[]>;

  constructor(conversation: OpenConversation, state: ComposerState, workspace: Workspace) {
    this.#conversation = conversation;
    this.#state = state;
    this.#workspace = workspace;
    this.#completing = computed(() => {
      const caret = this.#caret.value;
      const text = state.text.value;
      // A caret behind the text is of a draft that has gone.
      const isHere = caret !== undefined && caret <= text.length;
      const found = isHere ? completingAt(text, caret, state.isNote.value) : undefined;
      return found?.from === this.#dismissed.value ? undefined : found;
    });
    this.options = computed(() => this.#optionsFor(this.#completing.value));
  }

  get chosen(): number {
    return Math.min(this.#chosen.value, Math.max(0, this.options.value.length - 1));
  }

  /** The caret stands there now; undefined: the field is left. */
  caretAt(caret: number | undefined): void {
    const before = this.#completing.peek();
    this.#caret.value = caret;
    const now = this.#completing.peek();
    if (now?.word !== before?.word || now?.kind !== before?.kind) this.#chosen.value = 0;
    if (now?.kind === 'reply' && (!before || now.word === ''))
      void this.#workspace.lists.refresh('canned-replies');
    if (caret !== undefined && caret <= (this.#dismissed.value ?? -1)) this.#dismissed.value = undefined;
  }

  move(by: 1 | -1): void {
    const { length } = this.options.value;
    this.#chosen.value = (this.chosen + by + length) % length;
  }

  /** Closes the list until another word is begun. */
  dismiss(): void {
    this.#dismissed.value = this.#completing.value?.from;
  }

  /** Writes the option in place of the word; the answer is where the caret belongs. */
  pick(index: number): number | undefined {
    const option = this.options.value[index];
    const completing = this.#completing.value;
    if (!option || !completing) return undefined;
    const { text, caret } = completed(this.#state.text.value, completing, option.insert);
    this.#caret.value = undefined;
    if (option.agent) this.#state.mention(option.agent);
    this.#state.write(text);
    return caret;
  }

  #optionsFor(completing: Completing | undefined): readonly Completion[] {
    if (!completing) return [];
    const all =
      completing.kind === 'reply' ? this.#replies(completing.word) : this.#colleagues(completing.word);
    return all.slice(0, OPTIONS_MAX);
  }

  #replies(word: string): Completion[] {
    const replies = forQueue(this.#workspace.lists.of('canned-replies').value, this.#row()?.queue);
    const values = this.#values();
    const rank = (shortcut: string): number => (shortcut.startsWith(word) ? 0 : 1);
    return replies
      .filter(({ value }) => value.shortcut.includes(word) || value.title.toLowerCase().includes(word))
      .sort(
        ({ value: a }, { value: b }) =>
          rank(a.shortcut) - rank(b.shortcut) || a.shortcut.localeCompare(b.shortcut),
      )
      .map(({ id, value: { shortcut, title, text } }) => {
        const insert = fillReply(withoutUnknown(text, values), values);
        return { id, name: `/${shortcut} · ${title}`, detail: insert, insert };
      });
  }

  #colleagues(word: string): Completion[] {
    return this.#workspace.colleagues.value
      .filter(({ agent }) => agent.name.toLowerCase().startsWith(word))
      .map(({ agent, presence }) => ({
        id: agent.id,
        name: agent.name,
        detail: presenceName(presence),
        insert: `@${agent.name} `,
        agent,
      }));
  }

  #row(): ReturnType<Workspace['rowOf']> {
    return this.#workspace.rowOf(this.#conversation.id);
  }

  #values(): Partial<Record<string, string>> {
    const { identity } = this.#workspace;
    const view = this.#conversation.view.value;
    const row = this.#row();
    const name = knownName(visitorNameOf(row, view));
    const title = (view.page ?? row?.page ?? view.header.sitting?.page)?.title;
    return {
      'agent.name': identity.agent.name,
      'site.name': identity.site.name,
      ...(name !== undefined && { 'visitor.name': name }),
      ...(title && { 'page.title': title }),
    };
  }
}
