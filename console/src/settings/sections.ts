import type { JSX } from 'preact';

/** One page of the settings; `id` is what follows its name in the address. */
export interface SettingsSection {
  name: string;
  title: string;
  /** What can be set there, in a sentence. */
  about: string;
  Screen: (props: { id: string | undefined }) => JSX.Element;
}
