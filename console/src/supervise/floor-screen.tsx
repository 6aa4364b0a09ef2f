import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { presenceName } from '../shell/presence-words.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { useWaited } from '../ui/use-waited.ts';
import type { Work } from './acts.ts';
import { Agents } from './agents.tsx';
import { type FloorPicture, watchFloor } from './floor.ts';
import { MoveDialog } from './move-dialog.tsx';
import { movingIn } from './moving.ts';
import { Queues } from './queues.tsx';
import { Waiting } from './waiting.tsx';
import './floor.css';

/** A skeleton longer than this would pretend. */
const SKELETON_MS = 300;

/** The floor, live: who waits and why, who is there and with what, and what can be done about it. */
export function FloorScreen(): JSX.Element {
  const workspace = useWorkspace();
  const { picture, stop } = useMemo(() => watchFloor(workspace), [workspace]);
  useEffect(() => stop, [stop]);
  const moving = movingIn(workspace);
  useEffect(
    () => () => {
      moving.value = undefined;
    },
    [moving],
  );
  const move = (work: Work): void => {
    moving.value = work;
  };
  const agents = useComputed(() => picture.value.agents);
  return (
    <section class="place floor" aria-label="Floor">
      <header class="floor-head">
        <h2>Floor</h2>
        {picture.value.numbers && <Numbers picture={picture.value} />}
      </header>
      {picture.value.numbers ? (
        <div class="floor-body">
          <div class="floor-main">
            <Queues picture={picture.value} />
            <Waiting picture={picture.value} onMove={move} />
          </div>
          <Agents picture={picture.value} onMove={move} />
        </div>
      ) : (
        <Loading />
      )}
      {moving.value && (
        <MoveDialog
          work={moving.value}
          agents={agents}
          onClose={() => {
            moving.value = undefined;
          }}
        />
      )}
    </section>
  );
}

function Numbers({ picture: { numbers } }: { picture: FloorPicture }): JSX.Element {
  const there = (numbers?.agents ?? []).filter(({ presence }) => presence !== 'offline');
  const away = there.filter(({ presence }) => presence !== 'available');
  const available = there.find(({ presence }) => presence === 'available')?.count ?? 0;
  return (
    <dl class="floor-numbers">
      <Fact name="Waiting" value={numbers?.waiting ?? 0} />
      <Fact name="Ringing" value={numbers?.ringing ?? 0} />
      <Fact name="In hand" value={numbers?.active ?? 0} />
      <Fact name="Available" value={available} />
      {away.map(({ presence, count }) => (
        <Fact key={presence} name={presenceName(presence)} value={count} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: number }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Loading(): JSX.Element {
  const { connection } = useWorkspace();
  const tooLong = useWaited(SKELETON_MS);
  if (!tooLong) return <div class="floor-loading" aria-hidden="true" />;
  return (
    <p class="floor-loading muted" role="status">
      {connection.value.state === 'online'
        ? 'Waiting for the server. The floor comes as soon as it answers.'
        : 'The floor is shown as soon as there is a connection.'}
    </p>
  );
}
