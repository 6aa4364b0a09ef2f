/**
 * Tells the panel how much of the page can be seen: on a phone the keyboard takes a part away, and the composer
 * must stay above it. Answers what ends it.
 */
export function followViewport(panel: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return () => undefined;
  const follow = (): void => {
    panel.style.setProperty('--seen-top', `${viewport.offsetTop}px`);
    panel.style.setProperty('--seen-height', `${viewport.height}px`);
  };
  viewport.addEventListener('resize', follow);
  viewport.addEventListener('scroll', follow);
  follow();
  return () => {
    viewport.removeEventListener('resize', follow);
    viewport.removeEventListener('scroll', follow);
  };
}
