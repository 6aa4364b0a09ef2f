import type { FloorRow, QueueRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useWorkspace } from '../shell/use-console.ts';
import { duration } from '../ui/time.ts';
import type { FloorPicture } from './floor.ts';

/** Whoever waits longer than this is marked. */
export const LONG_WAIT_MS = 60_000;

/** How many wait in each queue, and since when the first does. */
export function Queues({ picture: { queues, numbers } }: { picture: FloorPicture }): JSX.Element {
  return (
    <section aria-labelledby="floor-queues">
      <h3 id="floor-queues">Queues</h3>
      <ul class="floor-queues">
        {queues.map((queue) => (
          <li key={queue.key}>
            <Queue queue={queue} wait={numbers?.waits.find((each) => each.queue === queue.id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type Wait = FloorRow['waits'][number];

function Queue({ queue, wait }: { queue: QueueRow; wait: Wait | undefined }): JSX.Element {
  const { ticker } = useWorkspace();
  const { waiting, oldestSince } = queue;
  const longest = oldestSince === undefined ? undefined : ticker.now.value - oldestSince;
  return (
    <div class="floor-queue" data-long={longest !== undefined && longest >= LONG_WAIT_MS}>
      <strong>
        <bdi>{queue.queue}</bdi>
      </strong>
      <span class="floor-queue-count">{waiting}</span>
      <span class="muted">
        {longest === undefined ? 'Nobody waits' : `waiting, the first for ${duration(longest)}`}
      </span>
      {wait && <span class="muted">Who comes now waits {rangeOf(wait)}</span>}
    </div>
  );
}

const MINUTE_S = 60;

/** A range in minutes, of which the first minute is not told apart. */
function rangeOf({ low, high }: Wait): string {
  const [from, to] = [Math.floor(low / MINUTE_S), Math.ceil(high / MINUTE_S)];
  return from === 0 ? `less than ${to === 1 ? 'a minute' : `${to} min`}` : `${from} to ${to} min`;
}
