import type { JSX } from 'preact';
import './person.css';

/** Characters that turn the direction of what follows, and control characters: no name needs them. */
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A foreign name as it may stand in a line of ours: it cannot turn the text around it. */
export function plainName(name: string): string {
  return name.replace(UNSEEN, '').trim() || 'Visitor';
}

/** A person's name, isolated from the direction of the text around it. */
export function Name({ of }: { of: string }): JSX.Element {
  return <bdi>{plainName(of)}</bdi>;
}

/** The first letters of the first and the last word. */
export function initialsOf(name: string): string {
  const words = plainName(name)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  const letters = picked.map((word) => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}

const HUE_STEP_DEGREES = 15;
const HUES = 24;

/** The same id has the same colour everywhere, as long as it lives (FNV-1a, 32 bits). */
function hueOf(id: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return String(((hash >>> 8) % HUES) * HUE_STEP_DEGREES);
}

/** Initials on a colour of their own; decorative, the name stands beside it. */
export function Avatar({ id, name, online }: { id: string; name: string; online?: boolean }): JSX.Element {
  return (
    <span class="avatar" style={{ '--hue': hueOf(id) }} aria-hidden="true">
      {initialsOf(name)}
      {online !== undefined && <span class="avatar-dot" data-online={online} />}
    </span>
  );
}
