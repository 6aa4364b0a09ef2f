import type { ButtonHTMLAttributes, JSX } from 'preact';
import { Avatars } from '../ui/avatar.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Banners } from './banners.tsx';
import type { ShellContext } from './context.ts';
import { Home } from './home.tsx';
import { headerLine, namesOf, peopleOf } from './people.ts';
import type { Card, Registration } from './registration.ts';
import { Timeline } from './timeline.tsx';

interface PanelProps {
  shell: ShellContext;
  registrations: readonly Registration[];
}

/** A button with a drawing instead of words. */
export function IconButton(props: { icon: IconName; label: string } & ButtonHTMLAttributes): JSX.Element {
  const { icon, label, ...rest } = props;
  return (
    <button class="round" aria-label={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

function Header({ shell }: { shell: ShellContext }): JSX.Element {
  const { language, menuOpen, more, screen } = shell;
  const { words } = language;
  const people = peopleOf(shell);
  return (
    <header>
      {screen !== 'home' && (
        <>
          <IconButton icon="back" label={words.back} onClick={() => shell.show('home')} />
          <Avatars people={people} />
          <div class="title">
            <b>{people.length ? namesOf(people, shell) : words.chat}</b>
            <small>{headerLine(shell)}</small>
          </div>
        </>
      )}
      <IconButton
        icon="menu"
        label={words.menu}
        aria-haspopup="menu"
        aria-expanded={menuOpen}
        onClick={() => shell.openMenu(!menuOpen)}
      />
      <IconButton icon="close" label={words.close} onClick={() => shell.close()} />
      {menuOpen && more && <more.Menu shell={shell} />}
    </header>
  );
}

/** Everything inside the dialog. */
export function Panel({ shell, registrations }: PanelProps): JSX.Element {
  const { direction, locale } = shell.language;
  const cards: Record<string, Card> = {};
  for (const registration of registrations) Object.assign(cards, registration.cards);
  return (
    <div class={`frame ${shell.screen}`} dir={direction} lang={locale}>
      <Header shell={shell} />
      {shell.screen === 'home' ? (
        <Home shell={shell} registrations={registrations} />
      ) : (
        <>
          <Timeline shell={shell} cards={cards} />
          <Banners shell={shell} />
          {registrations.map((each) => each.composer?.(shell))}
        </>
      )}
    </div>
  );
}
