import { type Infer, NAME_MAX_LENGTH, object, oneOf, optional, string } from '@alongside/sdk/protocol';

const GREETING_MAX_LENGTH = 300;

/** What a site's owner chooses about the widget; the snippet carries it to the page. */
export const siteSettings = object({
  /** What the launcher and the panel are called. */
  name: string(NAME_MAX_LENGTH, /\S/, 1),
  accent: optional(string(7, /^#[0-9a-fA-F]{6}$/)),
  corner: oneOf('end', 'start'),
  greeting: optional(string(GREETING_MAX_LENGTH)),
  locale: optional(string(35, /^[A-Za-z0-9-]*$/)),
  theme: optional(oneOf('auto', 'light', 'dark')),
});
export type SiteSettings = Infer<typeof siteSettings>;

export const defaultSiteSettings: SiteSettings = { name: 'Chat with us', corner: 'end' };
