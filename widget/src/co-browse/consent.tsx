import { Component, createRef, type JSX } from 'preact';
import { Avatar } from './avatar.tsx';
import type { ShareLanguage } from './language.ts';

/** A press that was already on its way when the dialog came must not be the answer (T7). */
export const ARMED_AFTER_MS = 500;

const OPEN_EYE = 'M2 12s4-6.5 10-6.5S22 12 22 12s-4 6.5-10 6.5S2 12 2 12zm7 0a3 3 0 1 0 6 0 3 3 0 0 0-6 0';
const SHUT_EYE = 'M2 10c3 4 6.5 5.5 10 5.5S19 14 22 10M5 13.5 3 16.5m7-1.5-.5 3.5m9.5-5 2 3M14 15l.5 3.5';
const CLOCK = 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 4v5l3 2';

/** What is asked, of whom. */
export interface Question {
  readonly scope: 'view' | 'control';
  readonly agent: { readonly id: string; readonly name: string };
}

interface ConsentProps {
  question: Question;
  language: ShareLanguage;
  /** What went wrong with the last answer or the preview. */
  fault: string | undefined;
  answer: (allowed: boolean) => void;
  preview: () => void;
}

/** All that stands in a question, in order: its hash names the text that was agreed to (CO1). */
export function textOf({ agent, scope }: Question, { say, words }: ShareLanguage): string[] {
  const texts =
    scope === 'view'
      ? [words.ask, words.askText, words.seen, words.hidden, words.stoppable, words.allow, words.notNow]
      : [
          words.askControl,
          words.controlText,
          words.controlKept,
          words.controlEscape,
          words.allowControl,
          words.notNow,
        ];
  return texts.map((text) => say(text, { name: agent.name }));
}

/** Names a text by its language and a hash (FNV-1a): `en-1f3a8c07`. The agent's name is not part of it. */
export function textVersion(question: Question, language: ShareLanguage): string {
  const text = textOf({ ...question, agent: { id: '', name: '' } }, language).join('\n');
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return `${language.locale}-${(hash >>> 0).toString(16)}`;
}

function Line({ path, text }: { path: string; text: string | undefined }): JSX.Element {
  return (
    <li>
      <span class="eye">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={path} />
        </svg>
      </span>
      {text}
    </li>
  );
}

/** "Share this page with Ana?", or "Let Ana control this page?": over the page, whether the panel is open or not. */
export class Consent extends Component<ConsentProps, { armed: boolean }> {
  override state = { armed: false };
  readonly #dialog = createRef<HTMLDialogElement>();
  #timer = 0;
  #shownAt = 0;

  override componentDidMount(): void {
    const dialog = this.#dialog.current;
    dialog?.showModal();
    dialog?.focus();
    this.#shownAt = performance.now();
    this.#timer = window.setTimeout(() => this.setState({ armed: true }), ARMED_AFTER_MS);
  }

  /** The visitor does something: the page may have stopped our timer with all others (R28). */
  readonly #meet = (): void => {
    if (performance.now() - this.#shownAt >= ARMED_AFTER_MS) this.setState({ armed: true });
  };

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
    this.#dialog.current?.close();
  }

  /** Only a person's own press counts; a script's is passed over. */
  #answer(event: Event, allowed: boolean): void {
    if (event.isTrusted && (this.state.armed || !allowed)) this.props.answer(allowed);
  }

  override render(): JSX.Element {
    const { fault, language, preview, question } = this.props;
    const [title, ...texts] = textOf(question, language);
    const { words } = language;
    const isView = question.scope === 'view';
    const paths = isView ? [OPEN_EYE, SHUT_EYE, CLOCK] : [SHUT_EYE, CLOCK];
    return (
      <dialog
        ref={this.#dialog}
        tabIndex={-1}
        onKeyDown={this.#meet}
        onPointerMove={this.#meet}
        aria-labelledby="title"
        aria-describedby="text"
        onCancel={(event) => {
          event.preventDefault();
          this.#answer(event, false);
        }}
      >
        <div class="who">
          <Avatar person={question.agent} />
          <h2 id="title">{title}</h2>
        </div>
        <p id="text">{texts[0]}</p>
        <ul>
          {paths.map((path, index) => (
            <Line key={path} path={path} text={texts[index + 1]} />
          ))}
        </ul>
        {fault && (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
        <div class="actions">
          <button class="primary" disabled={!this.state.armed} onClick={(event) => this.#answer(event, true)}>
            {isView ? words.allow : words.allowControl}
          </button>
          <button class="second" onClick={(event) => this.#answer(event, false)}>
            {words.notNow}
          </button>
          {isView && (
            <button class="link" onClick={preview}>
              {words.preview}
            </button>
          )}
        </div>
      </dialog>
    );
  }
}
