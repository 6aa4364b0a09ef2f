import { useSignal } from '@preact/signals';
import type { ColleagueRow, ConversationRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { presenceName } from '../shell/presence-words.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Choice } from '../ui/choice.tsx';
import { Modal, ModalHead } from '../ui/modal.tsx';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { QueueChoices, destinationsOf } from './queue-choices.tsx';
import './transfer-dialog.css';

/** From here on a field narrows the list down. */
const FIND_FROM = 8;

/** To whom a chat is passed on: a colleague, who is asked, or a queue. The rows stay live while it is open. */
export function TransferDialog({ row, onClose }: { row: ConversationRow; onClose: () => void }): JSX.Element {
  const { passing, colleagues, queues } = useWorkspace();
  const asking = useSignal(false);
  const words = useSignal('');
  const wanted = (name: string): boolean => name.toLowerCase().includes(words.value.trim().toLowerCase());
  const pass = (what: () => Promise<boolean>): void => {
    asking.value = true;
    void what().then((done) => {
      asking.value = false;
      if (done) onClose();
    });
  };
  return (
    <Modal label={`Transfer ${plainName(row.visitorName)}`} class="transfer" onClose={onClose}>
      <ModalHead onClose={onClose}>
        Transfer <Name of={row.visitorName} />
      </ModalHead>
      {colleagues.value.length + queues.value.length >= FIND_FROM && <Find words={words} />}
      <div class="choices">
        <Colleagues
          rows={colleagues.value.filter((each) => wanted(each.agent.name))}
          disabled={asking.value}
          onPass={(colleague, warm) => {
            pass(() => passing.toColleague(row.item, colleague, warm));
          }}
        />
        <QueueChoices
          rows={destinationsOf(queues.value).filter((each) => wanted(each.queue))}
          disabled={asking.value}
          onChoose={(queue) => {
            pass(() => passing.toQueue(row.item, queue));
          }}
        />
        <p class="muted transfer-foot">Whoever takes it sees all that was written.</p>
      </div>
    </Modal>
  );
}

interface ColleaguesProps {
  rows: readonly ColleagueRow[];
  disabled: boolean;
  onPass: (colleague: ColleagueRow, warm: boolean) => void;
}

/** How they are asked stands before whom: who presses a name has seen it. */
function Colleagues({ rows, disabled, onPass }: ColleaguesProps): JSX.Element {
  const warm = useSignal(false);
  return (
    <>
      <h3>Colleagues</h3>
      <label class="transfer-warm">
        <span>
          <strong>Ask first</strong>
          <span class="muted">They join you in the chat, and you hand over when both are ready.</span>
        </span>
        <input
          type="checkbox"
          role="switch"
          class="switch"
          checked={warm}
          onChange={(event) => {
            warm.value = event.currentTarget.checked;
          }}
        />
      </label>
      {rows.length === 0 && <p class="muted">None to show.</p>}
      <ul aria-label="Colleagues">
        {rows.map((colleague, index) => (
          <li key={colleague.key}>
            <Colleague
              colleague={colleague}
              isFirst={index === 0}
              disabled={disabled}
              onPass={() => {
                onPass(colleague, warm.value);
              }}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function Find({ words }: { words: { value: string } }): JSX.Element {
  return (
    <input
      type="search"
      class="choices-find transfer-find"
      aria-label="Find a colleague or a queue"
      placeholder="Find a colleague or a queue"
      value={words.value}
      onInput={(event) => {
        words.value = event.currentTarget.value;
      }}
    />
  );
}

interface ColleagueProps {
  colleague: ColleagueRow;
  isFirst: boolean;
  disabled: boolean;
  onPass: () => void;
}

/** Who cannot be asked stands there too, and why: one sees at once that they were not forgotten. */
function Colleague({ colleague, isFirst, disabled, onPass }: ColleagueProps): JSX.Element {
  const { agent, presence, items, room = true } = colleague;
  const canTake = presence === 'available' && room;
  const chats = items === 1 ? '1 chat' : `${items === 0 ? 'no' : items} chats`;
  const noRoom = presence === 'available' && !room ? ', no room' : '';
  return (
    <Choice
      picture={<Avatar id={agent.id} name={agent.name} online={presence === 'available'} />}
      name={<Name of={agent.name} />}
      about={`${presenceName(presence)} · ${chats}${noRoom}`}
      autofocus={isFirst && canTake}
      disabled={disabled || !canTake}
      onPress={onPass}
    />
  );
}
