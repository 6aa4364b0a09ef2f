import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { FloorAgentRow } from '@alongside/sdk/agent';
import type { ComponentChildren, JSX } from 'preact';
import { presenceName } from '../shell/presence-words.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { Modal } from '../ui/modal.tsx';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { type Problem, type Work, assignTo, moveTo } from './acts.ts';

/** More are found by a part of their name. */
const FIRST = 50;

interface MoveDialogProps {
  work: Work;
  agents: ReadonlySignal<readonly FloorAgentRow[]>;
  onClose: () => void;
}

/** An act that a press on a choice begins; the dialog closes when it is done. */
type Act = (what: () => Promise<Problem>) => () => void;

/** To whom or where a piece of work goes, at once and without being asked: to oneself, an agent, or a queue. */
export function MoveDialog({ work, agents, onClose }: MoveDialogProps): JSX.Element {
  const workspace = useWorkspace();
  const asking = useSignal(false);
  const problem = useSignal<Problem>(undefined);
  const me = workspace.identity.agent;
  const isThere = workspace.me.value?.presence === 'available' || workspace.me.value?.presence === 'busy';
  const act: Act = (what) => () => {
    asking.value = true;
    problem.value = undefined;
    void what().then((found) => {
      asking.value = false;
      problem.value = found;
      if (found === undefined) onClose();
    });
  };
  return (
    <Modal label={`Move ${plainName(work.visitorName)}`} class="move" onClose={onClose}>
      <div class="move-head">
        <h2>
          Move <Name of={work.visitorName} />
        </h2>
        <button type="button" class="button button-quiet button-icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div class="move-problem" role="alert">
        {problem.value !== undefined && <p>{problem.value}</p>}
      </div>
      <div class="move-body">
        <Choice
          picture={<Avatar id={me.id} name={me.name} />}
          name="Take it myself"
          about={
            isThere
              ? 'It is yours at once, and stands in your inbox.'
              : 'Set your status to Available first: work goes only to who is there.'
          }
          disabled={asking.value || !isThere}
          onPress={act(() => assignTo(workspace, work, me))}
        />
        <Queues work={work} act={act} disabled={asking.value} />
        <Agents work={work} act={act} disabled={asking.value} agents={agents} />
      </div>
    </Modal>
  );
}

interface PartProps {
  work: Work;
  act: Act;
  disabled: boolean;
}

function Queues({ work, act, disabled }: PartProps): JSX.Element {
  const workspace = useWorkspace();
  const queues = workspace.queues.value.flatMap(({ id, key, queue, waiting }) =>
    id === undefined ? [] : [{ id, key, queue, waiting }],
  );
  return (
    <>
      <h3>Queues</h3>
      <ul aria-label="Queues">
        {queues.map(({ id, key, queue, waiting }) => (
          <li key={key}>
            <Choice
              picture={
                <span class="move-queue">
                  <Icon name="inbox" size={16} />
                </span>
              }
              name={<bdi>{queue}</bdi>}
              about={waiting === 0 ? 'Nobody waits' : `${waiting} waiting`}
              disabled={disabled}
              onPress={act(() => moveTo(workspace, work, { id, name: queue }))}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function Agents({ work, act, disabled, agents }: PartProps & Pick<MoveDialogProps, 'agents'>): JSX.Element {
  const workspace = useWorkspace();
  const words = useSignal('');
  const wanted = words.value.trim().toLowerCase();
  const others = agents.value.filter(
    ({ agent }) => agent.id !== workspace.identity.agent.id && agent.name.toLowerCase().includes(wanted),
  );
  return (
    <>
      <h3>Agents</h3>
      <input
        type="search"
        class="floor-find"
        aria-label="Find an agent to assign to"
        placeholder="Find an agent"
        value={words}
        onInput={(event) => {
          words.value = event.currentTarget.value;
        }}
      />
      <ul aria-label="Assign to">
        {others.slice(0, FIRST).map(({ agent, key, presence, load, budget }) => (
          <li key={key}>
            <Choice
              picture={<Avatar id={agent.id} name={agent.name} online={presence === 'available'} />}
              name={<Name of={agent.name} />}
              about={`${presenceName(presence)} · load ${load}/${budget}`}
              disabled={disabled || presence !== 'available'}
              onPress={act(() => assignTo(workspace, work, agent))}
            />
          </li>
        ))}
      </ul>
      {others.length === 0 && <p class="muted">None to show.</p>}
      {others.length > FIRST && <p class="muted">{others.length - FIRST} more: type a part of the name.</p>}
    </>
  );
}

interface ChoiceProps {
  picture: ComponentChildren;
  name: ComponentChildren;
  about: string;
  disabled: boolean;
  onPress: () => void;
}

function Choice({ picture, name, about, disabled, onPress }: ChoiceProps): JSX.Element {
  return (
    <button type="button" class="move-choice" disabled={disabled} onClick={onPress}>
      {picture}
      <span>
        <strong>{name}</strong>
        <span class="muted">{about}</span>
      </span>
    </button>
  );
}
