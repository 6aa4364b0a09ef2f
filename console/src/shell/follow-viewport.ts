/**
 * Keeps `--viewport-height` at what can really be seen: some browsers lay their on-screen keyboard over the page
 * instead of making it smaller, and the place to write in would be under it.
 */
export function followViewport(): void {
  const viewport = globalThis.visualViewport;
  if (!viewport) return;
  const follow = (): void => {
    // Pinched, the seen part is a piece of the page and not its size.
    if (viewport.scale !== 1) return;
    document.documentElement.style.setProperty('--viewport-height', `${viewport.height}px`);
    // The browser scrolls a focused field into view although all of the page is in view again.
    if (viewport.offsetTop > 0) scrollTo(0, 0);
  };
  viewport.addEventListener('resize', follow);
  viewport.addEventListener('scroll', follow);
  follow();
}
