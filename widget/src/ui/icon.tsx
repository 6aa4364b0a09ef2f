import type { JSX } from 'preact';

/** Strokes in a square of 24, drawn for this product. */
const STROKES = {
  chat: 'M12 4a8 8 0 1 1-3.6 15.2L4 20.5l1.2-4.3A8 8 0 0 1 12 4zM8.5 10.5h7m-7 3.5h4.5',
  send: 'M12 19V5m-6 6 6-6 6 6',
  back: 'm14.5 5-7 7 7 7',
  forward: 'm9.5 5 7 7-7 7',
  down: 'M12 5v14m6-6-6 6-6-6',
  close: 'm6 6 12 12m0-12L6 18',
  menu: 'M5 12h.01M12 12h.01M19 12h.01',
} as const;

export type IconName = keyof typeof STROKES;

/** A stroked drawing in the text's colour; it says nothing to a screen reader. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class={`icon ${name}`}>
      <path d={STROKES[name]} />
    </svg>
  );
}
