import type { JSX } from 'preact';

/** Our own stroked drawings on a 20-unit grid: each a list of SVG path data. */
const DRAWINGS = {
  inbox: [
    'M3 11l2.2-6.2A1.5 1.5 0 0 1 6.6 4h6.8a1.5 1.5 0 0 1 1.4.8L17 11',
    'M3 11v4a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 17 15v-4h-4a3 3 0 0 1-6 0z',
  ],
  search: ['M9 4a5 5 0 1 1 0 10A5 5 0 0 1 9 4z', 'M12.7 12.7L16.5 16.5'],
  back: ['M12 4.5L6.5 10l5.5 5.5'],
  close: ['M5.5 5.5l9 9', 'M14.5 5.5l-9 9'],
  send: ['M3.5 10L16.5 4l-4 12.5-2.8-5.2z', 'M9.7 11.3L16.5 4'],
  note: [
    'M5 3.5h10a1 1 0 0 1 1 1V12l-4.5 4.5H5a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1z',
    'M16 12h-3.5a1 1 0 0 0-1 1v3.5',
    'M7 7.5h6',
    'M7 10.5h3',
  ],
  finish: ['M4 10.5l4 4L16 6'],
  details: ['M3.5 5a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1z', 'M12 4v12'],
  menu: ['M4 6h12', 'M4 10h12', 'M4 14h12'],
  keyboard: [
    'M3 6a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z',
    'M6 8.5h.01',
    'M10 8.5h.01',
    'M14 8.5h.01',
    'M7 12h6',
  ],
  command: [
    'M7.5 7.5h5v5h-5z',
    'M7.5 7.5V5.7A1.7 1.7 0 1 0 5.7 7.5z',
    'M12.5 7.5h1.8a1.7 1.7 0 1 0-1.8-1.8z',
    'M12.5 12.5v1.8a1.7 1.7 0 1 0 1.8-1.8z',
    'M7.5 12.5H5.7a1.7 1.7 0 1 0 1.8 1.8z',
  ],
  clock: ['M10 3.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z', 'M10 6.5V10l2.5 1.5'],
  page: [
    'M3.5 5a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1z',
    'M3.5 7.5h13',
    'M6 5.8h.01',
  ],
  person: ['M10 3.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6z', 'M4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5'],
  down: ['M10 4.5v11', 'M5.5 11l4.5 4.5 4.5-4.5'],
  alert: ['M10 3.5l7 12.5H3z', 'M10 8.5v3', 'M10 13.8h.01'],
  offline: ['M3.5 8.5a9.5 9.5 0 0 1 13 0', 'M6 11.5a6 6 0 0 1 8 0', 'M10 15h.01', 'M4 4l12 12'],
  bell: ['M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1 1h-11z', 'M8.5 16.5a1.7 1.7 0 0 0 3 0'],
  sound: ['M4 8v4h2.5L10 15V5L6.5 8z', 'M12.8 7.5a3.5 3.5 0 0 1 0 5', 'M15 5.5a6.5 6.5 0 0 1 0 9'],
  more: ['M5 10h.01', 'M10 10h.01', 'M15 10h.01'],
  history: ['M4 10a6 6 0 1 1 2 4.5', 'M4 6v4h4', 'M10 7v3.3l2.2 1.3'],
  pencil: ['M4 16l.8-3.2L13 4.6a1.2 1.2 0 0 1 1.7 0l.7.7a1.2 1.2 0 0 1 0 1.7L7.2 15.2z'],
  theme: ['M10 3.5a6.5 6.5 0 1 0 6.5 6.5 5 5 0 0 1-6.5-6.5z'],
  floor: [
    'M3.5 4.5a1 1 0 0 1 1-1h4v6h-5z',
    'M3.5 12.5h5v4h-4a1 1 0 0 1-1-1z',
    'M11.5 3.5h4a1 1 0 0 1 1 1v3h-5z',
    'M11.5 10.5h5v5a1 1 0 0 1-1 1h-4z',
  ],
  settings: [
    'M4 6h6',
    'M14 6h2',
    'M12 4.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z',
    'M4 14h2',
    'M10 14h6',
    'M8 12.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z',
  ],
  plus: ['M10 4.5v11', 'M4.5 10h11'],
  move: ['M4 7h11', 'M12 4l3 3-3 3', 'M16 13H5', 'M8 10l-3 3 3 3'],
  eye: ['M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5z', 'M10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z'],
  leave: ['M8 4H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3', 'M9 10h7', 'M13 7l3 3-3 3'],
  pointer: ['M5 3.5l10 5.2-4.3 1.5-1.8 4.3z', 'M11.5 11.5l3.5 4'],
  highlight: ['M4 7V4h3', 'M16 7V4h-3', 'M4 13v3h3', 'M16 13v3h-3', 'M7.5 10h5'],
  hand: [
    'M6.5 10.5V5.2a1.2 1.2 0 0 1 2.4 0V9',
    'M8.9 9V4.2a1.2 1.2 0 0 1 2.4 0V9',
    'M11.3 9V5.2a1.2 1.2 0 0 1 2.4 0v6.3c0 3-1.8 5-4.7 5-2 0-3.2-.8-4.2-2.4L3.4 11.6a1.1 1.1 0 0 1 1.8-1.2l1.3 1.4',
  ],
  tag: ['M4 4h6l6.5 6.5-6 6L4 10z', 'M7.2 7.2h.01'],
  pass: ['M3.5 10h12', 'M11.5 6l4 4-4 4', 'M3.5 5.5v9'],
} satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof DRAWINGS;

/** Icons that point along the reading direction; they turn round where text runs from right to left. */
const DIRECTED: readonly IconName[] = ['back', 'send', 'leave', 'details', 'pass'];

/** A decorative icon: what it stands beside carries the name. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      class={DIRECTED.includes(name) ? 'icon icon-directed' : 'icon'}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {DRAWINGS[name].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
