import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { hashOf } from '../shell/router.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import type { SettingsSection } from './sections.ts';
import { SettingsContext, SettingsState } from './settings-state.ts';
import './settings.css';

/** The settings: pages on one side, the one that is open on the other. */
export function SettingsScreen({
  sections,
  part,
}: {
  sections: readonly SettingsSection[];
  part: string;
}): JSX.Element {
  const workspace = useWorkspace();
  const settings = useMemo(() => new SettingsState(workspace.api, workspace.router), [workspace]);
  useEffect(
    () => () => {
      settings.stop();
    },
    [settings],
  );
  const [name, id] = part.split('/');
  const open = sections.find((each) => each.name === name);
  // Where there is room, the first page is open at once.
  const shown = open ?? sections[0];
  return (
    <SettingsContext.Provider value={settings}>
      <section class="place settings" aria-label="Settings" data-open={open !== undefined}>
        <div class="settings-nav">
          <h2>Settings</h2>
          <nav aria-label="Settings">
            <ul>
              {sections.map((section) => (
                <li key={section.name}>
                  <a
                    class="settings-link"
                    href={hashOf({ place: 'settings', part: section.name })}
                    aria-current={section === shown ? 'page' : undefined}
                  >
                    {section.title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </div>
        {shown && (
          <div class="settings-page" data-item={id !== undefined}>
            <Head section={shown} id={open ? id : undefined} />
            <shown.Screen key={shown.name} id={open ? id : undefined} />
          </div>
        )}
        <LeaveDialog />
      </section>
    </SettingsContext.Provider>
  );
}

function Head({ section, id }: { section: SettingsSection; id: string | undefined }): JSX.Element {
  return (
    <header class="settings-head">
      <a
        class="button button-quiet button-icon settings-back"
        href={hashOf({ place: 'settings', ...(id !== undefined && { part: section.name }) })}
        aria-label={id === undefined ? 'All settings' : `All ${section.title.toLowerCase()}`}
      >
        <Icon name="back" />
      </a>
      <div>
        <h2>{section.title}</h2>
        <p class="muted">{section.about}</p>
      </div>
    </header>
  );
}
