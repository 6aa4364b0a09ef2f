import { PAGE_TITLE_MAX_LENGTH, PAGE_URL_MAX_LENGTH } from './limits.ts';
import { type Infer, object, string } from './schema.ts';

/** Where a visitor is: address and title, masked on the page before they leave it, and again on the server. */
export const page = object({
  url: string(PAGE_URL_MAX_LENGTH),
  title: string(PAGE_TITLE_MAX_LENGTH),
});
export type Page = Infer<typeof page>;
