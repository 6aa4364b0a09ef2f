import type { VisitorClient } from '@alongside/sdk';
import type { Page } from '@alongside/sdk/protocol';

/** Where the visitor is now. */
export function currentPage(): Page {
  return { url: location.href, title: document.title };
}

/**
 * Tells the client when a page changes its address without being loaded again. Nothing of the page is patched for
 * it: the Navigation API where there is one, else only what the browser's own buttons do is noticed.
 */
export function watchPage(client: VisitorClient): () => void {
  const { navigation } = window as { navigation?: EventTarget };
  // The title follows the address, if at all, when the page has drawn its new view.
  const tell = (): void => void requestAnimationFrame(() => client.showPage(currentPage()));
  const target = navigation ?? window;
  const event = navigation ? 'currententrychange' : 'popstate';
  target.addEventListener(event, tell);
  return () => target.removeEventListener(event, tell);
}
