/** What shows agents an unsent text, where the site wants that: said at the composer, and turned off by the visitor. */
import { Component, type JSX } from 'preact';
import type { ShellContext } from './context.ts';
import { keep, kept } from './keep.ts';
import { listen } from './listen.ts';
import type { Registration, Sharing } from './registration.ts';
import { DraftSender } from './draft-sender.ts';
import { draftWords } from './i18n/draft-words.ts';

/** Under this name the choice is kept, of a site and browser. */
const KEY = 'drafts';
const NOTICE_ID = 'seen-as-typed';
const LINE = { margin: '0', padding: '0 16px 10px' };

interface NoticeProps {
  text: string;
  choice: string;
  choose: () => void;
  /** It stands there now: `false` once it does no longer. */
  stands: (there: boolean) => void;
}

/** The line at the composer: who sees what is typed, and the way out of it. */
class Notice extends Component<NoticeProps> {
  override componentDidMount(): void {
    this.props.stands(true);
  }

  override componentDidUpdate(): void {
    this.props.stands(true);
  }

  override componentWillUnmount(): void {
    this.props.stands(false);
  }

  override render(): JSX.Element {
    const { choice, choose, text } = this.props;
    return (
      <p class="line" style={LINE}>
        <span id={NOTICE_ID} role="status">
          {text}
        </span>{' '}
        <button type="button" class="link" aria-describedby={NOTICE_ID} onClick={choose}>
          {choice}
        </button>
      </p>
    );
  }
}

/** Somebody is in the conversation, is told of drafts, and can be. */
function watchers({ availability, connection, conversation }: ShellContext): readonly { name: string }[] {
  const isTold = availability?.drafts === true && connection.state === 'online';
  return isTold ? conversation.header.agents : [];
}

export const join: Sharing['join'] = ({ root, settings }, client, registrations, changed) => {
  const panel = root.querySelector('section');
  const field = (): HTMLTextAreaElement | null => root.querySelector('textarea');
  const isSeen = (): boolean => panel?.hidden === false && document.visibilityState === 'visible';
  const sender = new DraftSender((text) => client.signal({ type: 'draft', text }));
  // Where nothing can be kept, the choice lasts as long as the page.
  let on = kept(settings.site, KEY) !== 'off';
  const choose = (): void => {
    on = !on;
    keep(settings.site, KEY, on ? null : 'off');
    changed();
    field()?.focus();
  };
  const stands = (there: boolean): void => {
    // For who does not see them, the line is part of what the field is.
    if (there) field()?.setAttribute('aria-describedby', NOTICE_ID);
    else field()?.removeAttribute('aria-describedby');
    if (there && on && isSeen()) sender.mayShow(field()?.value ?? '');
    else sender.hide();
  };
  const composer: Registration['composer'] = (shell) => {
    const agents = watchers(shell);
    if (agents.length === 0) return undefined;
    const { language } = shell;
    const words = draftWords(language.locale);
    const names = language.list(agents.map(({ name }) => name));
    const text = language.say(on ? words.sees : words.seesSent, { names }, agents.length);
    return (
      <Notice
        key={KEY}
        text={text}
        choice={on ? words.turnOff : words.turnOn}
        choose={choose}
        stands={stands}
      />
    );
  };
  const registration: Registration = { name: 'chat', homeRow: () => undefined, cards: {}, composer };
  registrations.push(registration);
  // A panel that is closed is not drawn: what stands in it is seen by nobody, so it is shown to nobody.
  const closing = new MutationObserver(() => isSeen() || sender.hide());
  if (panel) closing.observe(panel, { attributeFilter: ['hidden'] });
  const stops = [
    () => closing.disconnect(),
    listen(root, 'input', ({ target }) => {
      if (target === field()) sender.typed(field()?.value ?? '');
    }),
    listen(document, 'visibilitychange', () => isSeen() || sender.hide()),
  ];
  changed();
  return () => {
    for (const stop of stops) stop();
    sender.hide();
    registrations.splice(registrations.indexOf(registration), 1);
  };
};
