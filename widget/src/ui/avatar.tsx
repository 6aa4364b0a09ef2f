import type { JSX } from 'preact';

const HUES = 12;

/** The first letters of the first and last word; letters of any script. */
export function initials(name: string): string {
  const letters = name.match(/(?<=^|\s)\p{L}/gu) ?? [];
  return ((letters[0] ?? '') + (letters.slice(1).at(-1) ?? '')).toLocaleUpperCase();
}

/** One of a dozen hues, always the same for the same id. */
function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return (sum % HUES) * (360 / HUES);
}

/** A person as a disc with initials. Their name stands beside it, so it is hidden from screen readers. */
export function Avatar({ person }: { person: { id?: string; name?: string } }): JSX.Element {
  const { id = '', name = '' } = person;
  return (
    <span class="avatar" aria-hidden="true" style={{ '--hue': hueOf(id || name) }}>
      {initials(name)}
    </span>
  );
}

/** Up to three people, overlapping. */
export function Avatars({ people }: { people: readonly { id: string; name: string }[] }): JSX.Element {
  return (
    <span class="avatars">
      {people.slice(0, 3).map((person) => (
        <Avatar key={person.id} person={person} />
      ))}
    </span>
  );
}
