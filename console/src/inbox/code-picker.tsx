import type { Signal } from '@preact/signals';
import type { StoredSetting, WrapUpCodeSettings } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import './code-picker.css';

/** What it was about: one of the site's codes, or none. */
export function CodePicker({
  codes,
  chosen,
}: {
  codes: readonly StoredSetting<WrapUpCodeSettings>[];
  chosen: Signal<string | undefined>;
}): JSX.Element {
  const byName = [...codes].sort((a, b) => a.value.name.localeCompare(b.value.name));
  return (
    <fieldset class="codes">
      <legend>What was it about?</legend>
      {byName.map(({ id, value }, index) => (
        <label key={id} class="code">
          <input
            type="radio"
            name="wrap-up-code"
            value={id}
            autofocus={index === 0}
            checked={chosen.value === id}
            onChange={() => {
              chosen.value = id;
            }}
          />
          <span>{value.name}</span>
        </label>
      ))}
    </fieldset>
  );
}
