import type { WidgetSettings } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useWorkspace } from '../shell/use-console.ts';
import { Group } from './fields.tsx';

/** The launcher's colour where nobody has chosen one; the widget's own. */
export const USUAL_ACCENT = '#3451d1';

/** The closed widget, as far as these settings concern it. */
export function Preview({ widget }: { widget: WidgetSettings }): JSX.Element {
  return (
    <div
      class="website-preview"
      data-corner={widget.corner}
      role="img"
      aria-label={`On a page: ${widget.name}. ${widget.greeting ?? ''}`}
    >
      {widget.greeting !== undefined && (
        <span class="website-greeting">
          <bdi>{widget.greeting}</bdi>
        </span>
      )}
      <span class="website-launcher" style={{ background: widget.accent ?? USUAL_ACCENT }}>
        <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
          <path
            fill="currentColor"
            d="M12 4c5 0 9 3.1 9 7.2s-4 7.2-9 7.2c-.9 0-1.8-.1-2.6-.3L5 20.5v-4C3.7 15.2 3 13.3 3 11.2 3 7.1 7 4 12 4z"
          />
        </svg>
      </span>
    </div>
  );
}

/** What a page needs to have the chat. */
export function Snippet({ site }: { site: string }): JSX.Element {
  const { notices } = useWorkspace();
  const text = `<script async src="${location.origin}/embed/${site}.js"></script>`;
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => {
        notices.say('Copied.');
      },
      () => {
        notices.say('The browser does not let it be copied. Select and copy it.', 'problem');
      },
    );
  };
  return (
    <Group title="Snippet" hint="Stands in each page that is to have the chat, before </body>.">
      <div class="field-line">
        <input type="text" readOnly aria-label="Snippet" value={text} />
        <button type="button" class="button" onClick={copy}>
          Copy
        </button>
      </div>
    </Group>
  );
}
