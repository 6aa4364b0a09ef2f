import type { JSX } from 'preact';

/** A person as a disc with their initials, in the colour that the panel gives them. */
export function Avatar({ person }: { person: { id: string; name: string } }): JSX.Element {
  let hue = 0;
  for (const character of person.id || person.name) hue = (hue * 7 + character.charCodeAt(0) * 30) % 360;
  const letters = person.name.match(/(?<=^|\s)\p{L}/gu) ?? [];
  return (
    <span class="avatar" aria-hidden="true" style={{ '--hue': hue }}>
      {[letters[0], letters.slice(1).at(-1)].join('').toUpperCase()}
    </span>
  );
}
