import { useSignal } from '@preact/signals';
import type { ColleagueRow, ConversationRow, QueueRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { presenceName } from '../shell/presence-words.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { Modal } from '../ui/modal.tsx';
import { Avatar, Name, plainName } from '../ui/person.tsx';
import { duration } from '../ui/time.ts';
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
      <div class="transfer-head">
        <h2>
          Transfer <Name of={row.visitorName} />
        </h2>
        <button type="button" class="button button-quiet button-icon" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {colleagues.value.length + queues.value.length >= FIND_FROM && <Find words={words} />}
      <div class="transfer-body">
        <Colleagues
          rows={colleagues.value.filter((each) => wanted(each.agent.name))}
          disabled={asking.value}
          onPass={(colleague, warm) => {
            pass(() => passing.toColleague(row.item, colleague, warm));
          }}
        />
        <Queues
          rows={queues.value.filter((each) => each.id !== undefined && wanted(each.queue))}
          disabled={asking.value}
          onPass={(queue) => {
            pass(() => passing.toQueue(row.item, queue));
          }}
        />
        <p class="muted transfer-foot">Whoever takes it sees all that was written.</p>
      </div>
    </Modal>
  );
}

interface PartProps<Row> {
  rows: readonly Row[];
  disabled: boolean;
}

function Colleagues({
  rows,
  disabled,
  onPass,
}: PartProps<ColleagueRow> & { onPass: (colleague: ColleagueRow, warm: boolean) => void }): JSX.Element {
  const warm = useSignal(false);
  return (
    <>
      <h3>Colleagues</h3>
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
    </>
  );
}

function Queues({
  rows,
  disabled,
  onPass,
}: PartProps<QueueRow> & { onPass: (queue: QueueRow) => void }): JSX.Element {
  return (
    <>
      <h3>Queues</h3>
      <ul aria-label="Queues">
        {rows.map((queue) => (
          <li key={queue.key}>
            <Queue
              queue={queue}
              disabled={disabled}
              onPass={() => {
                onPass(queue);
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
      class="transfer-find"
      aria-label="Find a colleague or a queue"
      placeholder="Find a colleague or a queue"
      value={words.value}
      onInput={(event) => {
        words.value = event.currentTarget.value;
      }}
    />
  );
}

interface ChoiceProps {
  disabled: boolean;
  onPass: () => void;
}

/** Who cannot be asked stands there too, and why: one sees at once that they were not forgotten. */
function Colleague({
  colleague,
  isFirst,
  disabled,
  onPass,
}: ChoiceProps & { colleague: ColleagueRow; isFirst: boolean }): JSX.Element {
  const { agent, presence, items, room = true } = colleague;
  const canTake = presence === 'available' && room;
  return (
    <button
      type="button"
      class="transfer-choice"
      autofocus={isFirst && canTake}
      disabled={disabled || !canTake}
      onClick={onPass}
    >
      <Avatar id={agent.id} name={agent.name} online={presence === 'available'} />
      <span class="transfer-name">
        <strong>
          <Name of={agent.name} />
        </strong>
        <span class="muted">
          {presenceName(presence)} · {items === 1 ? '1 chat' : `${items === 0 ? 'no' : items} chats`}
          {presence === 'available' && !room && ', no room'}
        </span>
      </span>
    </button>
  );
}

function Queue({ queue, disabled, onPass }: ChoiceProps & { queue: QueueRow }): JSX.Element {
  const { ticker } = useWorkspace();
  const { waiting, oldestSince } = queue;
  const longest =
    oldestSince === undefined ? '' : `, the first for ${duration(ticker.now.value - oldestSince)}`;
  return (
    <button type="button" class="transfer-choice" disabled={disabled} onClick={onPass}>
      <span class="transfer-queue">
        <Icon name="inbox" size={16} />
      </span>
      <span class="transfer-name">
        <strong>
          <bdi>{queue.queue}</bdi>
        </strong>
        <span class="muted">{waiting === 0 ? 'Nobody waits' : `${waiting} waiting${longest}`}</span>
      </span>
    </button>
  );
}
