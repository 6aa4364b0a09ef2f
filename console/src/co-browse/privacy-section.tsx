import { type CoBrowsePolicy, type StoredSetting, selectorFaults } from '@alongside/sdk/shared';
import { effect, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { Editor, wordsOf } from '../settings/editor.ts';
import { Loading } from '../settings/listed-section.tsx';
import type { SettingsSection } from '../settings/sections.ts';
import { useSettings } from '../settings/settings-state.ts';
import { ApiError } from '../shell/api.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { OwnerPreview } from './owner-preview.ts';
import { PreviewPane } from './preview-pane.tsx';
import type { PreviewPlace } from './preview-window.ts';
import { PrivacyForm } from './privacy-form.tsx';
import './privacy.css';
import './stage.css';

/** The page of the settings about what agents see of shared pages. */
export const privacySection: SettingsSection = {
  name: 'privacy',
  title: 'What agents see',
  about: 'Of a page that a visitor shares: what is shown, masked, left out, and out of reach.',
  Screen: () => <PrivacyScreen />,
};

interface Read {
  readonly item: StoredSetting<CoBrowsePolicy>;
  readonly place: PreviewPlace;
}

function PrivacyScreen(): JSX.Element {
  const settings = useSettings();
  const { api } = useWorkspace();
  const read = useSignal<Read | undefined>(undefined);
  useEffect(() => {
    const place = api.call('GET', '/v1/co-browse-preview') as Promise<PreviewPlace>;
    Promise.all([settings.api.single('co-browse-policy'), place]).then(
      ([item, found]) => {
        read.value = { item, place: found };
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        settings.fault.value = wordsOf(error);
      },
    );
  }, [settings, api, read]);
  return read.value ? <Privacy {...read.value} /> : <Loading />;
}

function Privacy({ item, place }: Read): JSX.Element {
  const settings = useSettings();
  const { identity } = useWorkspace();
  const [editor, preview] = useMemo(() => {
    const made: Editor<CoBrowsePolicy> = new Editor(item, {
      // What was looked at goes with what was decided.
      save: (each) => {
        const seen = shown.page.seen.peek() ?? each.value.seen;
        return settings.api.change('co-browse-policy', {
          ...each,
          value: { ...each.value, ...(seen !== undefined && { seen }) },
        });
      },
      read: () => settings.api.single('co-browse-policy'),
    });
    const shown = new OwnerPreview(place, identity.site.key, () => made.draft.peek());
    return [made, shown];
  }, [settings, identity, item, place]);
  useEffect(() => {
    const stop = effect(() => {
      // With a selector that cannot be used the last picture stays; the form says why.
      if (selectorFaults(editor.draft.value, document).length === 0) preview.page.policyChanged();
    });
    return () => {
      stop();
      preview.stop();
    };
  }, [editor, preview]);
  return (
    <div class="privacy">
      <PreviewPane preview={preview} editor={editor} begin={beginOf(item.value, place)} />
      <PrivacyForm editor={editor} preview={preview} />
    </div>
  );
}

/** What was looked at last, else the site's first page. */
function beginOf({ seen }: CoBrowsePolicy, { origins }: PreviewPlace): string {
  if (seen !== undefined) return new URL(seen, location.origin).href;
  return origins[0] === undefined ? '' : `${origins[0]}/`;
}
