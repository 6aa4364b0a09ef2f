import { Component, createRef, type JSX } from 'preact';
import type { ShellContext } from './context.ts';
import { waitingWords } from './i18n/waiting-words.ts';

// All are small and seldom needed: one file, one hashed name in the panel.
export { chime } from './sound.ts';
export { WaitLine, closedLine } from './waiting.tsx';
export { join } from './live-drafts.ts';

/** What only this needs does not stand in the sheet that everybody fetches. */
const MENU = {
  position: 'absolute',
  'z-index': 1,
  top: '56px',
  'inset-inline-end': '12px',
  padding: '12px 16px',
};

/** The panel's menu. It takes the focus and closes when the focus leaves it; Esc gives it back to its button. */
export class Menu extends Component<{ shell: ShellContext }> {
  readonly #list = createRef<HTMLDivElement>();

  override componentDidMount(): void {
    this.#list.current?.querySelector('button')?.focus();
  }

  readonly #leave = ({ relatedTarget }: FocusEvent): void => {
    // Its button closes it by itself; closed here first, the press would open it again.
    const to = relatedTarget as Element | null;
    if (to && !to.closest('[role=menu], [aria-haspopup]')) this.props.shell.openMenu(false);
  };

  override render(): JSX.Element {
    const { language, sound } = this.props.shell;
    return (
      <div
        role="menu"
        style={MENU}
        aria-label={language.words.menu}
        ref={this.#list}
        onFocusOut={this.#leave}
      >
        <button
          role="menuitemcheckbox"
          aria-checked={sound}
          onClick={() => this.props.shell.setSound(!sound)}
        >
          {waitingWords(language.locale).sound}
          <span aria-hidden="true" style={{ visibility: sound ? 'visible' : 'hidden' }}>
            ✓
          </span>
        </button>
      </div>
    );
  }
}
