import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { PageStage } from './page-stage.ts';

/** Who shows something in the viewer. */
export type Showing = Pick<PageStage, 'viewerLoad' | 'viewerLoaded'>;

/**
 * The viewer's document, on its own origin (CO15). It may run its own scripts and has its own origin's storage, and
 * nothing of the console's; all it says comes by one port.
 */
export function ViewerFrame({
  stage,
  url,
  title = 'Picture of their page',
}: {
  stage: Showing;
  url: string;
  title?: string;
}): JSX.Element {
  const frame = useRef<HTMLIFrameElement>(null);
  return (
    <iframe
      key={stage.viewerLoad.value}
      ref={frame}
      class="stage-frame"
      title={title}
      src={url}
      sandbox="allow-scripts allow-same-origin"
      referrerpolicy="no-referrer"
      onLoad={() => {
        if (frame.current) stage.viewerLoaded(frame.current, new URL(url, location.href).origin);
      }}
    />
  );
}
