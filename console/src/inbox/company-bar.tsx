import type { ConversationRow } from '@alongside/sdk/agent';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useWorkspace } from '../shell/use-console.ts';
import { Bar } from '../ui/bar.tsx';
import { Avatar, Name } from '../ui/person.tsx';

/** Who else is asked for, or here, and what can be done about it; nothing while the agent is alone. */
export function CompanyBar({ row }: { row: ConversationRow | undefined }): JSX.Element {
  return <div role="status">{row && <Company key={stateOf(row)} row={row} />}</div>;
}

function stateOf({ first, second }: ConversationRow): string {
  return `${first?.id ?? ''} ${second?.state ?? ''}`;
}

function Company({ row }: { row: ConversationRow }): JSX.Element | null {
  const { passing } = useWorkspace();
  const [waiting, setWaiting] = useState(false);
  const { first, second, item } = row;
  const press = (what: () => Promise<void>) => (): void => {
    setWaiting(true);
    void what().finally(() => {
      setWaiting(false);
    });
  };
  const button = (name: string, what: () => Promise<void>, primary = false): JSX.Element => (
    <button
      type="button"
      class={primary ? 'button button-primary' : 'button'}
      disabled={waiting}
      onClick={press(what)}
    >
      {name}
    </button>
  );
  if (first) {
    return (
      <Bar>
        <Avatar id={first.id} name={first.name} />
        <p>
          You joined <Name of={first.name} />, who has this chat. What you write as a note stays between you.
        </p>
        {button('Leave', () => passing.endConsult(item, false))}
      </Bar>
    );
  }
  if (!second) return null;
  if (second.state === 'ringing') {
    return (
      <Bar>
        <Avatar id={second.agent.id} name={second.agent.name} />
        <p>
          Asking <Name of={second.agent.name} />… Until they take it, the chat is yours.
        </p>
        {button('Withdraw', () => passing.withdraw(item))}
      </Bar>
    );
  }
  return (
    <Bar>
      <Avatar id={second.agent.id} name={second.agent.name} />
      <p>
        <Name of={second.agent.name} /> is here with you. What you write as a note stays between you.
      </p>
      {button(`Stay, ${second.agent.name} leaves`, () => passing.endConsult(item, false))}
      {button('Hand over', () => passing.endConsult(item, true), true)}
    </Bar>
  );
}
