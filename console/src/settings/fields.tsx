import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from '../ui/icon.tsx';

/** What the server says about a field. */
export interface Said {
  problemAt(field: string): string | undefined;
  warningAt(field: string): string | undefined;
}

interface FieldProps {
  /** Dotted path into the value; what is said about it stands under it. */
  field: string;
  said: Said;
  label: string;
  hint?: ComponentChildren;
}

interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

function Field({
  field,
  said,
  label,
  hint,
  control,
}: FieldProps & { control: (props: ControlProps) => JSX.Element }): JSX.Element {
  const id = useId();
  const problem = said.problemAt(field);
  const warning = problem === undefined ? said.warningAt(field) : undefined;
  const about = [hint !== undefined && `${id}-hint`, (problem ?? warning) !== undefined && `${id}-said`];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {control({
        id,
        'aria-describedby': about.filter((each) => each !== false).join(' ') || undefined,
        'aria-invalid': problem !== undefined || undefined,
      })}
      {hint !== undefined && (
        <p class="field-hint muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <SaidAbout id={`${id}-said`} problem={problem} warning={warning} />
    </div>
  );
}

/** A refusal or a warning, in place. */
export function SaidAbout({
  id,
  problem,
  warning,
}: {
  id?: string;
  problem: string | undefined;
  warning: string | undefined;
}): JSX.Element | null {
  if (problem === undefined && warning === undefined) return null;
  return (
    <p class={problem === undefined ? 'said-warning' : 'said-problem'} {...(id !== undefined && { id })}>
      <Icon name="alert" size={16} />
      <span>{problem ?? warning}</span>
    </p>
  );
}

export function TextField({
  value,
  onChange,
  lines = 1,
  maxLength,
  placeholder,
  ...field
}: FieldProps & {
  value: string;
  onChange: (value: string) => void;
  lines?: number;
  maxLength?: number;
  placeholder?: string;
}): JSX.Element {
  const own = { ...(maxLength !== undefined && { maxLength }), ...(placeholder && { placeholder }) };
  return (
    <Field
      {...field}
      control={(props) =>
        lines > 1 ? (
          <textarea
            {...props}
            {...own}
            rows={lines}
            value={value}
            onInput={(event) => {
              onChange(event.currentTarget.value);
            }}
          />
        ) : (
          <input
            {...props}
            {...own}
            type="text"
            autocomplete="off"
            value={value}
            onInput={(event) => {
              onChange(event.currentTarget.value);
            }}
          />
        )
      }
    />
  );
}

/** A whole number; an empty field is `undefined`, for what may be left out. */
export function NumberField({
  value,
  onChange,
  unit,
  min = 0,
  max,
  ...field
}: FieldProps & {
  value: number | undefined;
  onChange: (value: number | undefined) => void;
  unit?: string;
  min?: number;
  max?: number;
}): JSX.Element {
  return (
    <Field
      {...field}
      control={(props) => (
        <span class="field-number">
          <input
            {...props}
            type="number"
            inputMode="numeric"
            min={min}
            {...(max !== undefined && { max })}
            value={value ?? ''}
            onInput={(event) => {
              const { value: text, valueAsNumber } = event.currentTarget;
              onChange(text === '' || Number.isNaN(valueAsNumber) ? undefined : valueAsNumber);
            }}
          />
          {unit !== undefined && <span class="muted">{unit}</span>}
        </span>
      )}
    />
  );
}

/** One of several; the first option of an optional one is nothing at all. */
export function SelectField({
  value,
  options,
  onChange,
  ...field
}: FieldProps & {
  value: string;
  options: readonly (readonly [value: string, name: string])[];
  onChange: (value: string) => void;
}): JSX.Element {
  return (
    <Field
      {...field}
      control={(props) => (
        <select
          {...props}
          value={value}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        >
          {options.map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      )}
    />
  );
}

export function SwitchField({
  label,
  hint,
  value,
  onChange,
}: {
  label: string;
  hint?: string;
  value: boolean;
  onChange: (value: boolean) => void;
}): JSX.Element {
  return (
    <label class="field-switch">
      <span>
        <strong>{label}</strong>
        {hint !== undefined && <span class="muted">{hint}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        class="switch"
        checked={value}
        onChange={(event) => {
          onChange(event.currentTarget.checked);
        }}
      />
    </label>
  );
}

/** Fields that belong together. */
export function Group({
  title,
  hint,
  children,
}: {
  title: string;
  hint?: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <fieldset class="field-group">
      <legend>{title}</legend>
      {hint !== undefined && <p class="muted">{hint}</p>}
      {children}
    </fieldset>
  );
}

/** A button that takes a line of a list away. */
export function TakeAway({ label, onPress }: { label: string; onPress: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class="button button-quiet button-icon"
      aria-label={label}
      title={label}
      onClick={onPress}
    >
      <Icon name="close" size={16} />
    </button>
  );
}
