import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { AgentConversation, ConversationView, ErrorCode } from '@alongside/sdk/agent';
import { observed } from '../ui/observed.ts';

/** Pages of history that are fetched in search of one entry, before giving up. */
const SEEK_PAGES_MAX = 200;

/** What lies over a conversation. */
export type ConversationDialog = 'none' | 'transfer' | 'finish';

/** A conversation that the console reads: its live view as a signal, and what concerns showing it. */
export class OpenConversation {
  readonly id: string;
  readonly handle: AgentConversation;
  readonly view: ReadonlySignal<ConversationView>;
  /** Why the server shows nothing new of it at present. */
  readonly hindered: ReadonlySignal<ErrorCode | undefined>;
  /** The entry that is pointed at, by a search. */
  readonly pointedAt: Signal<number | undefined> = signal(undefined);
  readonly dialog = signal<ConversationDialog>('none');
  readonly loadingOlder = signal(false);
  /** What the chat was about, as it was chosen when it was finished; it still stands while it is written up. */
  readonly code: Signal<string | undefined> = signal(undefined);
  /** The place to write in should take the focus; it takes this back when it has. */
  readonly wantsFocus = signal(false);
  readonly #stop: () => void;
  #closed = false;

  constructor(id: string, handle: AgentConversation) {
    this.id = id;
    this.handle = handle;
    const { signal: view, stop } = observed(handle.view);
    this.view = view;
    const { signal: hindered, stop: stopHindered } = observed(handle.hindered);
    this.hindered = hindered;
    this.#stop = () => {
      stop();
      stopHindered();
    };
  }

  /** True once there is something to show. */
  get isLoaded(): boolean {
    return this.view.value.id !== undefined;
  }

  /** Asks for the focus, where that brings up no on-screen keyboard. */
  requestFocus(): void {
    if (matchMedia('(pointer: fine)').matches) this.wantsFocus.value = true;
  }

  /** Fetches one page of older entries; a second call while one runs does nothing. */
  async loadOlder(): Promise<void> {
    if (this.loadingOlder.value || !this.view.value.older) return;
    this.loadingOlder.value = true;
    try {
      await this.handle.loadOlder();
    } finally {
      this.loadingOlder.value = false;
    }
  }

  /** Fetches older entries until `seq` is among them, then points at it. */
  async pointAt(seq: number): Promise<void> {
    const view = this.view;
    for (let page = 0; page < SEEK_PAGES_MAX && !this.#closed; page++) {
      const { id, entries, older } = view.peek();
      const oldest = entries[0]?.seq;
      if (id === undefined || oldest === undefined) {
        await this.#nextView();
        continue;
      }
      if (seq >= oldest || !older) break;
      await this.handle.loadOlder();
    }
    this.pointedAt.value = seq;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop();
    this.handle.close();
  }

  #nextView(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.handle.view.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
}
