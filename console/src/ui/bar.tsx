import type { ComponentChildren, JSX } from 'preact';
import './bar.css';

/** A line over a conversation that says how things stand, with what can be done about it; `note` is for the team. */
export function Bar({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'note';
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="bar" data-tone={tone}>
      {children}
    </div>
  );
}
