import { NAME_MAX_LENGTH } from '../protocol/limits.ts';
import { type Infer, list, object, oneOf, optional, string } from '../protocol/schema.ts';
import { settingsName } from './settings-values.ts';

const GREETING_MAX_LENGTH = 300;
const ORIGIN_MAX_LENGTH = 300;
export const ORIGINS_MAX = 100;

/** What a site's owner chooses about the widget; the snippet carries it to the page. */
export const widgetSettings = object({
  /** What the launcher and the panel are called. */
  name: string(NAME_MAX_LENGTH, /\S/, 1),
  /** `#rrggbb`; absent: the widget's own. */
  accent: optional(string(7, /^#[0-9a-fA-F]{6}$/)),
  /** Where the launcher stands; `end` is right where one reads from left to right. */
  corner: oneOf('end', 'start'),
  /** What the panel says first. */
  greeting: optional(string(GREETING_MAX_LENGTH)),
  /** A language tag such as `de`; absent: the page's. */
  locale: optional(string(35, /^[A-Za-z0-9-]*$/)),
  theme: optional(oneOf('auto', 'light', 'dark')),
});
export type WidgetSettings = Infer<typeof widgetSettings>;

export const DEFAULT_WIDGET_SETTINGS: WidgetSettings = { name: 'Chat with us', corner: 'end' };

/** A web site: `GET` and `PUT /v1/sites/{site}` (admins of that site). */
export const website = object({
  /** What agents call it. */
  name: settingsName,
  /** Exactly the origins whose pages may use the chat (T9), such as `https://www.example.com`. */
  origins: list(string(ORIGIN_MAX_LENGTH), ORIGINS_MAX),
  widget: widgetSettings,
});
export type Website = Infer<typeof website>;
