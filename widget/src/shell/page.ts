import type { VisitorClient } from '@alongside/sdk';
import type { Page } from '@alongside/sdk/protocol';
import { listen } from './listen.ts';

/** Where the visitor is now. */
export function currentPage(): Page {
  return { url: location.href, title: document.title };
}

/**
 * Tells the client when a page changes its address without being loaded again. Nothing of the page is patched for
 * it: where there is no Navigation API, only what the browser's own buttons do is noticed.
 */
export function watchPage(client: VisitorClient): () => void {
  const { navigation = window } = window as { navigation?: EventTarget };
  // The title follows the address, if at all, when the page has drawn its new view.
  const tell = (): void => void requestAnimationFrame(() => client.showPage(currentPage()));
  return listen(navigation, 'currententrychange popstate', tell);
}
