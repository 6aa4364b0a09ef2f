import { render as renderAny, type ComponentChild } from 'preact';
import type { Handover } from '../loader/handover.ts';
import { Consent, type Question } from './consent.tsx';
import { type ShareLanguage, fetchShareLanguage, localeOf, shareLanguage } from './language.ts';
import { type PageShare, type Recorder, fetchRecorder } from './page-share.ts';
import { Pill } from './pill.tsx';
import type { Preview } from './preview.tsx';
import { Stage } from './stage.ts';

/** The widget's renderer tells of faults as well: Preact's type does not know that. */
const render = renderAny as (
  child: ComponentChild,
  parent: Element,
  failed: (error: unknown) => void,
) => void;

/** What is to be seen now. */
export interface Seen {
  readonly question: Question | undefined;
  readonly page: PageShare | undefined;
  readonly names: readonly string[];
  /** An agent acts, but has to wait because the visitor writes. */
  readonly waits: boolean;
}

export interface ShareViewOptions {
  readonly handover: Handover;
  readonly seen: () => Seen;
  readonly answer: (question: Question, allowed: boolean) => void;
  readonly stop: () => void;
  readonly takeBack: () => void;
  /** The page does not let the signs stand. */
  readonly lost: () => void;
  /** Words have come. */
  readonly spoken: () => void;
}

interface ShownPreview {
  readonly recorder: Recorder;
  readonly Preview: typeof Preview;
}

/** Draws what a share needs on the page: questions, frame and pill, the preview, the outline of what is hidden. */
export class ShareView {
  language: ShareLanguage = shareLanguage('en');
  stage: Stage | undefined;
  fault: string | undefined;
  readonly #options: ShareViewOptions;
  #locale = '';
  #outline = false;
  #choosing = false;
  #stopOutline: (() => void) | undefined;
  #outlined: unknown;
  #stopChoosing: (() => void) | undefined;
  #preview: ShownPreview | undefined;

  constructor(options: ShareViewOptions) {
    this.#options = options;
    this.#speak();
  }

  /** Esc: choosing ends; false where there was nothing to end. */
  escape(): boolean {
    if (!this.#choosing) return false;
    this.#setChoosing(false);
    return true;
  }

  draw(): void {
    this.#speak();
    const { handover, lost, seen } = this.#options;
    const { names, page, question, waits } = seen();
    if (!page) this.#outline = this.#choosing = false;
    if (!question) this.#preview = undefined;
    if (!page && !question) {
      this.remove();
      return;
    }
    this.stage ??= new Stage(lost);
    const theme = handover.host.dataset['theme'];
    this.stage.paint(handover.settings.accent, theme, this.language.direction);
    this.#drawOutline(page);
    this.#drawChoosing(page);
    const all = (
      <>
        {page && this.#pill(page, names, waits)}
        {question && !this.#preview && this.#consent(question)}
        {question && this.#preview && this.#shownPreview(question, this.#preview)}
      </>
    );
    render(all, this.stage.place, handover.fail);
  }

  /** Takes all away. */
  remove(): void {
    if (!this.stage) return;
    this.#drawOutline(undefined);
    this.#drawChoosing(undefined);
    render(null, this.stage.place, this.#options.handover.fail);
    this.stage.remove();
    this.stage = undefined;
  }

  #consent(question: Question): ComponentChild {
    return (
      <Consent
        key={question.scope}
        question={question}
        language={this.language}
        fault={this.fault}
        answer={(allowed) => this.#options.answer(question, allowed)}
        preview={() => this.#openPreview()}
      />
    );
  }

  #shownPreview({ agent }: Question, { Preview: Shown, recorder }: ShownPreview): ComponentChild {
    return (
      <Shown
        key="preview"
        name={agent.name}
        recorder={recorder}
        language={this.language}
        fail={this.#options.handover.fail}
        back={() => {
          this.#preview = undefined;
          this.draw();
        }}
      />
    );
  }

  #openPreview(): void {
    const { fail, server, settings } = this.#options.handover;
    Promise.all([fetchRecorder(server, settings.site), import('./preview.tsx')])
      .then(([recorder, module]) => {
        this.#preview = { recorder, Preview: module.Preview };
      })
      .catch((error: unknown) => {
        fail(error);
        this.fault = this.language.words.cannotStart;
      })
      .finally(() => this.draw());
  }

  #pill(page: PageShare, names: readonly string[], waits: boolean): ComponentChild {
    const { stop, takeBack } = this.#options;
    return (
      <Pill
        key="pill"
        names={names}
        controller={page.grant?.agent.name}
        note={this.#note(page, waits)}
        outline={this.#outline}
        choosing={this.#choosing}
        language={this.language}
        stop={stop}
        takeBack={takeBack}
        setOutline={(on) => {
          this.#outline = on;
          this.draw();
        }}
        setChoosing={(on) => this.#setChoosing(on)}
      />
    );
  }

  #note({ status }: PageShare, waits: boolean): string | undefined {
    const { words } = this.language;
    if (status.state === 'waiting') return words.reconnecting;
    if (status.state === 'live' && !status.followed) return words.otherTab;
    return waits ? words.waits : undefined;
  }

  #setChoosing(on: boolean): void {
    this.#choosing = on;
    this.draw();
  }

  #drawOutline(page: PageShare | undefined): void {
    const recording = this.#outline ? page?.recording : undefined;
    if (recording === this.#outlined) return;
    this.#outlined = recording;
    this.#stopOutline?.();
    this.#stopOutline = undefined;
    const place = this.stage?.overlay;
    if (!recording || !place) return;
    void import('./private-outline.ts').then(({ PrivateOutline }) => {
      if (this.#outlined !== recording) return;
      const outline = new PrivateOutline(place, recording, this.language.words.private);
      this.#stopOutline = () => outline.stop();
    }, this.#options.handover.fail);
  }

  #drawChoosing(page: PageShare | undefined): void {
    if (!page || !this.#choosing) {
      this.#stopChoosing?.();
      this.#stopChoosing = undefined;
      return;
    }
    const place = this.stage?.overlay;
    if (this.#stopChoosing || !place) return;
    let stopped = false;
    this.#stopChoosing = () => (stopped = true);
    void import('./private-outline.ts').then(({ choosePart }) => {
      if (stopped) return;
      this.#stopChoosing = choosePart(place, (element) => {
        page.block(element);
        this.#outline = true;
        this.#setChoosing(false);
      });
    }, this.#options.handover.fail);
  }

  #speak(): void {
    const { handover, spoken } = this.#options;
    const locale = localeOf(handover.settings);
    if (locale === this.#locale) return;
    this.#locale = locale;
    void fetchShareLanguage(locale).then((language) => {
      if (locale !== this.#locale) return;
      this.language = language;
      spoken();
    });
  }
}
