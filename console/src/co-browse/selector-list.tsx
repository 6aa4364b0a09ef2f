import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { SaidAbout, TakeAway } from '../settings/fields.tsx';

export interface SelectorListProps {
  title: string;
  hint: string;
  /** What one line is called, for who does not see the list. */
  one: string;
  placeholder: string;
  values: readonly string[];
  onChange: (values: string[]) => void;
  /** What is wrong with a line. */
  problemAt: (index: number) => string | undefined;
  /** What a line does on the page that is looked at. */
  noteAt: (index: number) => string | undefined;
}

/** Lines of one list, each in a field of its own, and one more to add to it. */
export function SelectorList(props: SelectorListProps): JSX.Element {
  const { title, hint, values, onChange } = props;
  return (
    <fieldset class="field-group selector-list">
      <legend>{title}</legend>
      {hint !== '' && <p class="field-hint muted">{hint}</p>}
      {values.map((_, index) => (
        <Line key={index} {...props} index={index} />
      ))}
      <NextLine
        {...props}
        add={(value) => {
          if (!values.includes(value)) onChange([...values, value]);
        }}
      />
    </fieldset>
  );
}

const PLAIN = { type: 'text', spellcheck: false, autocomplete: 'off' } as const;

function Line(props: SelectorListProps & { index: number }): JSX.Element {
  const { title, one, values, onChange, problemAt, noteAt, index } = props;
  const value = values[index] ?? '';
  const problem = problemAt(index);
  const note = problem === undefined ? noteAt(index) : undefined;
  const remove = (): void => {
    onChange(values.filter((_, place) => place !== index));
  };
  return (
    <div class="selector">
      <div class="field-line">
        <input
          {...PLAIN}
          aria-label={`${title}: ${one} ${index + 1}`}
          aria-invalid={problem !== undefined || undefined}
          value={value}
          onInput={(event) => {
            onChange(values.map((each, place) => (place === index ? event.currentTarget.value : each)));
          }}
          onBlur={(event) => {
            if (event.currentTarget.value.trim() === '') remove();
          }}
        />
        <TakeAway label={`Remove ${value}`} onPress={remove} />
      </div>
      <SaidAbout problem={problem} warning={undefined} />
      {note !== undefined && <p class="selector-note muted">{note}</p>}
    </div>
  );
}

function NextLine({
  title,
  one,
  placeholder,
  add,
}: SelectorListProps & { add: (value: string) => void }): JSX.Element {
  const next = useSignal('');
  const take = (): void => {
    const value = next.value.trim();
    if (value === '') return;
    next.value = '';
    add(value);
  };
  return (
    <div class="field-line">
      <input
        {...PLAIN}
        aria-label={`${title}: add ${one === 'origin' ? 'an origin' : `a ${one}`}`}
        placeholder={placeholder}
        value={next.value}
        onInput={(event) => {
          next.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.isComposing) return;
          event.preventDefault();
          take();
        }}
      />
      <button type="button" class="button" disabled={next.value.trim() === ''} onClick={take}>
        Add
      </button>
    </div>
  );
}
