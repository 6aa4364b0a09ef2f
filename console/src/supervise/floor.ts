import { type ReadonlySignal, computed } from '@preact/signals';
import type { DeskRow, FloorAgentRow, FloorItemRow, FloorRow, QueueRow } from '@alongside/sdk/agent';
import type { Workspace } from '../shell/workspace.ts';
import { observed } from '../ui/observed.ts';

/** The floor as it stands: who is there, who waits, in numbers and by name. */
export interface FloorPicture {
  /** Undefined until the floor has come. */
  numbers: FloorRow | undefined;
  queues: readonly QueueRow[];
  /** Who can take something first, then who works, who is away, who is not there. */
  agents: readonly FloorAgentRow[];
  /** In the order in which they are served. */
  items: readonly FloorItemRow[];
}

/** Has the desk bring the floor's rows while somebody looks; `stop` ends that. */
export function watchFloor({ client }: Workspace): {
  picture: ReadonlySignal<FloorPicture>;
  stop: () => void;
} {
  client.watchFloor(true);
  const { signal, stop } = observed(client.desk);
  return {
    picture: computed(() => pictureOf([...signal.value.values()])),
    stop: () => {
      stop();
      client.watchFloor(false);
    },
  };
}

const RANKS: Readonly<Partial<Record<FloorAgentRow['presence'], number>>> = {
  ...{ available: 0, busy: 0, 'not-responding': 1, disconnected: 1 },
  ...{ away: 2, break: 2, training: 2, offline: 3 },
};

export function pictureOf(rows: readonly DeskRow[]): FloorPicture {
  const of = <Type extends DeskRow['type']>(type: Type): Extract<DeskRow, { type: Type }>[] =>
    rows.filter((row): row is Extract<DeskRow, { type: Type }> => row.type === type);
  return {
    numbers: of('floor')[0],
    queues: of('queue'),
    agents: of('floor-agent').sort(
      (left, right) =>
        rankOf(left) - rankOf(right) || left.agent.name.localeCompare(right.agent.name) || byKey(left, right),
    ),
    items: of('floor-item').sort(
      (left, right) => right.class - left.class || left.order - right.order || byKey(left, right),
    ),
  };
}

function rankOf({ presence }: FloorAgentRow): number {
  return RANKS[presence] ?? 0;
}

function byKey(left: { key: string }, right: { key: string }): number {
  return left.key < right.key ? -1 : 1;
}
