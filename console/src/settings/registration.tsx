import type { ListedKind } from '@alongside/sdk/shared';
import type { Place } from '../shell/place.ts';
import { ChangeLog } from './change-log.tsx';
import { hoursScreen } from './hours-fields.tsx';
import { type ListedKindScreen, ListedSection } from './listed-section.tsx';
import { PeopleSection } from './people-section.tsx';
import { queueScreen } from './queue-fields.tsx';
import type { SettingsSection } from './sections.ts';
import { SettingsScreen } from './settings-screen.tsx';
import { codeScreen, replyScreen, skillScreen, tagScreen } from './simple-fields.tsx';
import { SiteSection } from './site-section.tsx';
import { WebsiteSection } from './website-section.tsx';

function listed<Kind extends ListedKind>(
  name: string,
  title: string,
  about: string,
  screen: ListedKindScreen<Kind>,
): SettingsSection {
  return {
    name,
    title,
    about,
    Screen: ({ id }) => <ListedSection screen={screen} section={name} id={id} />,
  };
}

const SECTIONS: readonly SettingsSection[] = [
  {
    name: 'people',
    title: 'Agents',
    about: 'Who may sign in and as what, and what each works on.',
    Screen: PeopleSection,
  },
  listed(
    'queues',
    'Queues',
    'Where work waits, what it asks for, and what happens when it is too much.',
    queueScreen,
  ),
  listed('skills', 'Skills', 'What agents can and queues ask for.', skillScreen),
  listed('hours', 'Opening hours', 'When the site or a queue is open, with holidays.', hoursScreen),
  listed('canned-replies', 'Canned replies', 'Texts that agents insert with /.', replyScreen),
  listed('tags', 'Tags', 'What conversations are marked with.', tagScreen),
  listed('wrap-up-codes', 'Wrap-up codes', 'What a chat was about, chosen when it ends.', codeScreen),
  {
    name: 'website',
    title: 'Web site',
    about: 'Its pages, and how the chat looks there.',
    Screen: () => <WebsiteSection />,
  },
  { name: 'site', title: 'Visitors', about: 'How visitors are treated.', Screen: () => <SiteSection /> },
];

const CHANGES: SettingsSection = {
  name: 'changes',
  title: 'Change log',
  about: 'Who changed what, and when.',
  Screen: () => <ChangeLog />,
};

/** The settings, with the pages that capabilities add before the change log. */
export function settingsPlace(more: readonly SettingsSection[] = []): Place {
  const sections = [...SECTIONS, ...more, CHANGES];
  return {
    name: 'settings',
    title: 'Settings',
    icon: 'settings',
    roles: ['admin'],
    Screen: ({ part }) => <SettingsScreen sections={sections} part={part} />,
    actions: ({ router }) =>
      sections.map(({ name, title }) => ({
        id: `settings:${name}`,
        name: `Settings: ${title}`,
        group: 'Settings',
        icon: 'settings',
        run: () => {
          router.go({ place: 'settings', part: name });
        },
      })),
  };
}
