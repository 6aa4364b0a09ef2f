import { MESSAGE_TEXT_MAX_LENGTH } from '@alongside/sdk/protocol';
import { Component, createRef, type JSX } from 'preact';
import type { ShellContext } from '../shell/context.ts';
import { Icon } from '../ui/icon.tsx';

interface ComposerProps {
  shell: ShellContext;
}

interface ComposerState {
  text: string;
  /** The last message could not be saved on this device. */
  failed: boolean;
}

/** Where a message is written. Enter sends, Shift+Enter breaks the line, and composing (IME) never sends. */
export class Composer extends Component<ComposerProps, ComposerState> {
  override state: ComposerState = { text: this.props.shell.draft, failed: false };
  readonly #area = createRef<HTMLTextAreaElement>();
  #sending = false;

  override componentDidMount(): void {
    this.#grow();
  }

  override componentDidUpdate(before: ComposerProps): void {
    const { draft } = this.props.shell;
    if (draft !== before.shell.draft && draft !== this.state.text) this.setState({ text: draft });
    this.#grow();
  }

  #grow(): void {
    const area = this.#area.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }

  #write(text: string): void {
    const { client, setDraft } = this.props.shell;
    this.setState({ text, failed: false });
    setDraft(text);
    client.typing(!!text.trim());
  }

  #excess(): number {
    return this.state.text.trim().length - MESSAGE_TEXT_MAX_LENGTH;
  }

  async #send(): Promise<void> {
    const { text } = this.state;
    if (this.#sending || !text.trim() || this.#excess() > 0) return;
    this.#sending = true;
    try {
      // The field is emptied only when the message is safe on this device; what was typed meanwhile stays.
      await this.props.shell.client.send(text.trim());
      const now = this.state.text;
      this.#write(now.startsWith(text) ? now.slice(text.length) : now);
      this.#area.current?.focus();
    } catch {
      this.setState({ failed: true });
    } finally {
      this.#sending = false;
    }
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari ends a composition before the key event of the Enter that ended it; only its code 229 tells.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    event.preventDefault();
    void this.#send();
  };

  override render(): JSX.Element {
    const { say, words } = this.props.shell.language;
    const { failed, text } = this.state;
    const excess = this.#excess();
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void this.#send();
        }}
      >
        {(failed || excess > 0) && (
          <p role="alert">{failed ? words.notSaved : say(words.tooLong, { count: String(excess) })}</p>
        )}
        <div class="field">
          <textarea
            rows={1}
            dir="auto"
            aria-label={words.message}
            placeholder={words.writeMessage}
            value={text}
            ref={this.#area}
            onInput={(event) => this.#write(event.currentTarget.value)}
            onKeyDown={this.#onKeyDown}
          />
          <button type="submit" class="round" aria-label={words.send} disabled={!text.trim() || excess > 0}>
            <Icon name="send" />
          </button>
        </div>
      </form>
    );
  }
}
