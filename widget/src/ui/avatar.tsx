import type { JSX } from 'preact';

/** The first letters of the first and the last word; letters of any script. */
export function initials(name: string): string {
  const letters = name.match(/(?<=^|\s)\p{L}/gu) ?? [];
  return [letters[0], letters.slice(1).at(-1)].join('').toUpperCase();
}

/** A hue in degrees, always the same for the same text. */
function hueOf(text: string): number {
  let hue = 0;
  for (const character of text) hue = (hue * 7 + character.charCodeAt(0) * 30) % 360;
  return hue;
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
