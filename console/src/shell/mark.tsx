import type { JSX } from 'preact';

/** The product's sign: two people side by side, in one line of talk. */
export function Mark({ size = 32 }: { size?: number }): JSX.Element {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M6 4h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H14l-6.2 5.2A.9.9 0 0 1 6.3 28.500V24H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z"
        fill="currentColor"
      />
      <circle cx="11.5" cy="14" r="3.5" fill="var(--alongside-accent-text)" />
      <circle cx="20.5" cy="14" r="3.5" fill="var(--alongside-accent-text)" />
    </svg>
  );
}
