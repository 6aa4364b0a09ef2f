import type { QueueRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useWorkspace } from '../shell/use-console.ts';
import { Choice } from '../ui/choice.tsx';
import { Icon } from '../ui/icon.tsx';
import { duration } from '../ui/time.ts';

/** A queue that work can be sent to. */
export type Destination = QueueRow & { id: string };

/** The queues of the site that have a name on the wire. */
export function destinationsOf(rows: readonly QueueRow[]): Destination[] {
  return rows.filter((row): row is Destination => row.id !== undefined);
}

interface QueueChoicesProps {
  rows: readonly Destination[];
  /** Where it waits already: it stands there, and cannot be chosen. */
  current?: string | undefined;
  disabled: boolean;
  onChoose: (queue: Destination) => void;
}

/** In which queue a piece of work is to wait, each with how long its line is now. */
export function QueueChoices({ rows, current, disabled, onChoose }: QueueChoicesProps): JSX.Element {
  const { ticker } = useWorkspace();
  const line = ({ waiting, oldestSince }: QueueRow): string => {
    if (waiting === 0) return 'Nobody waits';
    if (oldestSince === undefined) return `${waiting} waiting`;
    return `${waiting} waiting, the first for ${duration(ticker.now.value - oldestSince)}`;
  };
  return (
    <>
      <h3>Queues</h3>
      {rows.length === 0 && <p class="muted">None to show.</p>}
      <ul aria-label="Queues">
        {rows.map((queue) => (
          <li key={queue.key}>
            <Choice
              picture={
                <span class="choice-sign">
                  <Icon name="inbox" size={16} />
                </span>
              }
              name={<bdi>{queue.queue}</bdi>}
              about={queue.id === current ? 'It waits here now' : line(queue)}
              disabled={disabled || queue.id === current}
              onPress={() => {
                onChoose(queue);
              }}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
