import { useSignal } from '@preact/signals';
import type { FloorAgentRow, HeldWork } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { presenceName } from '../shell/presence-words.ts';
import { hashOf } from '../shell/router.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { duration } from '../ui/time.ts';
import type { Work } from './acts.ts';
import type { FloorPicture } from './floor.ts';

/** More are drawn on request: a long list is slow to look through. */
const FIRST = 50;
/** From here on a field narrows the list down. */
const FIND_FROM = 10;

interface AgentsProps {
  picture: FloorPicture;
  onMove: (work: Work) => void;
}

/** Who is there since when, how much they have, and what. */
export function Agents({ picture: { agents, numbers }, onMove }: AgentsProps): JSX.Element {
  const all = useSignal(false);
  const words = useSignal('');
  const wanted = words.value.trim().toLowerCase();
  const found = wanted ? agents.filter(({ agent }) => agent.name.toLowerCase().includes(wanted)) : agents;
  const shown = all.value ? found : found.slice(0, FIRST);
  const total = (numbers?.agents ?? []).reduce((sum, { count }) => sum + count, 0);
  return (
    <section class="floor-agents" aria-labelledby="floor-agents">
      <h3 id="floor-agents">
        Agents <span class="muted">{total}</span>
      </h3>
      {agents.length >= FIND_FROM && (
        <input
          type="search"
          class="floor-find"
          aria-label="Find an agent"
          placeholder="Find an agent"
          value={words}
          onInput={(event) => {
            words.value = event.currentTarget.value;
          }}
        />
      )}
      <ul class="floor-list" aria-label="Agents">
        {shown.map((row) => (
          <li key={row.key}>
            <Agent row={row} onMove={onMove} />
          </li>
        ))}
      </ul>
      {found.length > shown.length && (
        <button
          type="button"
          class="button floor-more"
          onClick={() => {
            all.value = true;
          }}
        >
          Show {found.length - shown.length} more
        </button>
      )}
      {total > agents.length && (
        <p class="floor-empty muted">{total - agents.length} more are counted, and offline.</p>
      )}
    </section>
  );
}

function Agent({ row, onMove }: { row: FloorAgentRow; onMove: (work: Work) => void }): JSX.Element {
  const { ticker, identity } = useWorkspace();
  const { agent, presence, reason, since, next, load, budget } = row;
  const ago = duration(Math.max(0, ticker.slowNow.value - since));
  return (
    <div class="floor-agent" data-presence={presence}>
      <div class="floor-line">
        <Avatar id={agent.id} name={agent.name} online={presence === 'available'} />
        <p class="floor-who">
          <strong>
            <Name of={agent.name} />
            {agent.id === identity.agent.id && <span class="muted"> (you)</span>}
          </strong>
          <span class="muted">
            {presenceName(presence)}
            {reason !== undefined && (
              <>
                {' ('}
                <bdi>{reason}</bdi>
                {')'}
              </>
            )}
            {since > 0 && `, ${ago}`}
            {next !== undefined && `, then ${presenceName(next)}`}
          </span>
        </p>
        {presence !== 'offline' && <Load load={load} budget={budget} />}
      </div>
      {row.held.length > 0 && (
        <ul class="floor-held" aria-label={`With ${plainName(agent.name)}`}>
          {row.held.map((work) => (
            <li key={work.item}>
              <Held work={work} onMove={onMove} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Load({ load, budget }: { load: number; budget: number }): JSX.Element {
  return (
    <span class="floor-load" title={`Load ${load} of ${budget}`}>
      <span class="floor-load-bar" aria-hidden="true">
        <span style={{ inlineSize: `${Math.min(100, (load / budget) * 100)}%` }} />
      </span>
      <span>
        <span class="visually-hidden">Load </span>
        {load}/{budget}
      </span>
    </span>
  );
}

const STATES = { offered: 'rings', active: 'for', 'wrap-up': 'writing up,' } as const;

function Held({ work, onMove }: { work: HeldWork; onMove: (work: Work) => void }): JSX.Element {
  const { ticker } = useWorkspace();
  const name = plainName(work.visitorName);
  return (
    <span class="floor-work" data-state={work.state}>
      <a href={hashOf({ conversation: work.conversation })} aria-label={`Read along with ${name}`}>
        <bdi>{name}</bdi>
      </a>
      <span class="muted">
        {STATES[work.state]} {duration(Math.max(0, ticker.slowNow.value - work.since))}
      </span>
      {work.state === 'active' && (
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label={`Move ${name}`}
          title="Move or assign"
          onClick={() => {
            onMove(work);
          }}
        >
          <Icon name="move" size={16} />
        </button>
      )}
    </span>
  );
}
