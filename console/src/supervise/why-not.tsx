import { type Signal, useSignal } from '@preact/signals';
import type { WhyNotAnswer } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../shell/api.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Name } from '../ui/person.tsx';
import { duration, endTime } from '../ui/time.ts';
import type { FloorPicture } from './floor.ts';

/** Asked again this long after the floor changed, so that a busy one does not ask all the time. */
const AFTER_CHANGE_MS = 500;
/** Asked again at the latest after this: limits and times run out without an event. */
const AGAIN_MS = 5_000;
/** Shown at once; more on request. */
const FIRST = 10;
/** Up to here the time left is counted down; from here on the time of day says more. */
const COUNTED_DOWN_MS = 90_000;

type Answer = { state: 'asking' } | { state: 'known'; answer: WhyNotAnswer } | { state: 'gone' | 'unknown' };

/** RT16: for each agent the first rule that stands against their taking this, from the matcher itself. */
export function WhyNot({ item, picture }: { item: string; picture: FloorPicture }): JSX.Element {
  const known = useSignal<Answer>({ state: 'asking' });
  useAnswer(item, picture, known);
  switch (known.value.state) {
    case 'asking':
      return <p class="why-not muted">Asking…</p>;
    case 'gone':
      return <p class="why-not muted">It does not wait any more.</p>;
    case 'unknown':
      return <p class="why-not muted">The server cannot be asked just now. It is tried again.</p>;
    case 'known':
      return <Reasons answer={known.value.answer} />;
  }
}

/** Keeps the answer true while it is shown. */
function useAnswer(item: string, picture: FloorPicture, known: Signal<Answer>): void {
  const { api, clock } = useWorkspace();
  useEffect(() => {
    let cancel: () => void = () => undefined;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const answer = await api.call('GET', `/v1/work-items/${item}/why-not`, undefined, abort.signal);
        known.value = { state: 'known', answer: answer as WhyNotAnswer };
      } catch (error) {
        if (abort.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        known.value = { state: error.status === 404 ? 'gone' : 'unknown' };
      }
      if (!abort.signal.aborted) cancel = clock.after(AGAIN_MS, () => void ask());
    };
    cancel = clock.after(known.value.state === 'asking' ? 0 : AFTER_CHANGE_MS, () => void ask());
    return () => {
      abort.abort();
      cancel();
    };
  }, [item, picture, api, clock, known]);
}

function Reasons({ answer }: { answer: WhyNotAnswer }): JSX.Element {
  const all = useSignal(false);
  const total = answer.totals.reduce((sum, { count }) => sum + count, 0);
  const shown = all.value ? answer.agents : answer.agents.slice(0, FIRST);
  if (total === 0) return <p class="why-not muted">Nobody works for this site yet.</p>;
  return (
    <div class="why-not">
      <dl>
        {shown.map((each) => (
          <div key={each.agent.id}>
            <dt>
              <Name of={each.agent.name} />
            </dt>
            <dd data-rule={each.rule}>
              <Words words={each.words} until={each.until} />
            </dd>
          </div>
        ))}
      </dl>
      {total > shown.length && (
        <p class="muted">
          {shown.length} of {total} agents, those who come closest first.{' '}
          {answer.agents.length > shown.length && (
            <button
              type="button"
              class="button-link"
              onClick={() => {
                all.value = true;
              }}
            >
              Show {answer.agents.length}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function Words({ words, until }: { words: string; until: number | undefined }): JSX.Element {
  const { ticker } = useWorkspace();
  if (until === undefined) return <>{words}</>;
  const left = until - ticker.now.value;
  if (left >= COUNTED_DOWN_MS) return <>{`${words} until ${endTime(until, ticker.now.value)}`}</>;
  return <>{left > 0 ? `${words}, ${duration(left)} more` : words}</>;
}
