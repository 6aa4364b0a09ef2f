import { useSignal } from '@preact/signals';
import type { HoursSettings } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { type Month, type MonthDay, longDate, monthName, monthOf, stepMonth, weekdayName } from './month.ts';

const WEEK_DAYS = 7;

/** A month at a time: open, closed, exceptions. A day that is pressed becomes an exception, or is shown where it is one. */
export function MonthGrid({
  hours,
  onDay,
}: {
  hours: HoursSettings;
  onDay: (date: string) => void;
}): JSX.Element {
  const { ticker } = useWorkspace();
  const now = new Date(ticker.now.peek());
  const shown = useSignal<Month>({ year: now.getFullYear(), month: now.getMonth() + 1 });
  const days = monthOf(hours, shown.value);
  return (
    <div class="month">
      <Head
        shown={shown.value}
        onStep={(by) => {
          shown.value = stepMonth(shown.value, by);
        }}
      />
      <table>
        <caption class="visually-hidden">Open and closed days</caption>
        <thead>
          <tr>
            {days.slice(0, WEEK_DAYS).map((_, index) => (
              <th key={index} scope="col">
                <abbr title={weekdayName(index + 1)}>{weekdayName(index + 1, 'short')}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: days.length / WEEK_DAYS }, (_, week) => (
            <tr key={week}>
              {days.slice(week * WEEK_DAYS, (week + 1) * WEEK_DAYS).map((day) => (
                <td key={day.date}>
                  <Day day={day} onDay={onDay} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="month-legend muted">
        <span data-state="open">Open</span>
        <span data-state="closed">Closed</span>
        <span data-state="exception">Exception</span>
      </p>
    </div>
  );
}

function Head({ shown, onStep }: { shown: Month; onStep: (by: 1 | -1) => void }): JSX.Element {
  return (
    <div class="month-head">
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label="Previous month"
        onClick={() => {
          onStep(-1);
        }}
      >
        <Icon name="back" />
      </button>
      <strong aria-live="polite">{monthName(shown)}</strong>
      <button
        type="button"
        class="button button-quiet button-icon month-next"
        aria-label="Next month"
        onClick={() => {
          onStep(1);
        }}
      >
        <Icon name="back" />
      </button>
    </div>
  );
}

function Day({ day, onDay }: { day: MonthDay; onDay: (date: string) => void }): JSX.Element {
  const { date, state, words, label } = day;
  const about = `${longDate(date)}: ${words}${label === undefined ? '' : `, ${label}`}`;
  return (
    <button
      type="button"
      class="month-day"
      data-state={state}
      data-closed={words === 'closed'}
      data-outside={!day.inMonth}
      aria-label={about}
      title={about}
      onClick={() => {
        onDay(date);
      }}
    >
      {day.day}
    </button>
  );
}
