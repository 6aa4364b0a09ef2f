import type { OwnWait } from '@alongside/sdk/protocol';
import type { JSX } from 'preact';
import type { ShellContext } from './context.ts';
import { waitingWords } from './i18n/waiting-words.ts';

/** For those who wait, or come while it is closed (RT11, RT12, RT15). Fetched only then. */

const MINUTE_S = 60;
const DAY_MS = 86_400_000;
/** Up to this many days ahead a weekday says more than a date. */
const WEEKDAYS_AHEAD = 6;

/** What screen readers were told last, by sitting: only better news are announced. */
let told: { sitting: string; position: number; high: number; text: string } | undefined;

/** "Back tomorrow at 09:00"; undefined while it is open. */
export function closedLine({ availability, language }: ShellContext): string | undefined {
  const opens = openingOf(availability?.opens);
  if (opens === undefined) return undefined;
  const words = waitingWords(language.locale);
  return language.say(availability?.saysOnly ? words.back : words.backLeave, {
    when: whenOf(opens, language),
  });
}

/** What stands under the conversation while nobody has joined it; undefined where nothing more is known. */
export function WaitLine({ shell }: { shell: ShellContext }): JSX.Element | null {
  const { availability, client, conversation, language } = shell;
  const wait = waitOf(availability?.wait);
  const words = waitingWords(language.locale);
  const isUnstaffed = availability?.open === false && availability.opens === undefined;
  const { nobodyHere, waiting } = language.words;
  if (!wait) return <p class="line">{closedLine(shell) ?? (isUnstaffed ? nobodyHere : waiting)}</p>;
  if (wait.left) {
    const opens = openingOf(availability?.opens);
    const said = opens === undefined ? words.left : words.leftUntil;
    return (
      <p class="line">{language.say(said, opens === undefined ? {} : { when: whenOf(opens, language) })}</p>
    );
  }
  // Nobody is coming just now: a place in line would promise too much.
  const text = isUnstaffed ? nobodyHere : textOf(wait, language);
  return (
    <>
      <p class="line" aria-live="off">
        {text}
      </p>
      <p class="unseen" role="status">
        {announced(conversation.header.sitting?.id ?? '', isUnstaffed ? NOBODY : wait, text)}
      </p>
      {wait.mayLeave && (
        <p class="line">
          <button class="link" onClick={() => void client.command({ type: 'wait.leave-message' })}>
            {words.leave}
          </button>
        </p>
      )}
    </>
  );
}

type Language = ShellContext['language'];

/** In whole minutes, and never less than one: "1 to 2 minutes". */
function textOf({ position = 1, low, high }: OwnWait, { locale, say }: Language): string {
  const words = waitingWords(locale);
  const place = position === 1 ? words.next : say(words.place, { place: String(position) });
  if (low === undefined || high === undefined) return place;
  const from = Math.max(1, Math.floor(low / MINUTE_S));
  const to = Math.max(from + 1, Math.ceil(high / MINUTE_S));
  const number = new Intl.NumberFormat(locale);
  return `${place} ${say(words.range, { low: number.format(from), high: number.format(to) })}`;
}

/** Worse than any place: nobody is coming just now. */
const NOBODY: OwnWait = { position: Infinity };

/**
 * What the live region says: something new only where the place, or the longest wait, is better than it said last; and
 * nothing once that is no longer so, for who reads the page line by line finds it there.
 */
function announced(sitting: string, { position = 1, high = Infinity }: OwnWait, text: string): string {
  const isBetter =
    told?.sitting !== sitting ||
    position < told.position ||
    (position === told.position && high < told.high && high <= told.high - MINUTE_S);
  if (!told || isBetter) told = { sitting, position, high, text };
  else if (told.text !== text) told.text = '';
  return told.text;
}

/** "today at 14:00", "tomorrow at 09:00", "Monday at 09:00", "7 April at 09:00": in the visitor's own zone. */
function whenOf(opens: number, { locale, say, time }: Language): string {
  const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(opens) - midnight(Date.now())) / DAY_MS);
  const day =
    days < 2
      ? new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.max(0, days), 'day')
      : new Intl.DateTimeFormat(
          locale,
          days <= WEEKDAYS_AHEAD ? { weekday: 'long' } : { day: 'numeric', month: 'long' },
        ).format(opens);
  return say(waitingWords(locale).at, { day, time: time(opens) });
}

/** The panel lets these fields pass as they come: they are looked at here. */
function openingOf(opens: unknown): number | undefined {
  return typeof opens === 'number' ? opens : undefined;
}

function waitOf(wait: OwnWait | undefined): OwnWait | undefined {
  if (typeof wait !== 'object') return undefined;
  const isNumber = (value: unknown): boolean => value === undefined || typeof value === 'number';
  return isNumber(wait.position) && isNumber(wait.low) && isNumber(wait.high) ? wait : undefined;
}
