import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { FloorAgentRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { QueueChoices, destinationsOf } from '../inbox/queue-choices.tsx';
import { presenceName } from '../shell/presence-words.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Choice } from '../ui/choice.tsx';
import { Modal, ModalHead } from '../ui/modal.tsx';
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
      <ModalHead onClose={onClose}>
        Move <Name of={work.visitorName} />
      </ModalHead>
      <div class="move-problem" role="alert">
        {problem.value !== undefined && <p>{problem.value}</p>}
      </div>
      <div class="choices">
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
        <QueueChoices
          rows={destinationsOf(workspace.queues.value)}
          current={work.queue}
          disabled={asking.value}
          onChoose={(queue) => {
            act(() => moveTo(workspace, work, { id: queue.id, name: queue.queue }))();
          }}
        />
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
        class="choices-find"
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
