/** A page that takes the widget out again and again wins in the end, instead of a fight without end. */
const ATTACH_MAX = 50;

/**
 * Ways to show and to hide the host. It stands beside `body`, not in it: swaps of the body leave it alone, and
 * one observer of the few children of the root element is all that watches the page.
 */
export function attacher(host: HTMLElement): [show: () => void, hide: () => void] {
  let attached = 0;
  const show = (): void => {
    const page = document.documentElement;
    // Run before the body is parsed, the host is put behind it later, so that it comes last for the keyboard.
    const isLost =
      !host.isConnected || (document.body as HTMLElement | null)?.previousElementSibling === host;
    if (isLost && attached++ < ATTACH_MAX) page.append(host);
    observer.observe(page, { childList: true });
  };
  const observer = new MutationObserver(show);
  return [
    show,
    () => {
      observer.disconnect();
      host.remove();
    },
  ];
}
