import { type ReadonlySignal, type Signal, batch, computed, signal } from '@preact/signals';
import type { SettingsWarning, StoredSetting } from '@alongside/sdk/shared';
import { ApiError } from '../shell/api.ts';

/** What the server has against a value; `field` is a dotted path into it, empty for the whole. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** Where an editor's value comes from and goes to. Each rejects with an `ApiError`. */
export interface EditorPorts<T> {
  /** Stores it; version 0 and no id: it is new. */
  save(item: StoredSetting<T>): Promise<{ item: StoredSetting<T>; warnings: readonly SettingsWarning[] }>;
  /** As it stands at the server now. */
  read(id: string): Promise<StoredSetting<T> | undefined>;
}

/** Somebody else saved it since it was read here: theirs, or undefined where they removed it. */
export interface Conflict<T> {
  theirs: StoredSetting<T> | undefined;
}

/** One setting that is being edited: what stands in the form, what the server has, and what it says about it. */
export class Editor<T extends object> {
  readonly draft: Signal<T>;
  readonly saving: ReadonlySignal<boolean>;
  readonly problem = signal<FieldProblem | undefined>(undefined);
  readonly warnings: Signal<readonly SettingsWarning[]>;
  readonly conflict = signal<Conflict<T> | undefined>(undefined);
  readonly dirty: ReadonlySignal<boolean>;
  readonly #saved: Signal<StoredSetting<T>>;
  readonly #ports: EditorPorts<T>;
  readonly #isNew: Signal<boolean>;
  /** What is being saved. */
  readonly #underWay = signal<Promise<StoredSetting<T> | undefined> | undefined>(undefined);

  constructor(
    item: StoredSetting<T>,
    ports: EditorPorts<T>,
    { isNew = false, warnings = [] }: { isNew?: boolean; warnings?: readonly SettingsWarning[] } = {},
  ) {
    this.draft = signal(item.value);
    this.#saved = signal(item);
    this.#ports = ports;
    this.#isNew = signal(isNew);
    this.warnings = signal(warnings);
    this.saving = computed(() => this.#underWay.value !== undefined);
    this.dirty = computed(() => JSON.stringify(this.draft.value) !== JSON.stringify(this.#saved.value.value));
  }

  get saved(): ReadonlySignal<StoredSetting<T>> {
    return this.#saved;
  }

  get isNew(): ReadonlySignal<boolean> {
    return this.#isNew;
  }

  change(change: Partial<T>): void {
    batch(() => {
      this.draft.value = { ...this.draft.value, ...change };
      this.problem.value = undefined;
    });
  }

  discard(): void {
    batch(() => {
      this.draft.value = this.#saved.value.value;
      this.problem.value = undefined;
      this.conflict.value = undefined;
    });
  }

  /**
   * Resolves with what is stored now, or undefined where it is not: `problem` or `conflict` says why. While it is being
   * saved, the answer is that of the one under way.
   */
  save(): Promise<StoredSetting<T> | undefined> {
    const underWay = this.#underWay.peek();
    if (underWay) return underWay;
    const saving = this.#save().finally(() => {
      this.#underWay.value = undefined;
    });
    this.#underWay.value = saving;
    return saving;
  }

  async #save(): Promise<StoredSetting<T> | undefined> {
    const sent = this.draft.value;
    const { id, version } = this.#saved.value;
    this.problem.value = undefined;
    try {
      const { item, warnings } = await this.#ports.save({ id, version, value: sent });
      batch(() => {
        this.#saved.value = item;
        this.#isNew.value = false;
        this.warnings.value = warnings.filter((each) => each.id === item.id);
        this.conflict.value = undefined;
        // What was typed meanwhile stays.
        if (this.draft.value === sent) this.draft.value = item.value;
      });
      return item;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.#refused(error);
      return undefined;
    }
  }

  /** After a conflict: what they saved takes the place of what stands here. */
  takeTheirs(): void {
    const theirs = this.conflict.value?.theirs;
    if (!theirs) return;
    batch(() => {
      this.#saved.value = theirs;
      this.discard();
    });
  }

  /** After a conflict: what stands here is saved over what they saved. */
  async saveOver(): Promise<StoredSetting<T> | undefined> {
    const theirs = this.conflict.value?.theirs;
    if (!theirs) return undefined;
    this.#saved.value = theirs;
    this.conflict.value = undefined;
    return this.save();
  }

  /** What is said about a field: the server's refusal first. Those of a field inside it count. */
  problemAt(field: string): string | undefined {
    const problem = this.problem.value;
    return problem && isWithin(problem.field, field) ? problem.message : undefined;
  }

  warningAt(field: string): string | undefined {
    return this.warnings.value.find((each) => isWithin(each.field, field))?.message;
  }

  async #refused(error: ApiError): Promise<void> {
    if (error.code === 'stale' && !this.#isNew.value) {
      try {
        this.conflict.value = { theirs: await this.#ports.read(this.#saved.value.id) };
        return;
      } catch (again) {
        if (!(again instanceof ApiError)) throw again;
      }
    }
    this.problem.value = {
      field: (error.field ?? '').replace(/^(body\.)?value\.?/, ''),
      message: wordsOf(error),
    };
  }
}

function isWithin(path: string, field: string): boolean {
  return field !== '' && (path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
}

/** The server's sentence, as one: it begins small, and a decoder's names the path first, which the place shows. */
export function wordsOf(error: ApiError): string {
  if (error.status === 0) return 'The server cannot be reached. What you typed is still here.';
  const text = error.message
    .replace(/^body\S*\s/, 'this ')
    .replace('is shorter than 1', 'must not be empty')
    .replace('does not have the expected form', 'is not written as it has to be');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
