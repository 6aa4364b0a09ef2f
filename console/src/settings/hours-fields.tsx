import { useSignal } from '@preact/signals';
import type { HoursSettings } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Editor } from './editor.ts';
import { Group, SaidAbout, TakeAway, TextField } from './fields.tsx';
import { END_OF_DAY, type Interval, nextInterval, USUAL } from './intervals.ts';
import type { ListedKindScreen } from './listed-section.tsx';
import { MonthGrid } from './month-grid.tsx';
import { longDate, weekdayName } from './month.ts';

type HoursEditor = Editor<HoursSettings>;

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const WORK_DAYS = [1, 2, 3, 4, 5];
const LAST_MINUTE = '23:59';

export const hoursScreen: ListedKindScreen<'hours'> = {
  kind: 'hours',
  one: 'opening hours',
  empty: 'Opening hours say when queues are open. Without any, the site is always open.',
  begin: {
    name: '',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    weekly: WORK_DAYS.map((day) => ({ day, ...USUAL })),
    exceptions: [],
  },
  nameOf: ({ name }) => name,
  aboutOf: ({ zone }) => zone,
  Fields: ({ editor }) => <HoursFields editor={editor} />,
};

function HoursFields({ editor }: { editor: HoursEditor }): JSX.Element {
  const { name, zone, exceptions } = editor.draft.value;
  const pointedAt = useSignal<string | undefined>(undefined);
  const onDay = (date: string): void => {
    if (!exceptions.some((each) => each.date === date)) {
      const next = [...exceptions, { date, intervals: [] }];
      editor.change({ exceptions: next.sort((a, b) => (a.date < b.date ? -1 : 1)) });
    }
    pointedAt.value = date;
  };
  return (
    <>
      <TextField
        field="name"
        said={editor}
        label="Name"
        maxLength={80}
        value={name}
        onChange={(value) => {
          editor.change({ name: value });
        }}
      />
      <ZoneField editor={editor} zone={zone} />
      <Weekly editor={editor} />
      <Group title="Calendar" hint="Press a day to make an exception of it: a holiday, or other hours.">
        <MonthGrid hours={editor.draft.value} onDay={onDay} />
        <Exceptions editor={editor} pointedAt={pointedAt.value} />
        <SaidAbout problem={editor.problemAt('exceptions')} warning={editor.warningAt('exceptions')} />
      </Group>
    </>
  );
}

const ZONES_ID = 'settings-zones';

/** Any of the zones that this browser knows; the server says no to one that it does not. */
function ZoneField({ editor, zone }: { editor: HoursEditor; zone: string }): JSX.Element {
  return (
    <div class="field">
      <label for="settings-zone">Time zone</label>
      <input
        id="settings-zone"
        type="text"
        list={ZONES_ID}
        autocomplete="off"
        aria-describedby="settings-zone-hint"
        aria-invalid={editor.problemAt('zone') !== undefined || undefined}
        value={zone}
        onInput={(event) => {
          editor.change({ zone: event.currentTarget.value });
        }}
      />
      <datalist id={ZONES_ID}>
        {Intl.supportedValuesOf('timeZone').map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <p class="field-hint muted" id="settings-zone-hint">
        Such as Europe/Berlin. Summer time is seen to.
      </p>
      <SaidAbout problem={editor.problemAt('zone')} warning={editor.warningAt('zone')} />
    </div>
  );
}

function Weekly({ editor }: { editor: HoursEditor }): JSX.Element {
  const { weekly } = editor.draft.value;
  const ofDay = (day: number): Interval[] =>
    weekly.filter((each) => each.day === day).map(({ from, to }) => ({ from, to }));
  return (
    <Group title="Each week" hint="An end before its begin is on the next day. 24:00 is midnight.">
      {WEEK.map((day) => (
        <div class="hours-day" key={day}>
          <span>{weekdayName(day)}</span>
          <Intervals
            name={weekdayName(day)}
            value={ofDay(day)}
            onChange={(intervals) => {
              const others = weekly.filter((each) => each.day !== day);
              const next = [...others, ...intervals.map((each) => ({ day, ...each }))];
              editor.change({ weekly: next.sort((a, b) => a.day - b.day) });
            }}
          />
        </div>
      ))}
      <SaidAbout problem={editor.problemAt('weekly')} warning={editor.warningAt('weekly')} />
    </Group>
  );
}

function Exceptions({
  editor,
  pointedAt,
}: {
  editor: HoursEditor;
  pointedAt: string | undefined;
}): JSX.Element | null {
  const { exceptions } = editor.draft.value;
  if (exceptions.length === 0) return null;
  const change = (date: string, next: Partial<HoursSettings['exceptions'][number]>): void => {
    editor.change({
      exceptions: exceptions.map((each) => (each.date === date ? { ...each, ...next } : each)),
    });
  };
  return (
    <ul class="exceptions" aria-label="Exceptions">
      {exceptions.map((each) => (
        <Exception
          key={each.date}
          exception={each}
          isPointedAt={each.date === pointedAt}
          onChange={(next) => {
            change(each.date, next);
          }}
          onRemove={() => {
            editor.change({ exceptions: exceptions.filter(({ date }) => date !== each.date) });
          }}
        />
      ))}
    </ul>
  );
}

function Exception({
  exception,
  isPointedAt,
  onChange,
  onRemove,
}: {
  exception: HoursSettings['exceptions'][number];
  isPointedAt: boolean;
  onChange: (next: Partial<HoursSettings['exceptions'][number]>) => void;
  onRemove: () => void;
}): JSX.Element {
  const { date, label = '', intervals } = exception;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isPointedAt) input.current?.focus();
  }, [isPointedAt]);
  const day = longDate(date);
  return (
    <li class="exception">
      <span>{day}</span>
      <input
        ref={input}
        type="text"
        aria-label={`Why ${day} is an exception`}
        placeholder="Why: Christmas"
        maxLength={200}
        value={label}
        onInput={(event) => {
          onChange({ label: event.currentTarget.value });
        }}
      />
      <Intervals
        name={day}
        value={intervals}
        onChange={(next) => {
          onChange({ intervals: next });
        }}
      />
      <TakeAway label={`As every week on ${day}`} onPress={onRemove} />
    </li>
  );
}

function Intervals({
  name,
  value,
  onChange,
}: {
  name: string;
  value: readonly Interval[];
  onChange: (value: Interval[]) => void;
}): JSX.Element {
  const change = (index: number, next: Partial<Interval>): void => {
    onChange(value.map((each, at) => (at === index ? { ...each, ...next } : each)));
  };
  return (
    <span class="intervals">
      {value.length === 0 && <span class="muted">Closed</span>}
      {value.map((each, index) => (
        <span class="interval" key={index}>
          <input
            type="time"
            aria-label={`${name}: opens`}
            value={each.from}
            onInput={(event) => {
              change(index, { from: event.currentTarget.value });
            }}
          />
          –
          <input
            type="time"
            aria-label={`${name}: closes`}
            value={each.to === END_OF_DAY ? LAST_MINUTE : each.to}
            onInput={(event) => {
              const { value: to } = event.currentTarget;
              change(index, { to: to === LAST_MINUTE ? END_OF_DAY : to });
            }}
          />
          <TakeAway
            label={`${name}: not ${each.from} to ${each.to}`}
            onPress={() => {
              onChange(value.filter((_, at) => at !== index));
            }}
          />
        </span>
      ))}
      <button
        type="button"
        class="button-link"
        aria-label={`${name}: add hours`}
        onClick={() => {
          onChange([...value, nextInterval(value)]);
        }}
      >
        Add hours
      </button>
    </span>
  );
}
