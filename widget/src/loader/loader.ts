/**
 * The snippet, `/embed/<site>.js`. The server puts the site's settings in place of the string below; the
 * build puts in where the shell stands. It must stay under 2.0 KB gzip with settings.
 */
import type { SiteSettings } from './handover.ts';
import { load } from './load.ts';

const settings = '__ALONGSIDE_SETTINGS__' as unknown as SiteSettings;

// A second paste, or a page swap that runs the tag again, finds the living widget and leaves it alone.
if (!window.alongside?.site) {
  load(settings, document.currentScript as HTMLScriptElement | null, __SHELL_URL__, __PREVIEW_URL__);
}
