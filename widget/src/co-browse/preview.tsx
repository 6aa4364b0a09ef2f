import type { PageEvent, Recording } from '@alongside/sdk/sharing';
import { Component, createRef, type JSX } from 'preact';
import type { ShareLanguage } from './language.ts';
import { type Recorder, record } from './page-share.ts';
import { PreviewPage } from './preview-page.ts';

/** A large page is told of in pieces; what has not come by then is not part of the picture. */
const LASTS_MS = 3_000;

interface PreviewProps {
  recorder: Recorder;
  name: string;
  language: ShareLanguage;
  back: () => void;
  fail: (error: unknown) => void;
}

/** The page as an agent would see it: made of what the scrubber lets out, on this device (CO5). Nothing is sent. */
export class Preview extends Component<PreviewProps> {
  readonly #dialog = createRef<HTMLDialogElement>();
  readonly #picture = createRef<HTMLDivElement>();
  #recording: Recording | undefined;
  #page: PreviewPage | undefined;
  #timer = 0;

  override componentDidMount(): void {
    const { back, fail, recorder } = this.props;
    this.#dialog.current?.showModal();
    const picture = this.#picture.current;
    if (!picture) return;
    this.#page = new PreviewPage(picture);
    try {
      this.#recording = record(recorder, {
        send: (events) => this.#show(events),
        failed: fail,
        // What the page would hand over, this browser shows by itself.
        asset: (address) => (new URL(address).origin === location.origin ? address : undefined),
      });
    } catch (error) {
      fail(error);
      back();
    }
    this.#timer = window.setTimeout(() => this.#recording?.stop(), LASTS_MS);
  }

  #show(events: readonly PageEvent[]): void {
    for (const event of events) this.#page?.show(event);
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#timer);
    this.#recording?.stop();
    this.#dialog.current?.close();
  }

  override render(): JSX.Element {
    const { back, language, name } = this.props;
    const { say, words } = language;
    return (
      <dialog
        ref={this.#dialog}
        class="preview"
        aria-labelledby="preview-title"
        onCancel={(event) => {
          event.preventDefault();
          back();
        }}
      >
        <div class="who">
          <h2 id="preview-title">{say(words.previewTitle, { name })}</h2>
        </div>
        <p>{words.previewText}</p>
        <div class="picture" ref={this.#picture} />
        <div class="actions">
          <button class="second" onClick={back}>
            {words.back}
          </button>
        </div>
      </dialog>
    );
  }
}
