import { maskPatterns, MASK } from '../lib/mask-page.ts';
import type { Clock } from '../lib/clock.ts';
import type { ActionKind, RefusalReason } from '../protocol/co-browse.ts';
import {
  type SharedPage,
  elementOf,
  isListed,
  isTextField,
  labelOf,
  placeOn,
  refusalOfElement,
  refusalOfPress,
} from './visitor-control-checks.ts';
import { changed, choose, focus, press, scroll, write } from './visitor-control-events.ts';
import { editorText } from './editor-text.ts';
import { editorOf, writeInEditor } from './visitor-editor.ts';
import type { Grant, Said, Told } from './visitor-share-ports.ts';

/** While the visitor writes, an agent waits this long (CO10). */
const PAUSE_MS = 3_000;
/** An agent's writing is told to the page as ended after this. */
const WRITING_ENDS_MS = 800;
/** Changes that undo themselves are no new state of a field. */
const VERSIONS_FROM = 1;

type Act = Told<'act'>;
type Acted = Said<'acted'>;

export interface ControlOptions {
  readonly page: SharedPage;
  readonly window: Window & typeof globalThis;
  readonly clock: Clock;
  readonly stream: string;
  readonly deny: readonly string[];
  /** What the owner lists as pressed by agents although it sends, downloads or leads elsewhere. */
  readonly allow: readonly string[];
  readonly isStrict: boolean;
  readonly grant: () => Grant | undefined;
  /** Shows where something is done. */
  readonly shown: (element: Element, refused: RefusalReason | undefined) => void;
  /** For the ledger (CO11): what was done, or refused. */
  readonly noted: (action: ActionKind, label: string, refused: RefusalReason | undefined) => void;
  /** The visitor writes, or does not any more. */
  readonly paused: (on: boolean) => void;
}

interface Field {
  version: number;
  value: string;
}

/**
 * Does on the page what an agent asks for, under the visitor's leave (CO9, CO10): every act names a node, is checked
 * against the page as it is now, is done with the events that a person's hand would cause, and is answered.
 */
export class VisitorControl {
  readonly #options: ControlOptions;
  readonly #fields = new WeakMap<Element, Field>();
  #acting = false;
  #stopPause: (() => void) | undefined;
  #writing: Element | undefined;
  #stopWriting: (() => void) | undefined;
  /** The field whose ledger line is written: one for each time it is written in. */
  #notedField: Element | undefined;
  readonly #onInput = (event: Event): void => this.#visitorActs(event);

  constructor(options: ControlOptions) {
    this.#options = options;
    for (const name of ['keydown', 'beforeinput']) options.window.addEventListener(name, this.#onInput, true);
  }

  /** Nothing is done from now on. */
  stop(): void {
    for (const name of ['keydown', 'beforeinput']) {
      this.#options.window.removeEventListener(name, this.#onInput, true);
    }
    this.#stopPause?.();
    this.#stopPause = undefined;
    this.#endWriting();
  }

  /** Does it or refuses. */
  act(act: Act): Acted {
    const refused = this.#refusalOfLeave(act);
    if (refused) return { type: 'acted', request: act.request, refused };
    const element = elementOf(this.#options.page, act.at.node);
    if (!element) return { type: 'acted', request: act.request, refused: 'gone' };
    const { isStrict, noted, page, shown } = this.#options;
    // Before it is done: the page may put another name, or nothing, in its place.
    const label = labelOf(element, page, isStrict);
    const outcome = this.#guarded(() => this.#do(act, element));
    shown(element, outcome);
    if (this.#isNoted(act, element, outcome)) noted(act.kind, label, outcome);
    const editor = isTextField(element) ? undefined : editorOf(element);
    const written = editor ?? (isTextField(element) ? element : undefined);
    const field = written && this.#mayRead(written) ? this.#fieldOf(written) : undefined;
    const number = field && editor ? page.idOf(editor) : 0;
    return {
      type: 'acted',
      request: act.request,
      ...(outcome && { refused: outcome }),
      ...(field && { version: field.version }),
      ...(number > 0 && { editor: number }),
    };
  }

  #refusalOfLeave({ grant: id, kind, stream }: Act): RefusalReason | undefined {
    const { clock, grant: grantNow, stream: mine, window } = this.#options;
    const grant = grantNow();
    if (grant?.id !== id) return 'no-grant';
    if (grant.until <= clock.now()) return 'expired';
    if (!grant.scopes.includes(kind)) return 'denied';
    if (stream !== mine) return 'changed';
    if (window.document.visibilityState === 'hidden' || this.#stopPause) return 'paused';
    return undefined;
  }

  /**
   * Whatever the page does meanwhile with a form of its own, an agent's press does not send it, unless the owner lists
   * the very button that sends it.
   */
  #guarded(act: () => RefusalReason | undefined): RefusalReason | undefined {
    const { allow, window } = this.#options;
    const held = { sent: false };
    const hold = (event: Event): void => {
      const { submitter } = event as SubmitEvent;
      if (submitter && isListed(submitter, allow)) return;
      held.sent = true;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    window.addEventListener('submit', hold, true);
    this.#acting = true;
    try {
      return act() ?? (held.sent ? 'submit' : undefined);
    } finally {
      this.#acting = false;
      window.removeEventListener('submit', hold, true);
    }
  }

  #do(act: Act, element: Element): RefusalReason | undefined {
    const { allow, deny, page } = this.#options;
    if (act.kind === 'scroll') {
      if (page.privacy.of(element).blocked) return 'blocked';
      scroll(element, act.by ?? { x: 0, y: 0 });
      return undefined;
    }
    const refusal = refusalOfElement(element, page, deny);
    if (refusal) return refusal;
    if (element !== this.#writing) this.#endWriting();
    const place = placeOn(element, act.at.x, act.at.y);
    if (typeof place === 'string') return place;
    switch (act.kind) {
      case 'click': {
        const stays = refusalOfPress(element, page, allow);
        if (stays) return stays;
        press(element, place.x, place.y);
        return undefined;
      }
      case 'type':
        return this.#type(act, element);
      case 'select':
        return this.#select(act, element);
      case 'navigate':
        return 'denied';
    }
  }

  #type({ edit }: Act, element: Element): RefusalReason | undefined {
    if (!edit) return 'denied';
    if (!isTextField(element)) {
      const editor = editorOf(element);
      return editor ? this.#typeInEditor(edit, editor) : 'denied';
    }
    if (element.readOnly) return 'disabled';
    // A mask, wherever it came from, never becomes a value.
    if (edit.text.includes(MASK) || maskPatterns(element.value) !== element.value) return 'masked';
    const field = this.#fieldOf(element);
    const { value } = field;
    if (edit.version !== field.version || edit.from > edit.to || edit.to > value.length) return 'changed';
    const text = element.localName === 'textarea' ? edit.text : edit.text.replace(/[\r\n]+/g, ' ');
    const length = value.length - (edit.to - edit.from) + text.length;
    if (element.maxLength >= 0 && length > element.maxLength && length > value.length) return 'denied';
    focus(element);
    if (!write(element, edit.from, edit.to, text)) return 'denied';
    this.#fieldOf(element);
    this.#writes(element);
    return undefined;
  }

  #typeInEditor(edit: NonNullable<Act['edit']>, editor: HTMLElement): RefusalReason | undefined {
    const { version, value } = this.#fieldOf(editor);
    if (edit.text.includes(MASK) || maskPatterns(value) !== value) return 'masked';
    if (edit.version !== version || edit.from > edit.to || edit.to > value.length) return 'changed';
    if (!writeInEditor(editor, edit.from, edit.to, edit.text)) return 'denied';
    this.#writes(editor);
    // An editor may have made something else of it: the agent goes on from that.
    const expected = value.slice(0, edit.from) + edit.text + value.slice(edit.to);
    return this.#fieldOf(editor).value === expected ? undefined : 'changed';
  }

  #select({ option }: Act, element: Element): RefusalReason | undefined {
    if (element.localName !== 'select' || option === undefined) return 'denied';
    const list = element as HTMLSelectElement;
    const chosen = list.options[option];
    if (!chosen) return 'changed';
    if (chosen.disabled || chosen.closest('optgroup')?.disabled === true) return 'disabled';
    choose(list, chosen);
    return undefined;
  }

  #mayRead(field: Element): boolean {
    const { privacy } = this.#options.page;
    return privacy.showsValue(privacy.of(field).control ?? field);
  }

  /** A field as it is now; what it holds is another version whoever wrote it. */
  #fieldOf(element: Element): Field {
    const value = isTextField(element) ? element.value : editorText(element).text;
    const known = this.#fields.get(element);
    if (known?.value === value) return known;
    const field = { version: (known?.version ?? VERSIONS_FROM - 1) + 1, value };
    this.#fields.set(element, field);
    return field;
  }

  #writes(field: Element): void {
    this.#stopWriting?.();
    this.#writing = field;
    this.#stopWriting = this.#options.clock.after(WRITING_ENDS_MS, () => this.#endWriting());
  }

  #endWriting(): void {
    const field = this.#writing;
    this.#stopWriting?.();
    this.#stopWriting = undefined;
    this.#writing = undefined;
    if (field?.isConnected === true && isTextField(field)) {
      this.#guarded(() => {
        changed(field);
        return undefined;
      });
    }
  }

  #isNoted({ kind }: Act, element: Element, refused: RefusalReason | undefined): boolean {
    if (kind === 'scroll' || refused === 'changed' || refused === 'paused') return false;
    if (kind !== 'type') {
      this.#notedField = undefined;
      return true;
    }
    const field = editorOf(element) ?? element;
    if (this.#notedField === field) return false;
    this.#notedField = field;
    return true;
  }

  /** The visitor's own keys come first; what acts cause is not the visitor's. */
  #visitorActs(event: Event): void {
    if (!event.isTrusted || this.#acting || (event as KeyboardEvent).key === 'Escape') return;
    const { clock, paused } = this.#options;
    this.#stopPause?.();
    this.#stopPause = clock.after(PAUSE_MS, () => {
      this.#stopPause = undefined;
      paused(false);
    });
    paused(true);
  }
}
