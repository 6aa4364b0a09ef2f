import type { ConversationView } from '../../../sdk/src/conversation/conversation-view.ts';
import type { SharedStore } from './shared-store.ts';
import type { ModelServer } from './model-server.ts';
import { keyOf } from './model-server.ts';

/** Something that a person wrote. Its text is unique in its run. */
export interface Said {
  text: string;
  kind: 'message' | 'note';
  /** The browser in which it was written, and at which of its pages. */
  store: SharedStore;
  author: string;
  /** Once it was saved. */
  id?: string;
  /** Saved where it survives a reload. */
  durable?: boolean;
  /** Its page was frozen meanwhile, so that it learned of the saving late. */
  late?: boolean;
  /** Deleted after a refusal. */
  discarded?: boolean;
  /** Sent anew after a refusal, so that its place in the order is another. */
  retried?: boolean;
}

/** All that was done and seen in one run, and what was wrong with it as it was seen. */
export class History {
  readonly said = new Map<string, Said>();
  /** In the order of their saving. */
  readonly saved: Said[] = [];
  readonly acknowledged = new Map<string, number>();
  /** Command ids and texts that a restored server no longer has. */
  readonly lostByRestore = new Set<string>();
  readonly problems = new Set<string>();
  readonly #server: () => Pick<ModelServer, 'everStored' | 'everNumbered'>;

  constructor(server: () => Pick<ModelServer, 'everStored' | 'everNumbered'>) {
    this.#server = server;
  }

  /** A frame that reached a client. */
  sawFrame(text: string): void {
    if (!text.startsWith('{"type":"ack"')) return;
    const { id, conversation, seq } = JSON.parse(text) as { id: string; conversation: string; seq: number };
    // A visitor who was forgotten says the same again in a new conversation.
    const key = `${conversation} ${id}`;
    const first = this.acknowledged.get(key);
    if (first !== undefined && first !== seq && !this.lostByRestore.has(id))
      this.problem(`${id} was acknowledged as ${first} and as ${seq}`);
    this.acknowledged.set(key, seq);
    const stored = this.#server().everNumbered.get(key);
    if (stored === undefined) this.problem(`lost: ${id} was acknowledged before it was stored`);
    else if (!stored.has(seq)) this.problem(`ack ${seq} of ${id}, which is ${[...stored].join()} in the log`);
  }

  /** A view of `conversation` that was shown to `reader`. */
  sawView(
    reader: string,
    view: ConversationView,
    before: ConversationView | undefined,
    conversation = view.id ?? '',
  ): void {
    if (view.entries !== before?.entries) this.#checkEntries(reader, view, before);
    if (view.entries === before?.entries && view.pending === before.pending) return;
    const shown = new Set(
      view.entries.flatMap((entry) => ('body' in entry && isText(entry.body) ? [entry.command] : [])),
    );
    for (const { id, seq, text } of view.pending) {
      if (shown.has(id)) this.problem(`duplicate: ${reader} sees "${text}" as entry and as pending`);
      if (seq !== undefined && !this.#server().everNumbered.has(`${conversation} ${id}`)) {
        this.problem(`untrue: ${reader} is told that "${text}" is stored`);
      }
    }
    const ids = view.pending.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) this.problem(`duplicate: ${reader} has a message pending twice`);
  }

  #checkEntries(reader: string, view: ConversationView, before: ConversationView | undefined): void {
    const known = new Set(before?.entries);
    let prev = view.entries[0]?.prev ?? 0;
    const texts = new Set<string>();
    for (const entry of view.entries) {
      if (entry.prev !== prev)
        this.problem(`hole: ${reader} sees ${entry.seq} after ${prev}, not ${entry.prev}`);
      prev = entry.seq;
      if (!('body' in entry)) continue;
      if (isText(entry.body)) {
        if (texts.has(entry.body.text)) this.problem(`duplicate: ${reader} sees "${entry.body.text}" twice`);
        texts.add(entry.body.text);
      }
      if (known.has(entry)) continue;
      if (entry.body.type === 'chat.noted' && reader.startsWith('visitor')) {
        this.problem(`leak: ${reader} sees a note`);
      }
      if (!this.#server().everStored.has(keyOf(view.id ?? '', entry))) {
        this.problem(`phantom: ${reader} sees entry ${entry.seq}, which was never stored`);
      }
    }
    const last = view.entries.at(-1)?.seq;
    if (last !== undefined && last !== view.header.seq) {
      this.problem(`hole: ${reader} has folded ${view.header.seq}, and shows up to ${last}`);
    }
  }

  problem(what: string): void {
    this.problems.add(what);
  }
}

function isText(body: { type: string }): body is { type: 'chat.message' | 'chat.noted'; text: string } {
  return body.type === 'chat.message' || body.type === 'chat.noted';
}
