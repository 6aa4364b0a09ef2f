import type { ConnectionStatus, ConversationView, VisitorClient } from '@alongside/sdk';
import type { SiteSettings } from '../loader/handover.ts';
import type { Language } from './i18n/language.ts';
import type * as More from './menu.tsx';

export type Screen = 'home' | 'conversation';

/** Who is there, as the server said last. */
export type Availability = VisitorClient['availability']['value'];

/** What every part of the panel sees and can do; the shell is the only one that gives it. */
export interface ShellContext {
  readonly settings: SiteSettings;
  readonly language: Language;
  readonly client: VisitorClient;
  readonly connection: ConnectionStatus;
  readonly conversation: ConversationView;
  readonly availability: Availability;
  readonly storage: VisitorClient['storage']['value'];
  /** The panel is open and the page can be seen: what stands in it counts as seen. */
  readonly seen: boolean;
  readonly screen: Screen;
  readonly menuOpen: boolean;
  /** Fetched when the menu is opened for the first time, when one waits, or comes while it is closed. */
  readonly more: typeof More | undefined;
  readonly sound: boolean;
  /** What stands in the composer; it outlives screens, and pages by the client's own keeping. */
  readonly draft: string;
  readonly show: (screen: Screen) => void;
  readonly close: () => void;
  readonly openMenu: (open: boolean) => void;
  readonly setSound: (on: boolean) => void;
  readonly setDraft: (text: string) => void;
}
