import type { Language } from './i18n/language.ts';

/** More than this is shown as "99+". */
const SHOWN_MAX = 99;

/** The number of unread messages on the launcher: a badge to see, a description to hear. */
export class Badge {
  readonly #launcher: HTMLButtonElement;
  readonly #shown = document.createElement('span');
  readonly #said = document.createElement('span');

  constructor(launcher: HTMLButtonElement) {
    this.#launcher = launcher;
    this.#shown.className = 'badge';
    this.#said.id = 'unread';
    this.#said.hidden = true;
    this.#shown.ariaHidden = 'true';
    launcher.after(this.#said);
  }

  show(count: number, { say, words }: Language): void {
    this.#shown.textContent = count > SHOWN_MAX ? `${SHOWN_MAX}+` : String(count);
    this.#said.textContent = say(words.unread, { count: String(count) }, count);
    if (count) {
      this.#launcher.append(this.#shown);
      this.#launcher.setAttribute('aria-describedby', 'unread');
    } else {
      this.#shown.remove();
      this.#launcher.removeAttribute('aria-describedby');
    }
  }

  remove(): void {
    this.#shown.remove();
    this.#said.remove();
    this.#launcher.removeAttribute('aria-describedby');
  }
}
