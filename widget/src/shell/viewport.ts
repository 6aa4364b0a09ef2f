import { listen } from './listen.ts';

/**
 * Tells the panel how much of the page can be seen: on a phone the keyboard takes a part away, and the composer
 * must stay above it. Answers what ends it.
 */
export function followViewport({ style }: HTMLElement): () => void {
  const { visualViewport } = window;
  const follow = (): void => {
    style.setProperty('--seen-top', `${visualViewport?.offsetTop}px`);
    style.setProperty('--seen-height', `${visualViewport?.height}px`);
  };
  if (visualViewport) follow();
  return listen(visualViewport, 'resize scroll', follow);
}
