import type { ConversationView } from './conversation-view.ts';
import { Cell, type Observable } from '../lib/observable.ts';
import type { AgentCard } from '../protocol/index.ts';

/**
 * What the visitor of one conversation is writing, as an agent is shown it: it stands until it is sent or cleared, the
 * visitor or the connection goes, or the agent leaves the conversation. It is nowhere else: no log, no store, no draft
 * of anybody's.
 */
export class ShownDraft {
  /** Empty: nothing is shown. */
  readonly text = new Cell('');
  readonly stop: () => void;
  readonly #view: Observable<ConversationView>;
  readonly #me: Observable<{ agent: AgentCard } | undefined>;
  /** The visitor's newest message when the draft came. */
  #after = 0;

  /** `connection`: whatever becomes of it, what was shown before is no longer known to be true. */
  constructor(
    view: Observable<ConversationView>,
    connection: Observable<unknown>,
    me: Observable<{ agent: AgentCard } | undefined>,
  ) {
    this.#view = view;
    this.#me = me;
    const stops = [
      connection.subscribe(() => this.#clear()),
      view.subscribe(() => {
        if (this.text.value && (this.#isGone() || !this.#isIn())) this.#clear();
      }),
    ];
    this.stop = () => {
      for (const stop of stops) stop();
    };
  }

  show(text: string): void {
    this.#after = newestOf(this.#view.value);
    this.text.value = this.#isIn() ? text : '';
  }

  #clear(): void {
    this.text.value = '';
  }

  #isGone(): boolean {
    const { value } = this.#view;
    return value.online === false || newestOf(value) > this.#after;
  }

  #isIn(): boolean {
    return this.#view.value.header.agents.some(({ id }) => id === this.#me.value?.agent.id);
  }
}

/** The number of the last message that the visitor wrote; 0 where none is at hand. */
function newestOf({ entries }: ConversationView): number {
  const found = entries.findLast(
    (entry) => 'body' in entry && entry.body.type === 'chat.message' && entry.author.kind === 'visitor',
  );
  return found?.seq ?? 0;
}
