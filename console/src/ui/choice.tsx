import type { ComponentChildren, JSX } from 'preact';
import './choice.css';

export interface ChoiceProps {
  /** What stands before the name: an avatar or a sign. */
  picture: ComponentChildren;
  name: ComponentChildren;
  /** What one should know before choosing it, or why it cannot be chosen. */
  about: ComponentChildren;
  disabled?: boolean;
  autofocus?: boolean;
  onPress: () => void;
}

/** One of several to whom or where something can go, as wide as its list. */
export function Choice({ picture, name, about, disabled, autofocus, onPress }: ChoiceProps): JSX.Element {
  return (
    <button type="button" class="choice" autofocus={autofocus} disabled={disabled} onClick={onPress}>
      {picture}
      <span class="choice-text">
        <strong>{name}</strong>
        <span class="muted">{about}</span>
      </span>
    </button>
  );
}
