import { useSignal } from '@preact/signals';
import type { FloorItemRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { hashOf } from '../shell/router.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { duration } from '../ui/time.ts';
import type { Work } from './acts.ts';
import type { FloorPicture } from './floor.ts';
import { LONG_WAIT_MS } from './queues.tsx';
import { WhyNot } from './why-not.tsx';

interface WaitingProps {
  picture: FloorPicture;
  onMove: (work: Work) => void;
}

/** Those who wait or ring, in the order in which they are served. */
export function Waiting({ picture, onMove }: WaitingProps): JSX.Element {
  const { items, numbers, queues } = picture;
  const all = (numbers?.waiting ?? 0) + (numbers?.ringing ?? 0);
  const nameOf = (id: string): string => queues.find((queue) => queue.id === id)?.queue ?? id;
  return (
    <section aria-labelledby="floor-waiting">
      <h3 id="floor-waiting">
        Waiting <span class="muted">{all}</span>
      </h3>
      {items.length === 0 ? (
        <p class="floor-empty muted">
          Nobody waits. Whoever does stands here, with the reason why nobody has taken them yet.
        </p>
      ) : (
        <ul class="floor-list" aria-label="Waiting">
          {items.map((item) => (
            <li key={item.key}>
              <WaitingItem item={item} queue={nameOf(item.queue)} picture={picture} onMove={onMove} />
            </li>
          ))}
        </ul>
      )}
      {all > items.length && (
        <p class="floor-empty muted">
          The first {items.length} of {all} are shown.
        </p>
      )}
    </section>
  );
}

interface ItemProps extends WaitingProps {
  item: FloorItemRow;
  queue: string;
}

function WaitingItem({ item, queue, picture, onMove }: ItemProps): JSX.Element {
  const open = useSignal(false);
  const whyId = `why-not-${item.item}`;
  const name = plainName(item.visitorName);
  return (
    <div class="floor-item">
      <div class="floor-line">
        <Avatar id={item.conversation} name={item.visitorName} />
        <p class="floor-who">
          <strong>
            <Name of={item.visitorName} />
          </strong>
          <span class="muted">
            <bdi>{queue}</bdi>
            {item.ringsAt && (
              <>
                {' · rings at '}
                <Name of={item.ringsAt.name} />
              </>
            )}
          </span>
        </p>
        <Waited since={item.since} />
        <span class="floor-acts">
          <button
            type="button"
            class="button button-quiet"
            aria-expanded={open.value}
            aria-controls={whyId}
            aria-label={`Why not yet: what keeps ${name} waiting`}
            onClick={() => {
              open.value = !open.value;
            }}
          >
            Why not yet
          </button>
          <a
            class="button button-quiet"
            href={hashOf({ conversation: item.conversation })}
            aria-label={`Read along with ${name}`}
          >
            Read
          </a>
          <button
            type="button"
            class="button button-quiet button-icon"
            aria-label={`Move ${name}`}
            title="Move or assign"
            onClick={() => {
              onMove(item);
            }}
          >
            <Icon name="move" />
          </button>
        </span>
      </div>
      <div id={whyId}>{open.value && <WhyNot item={item.item} picture={picture} />}</div>
    </div>
  );
}

function Waited({ since }: { since: number }): JSX.Element {
  const { ticker } = useWorkspace();
  const waited = Math.max(0, ticker.now.value - since);
  return (
    <span class="floor-waited" data-long={waited >= LONG_WAIT_MS}>
      {duration(waited)}
    </span>
  );
}
