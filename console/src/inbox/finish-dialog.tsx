import { useSignal } from '@preact/signals';
import type { ConversationRow } from '@alongside/sdk/agent';
import type { QueueSettings } from '@alongside/sdk/shared';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { forQueue } from '../shell/site-lists.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Modal, ModalHead } from '../ui/modal.tsx';
import { Name, plainName } from '../ui/person.tsx';
import { CodePicker } from './code-picker.tsx';
import './finish-dialog.css';

interface FinishProps {
  conversation: OpenConversation;
  row: ConversationRow;
  onClose: () => void;
}

/**
 * Ends a chat. Where the site asks for nothing it is done at once; else what it was about can be chosen, what is to
 * be remembered be noted, and time to write it up be taken where the queue gives it by choice.
 */
export function FinishDialog(props: FinishProps): JSX.Element | null {
  const { lists, clock } = useWorkspace();
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    let open = true;
    const ready = (): void => {
      if (open) setReady(true);
    };
    // Without an answer in time it is finished without a code, rather than not at all.
    const stop = clock.after(LISTS_WAIT_MS, ready);
    void Promise.all([lists.refresh('wrap-up-codes'), lists.refresh('queues')]).then(ready);
    return () => {
      open = false;
      stop();
    };
  }, [lists, clock]);
  return isReady ? <Asking {...props} /> : null;
}

const LISTS_WAIT_MS = 2_000;

function Asking({ conversation, row, onClose }: FinishProps): JSX.Element | null {
  const workspace = useWorkspace();
  const codes = forQueue(workspace.lists.of('wrap-up-codes').value, row.queue);
  const wrapUp = workspace.lists.of('queues').value.find(({ id }) => id === row.queue)?.value.wrapUp;
  const asksNothing = codes.length === 0 && wrapUp?.mode !== 'optional';
  useEffect(() => {
    conversation.code.value = undefined;
    if (!asksNothing) return;
    onClose();
    void workspace.finish(conversation);
    // Once: what the lists become later changes nothing.
  }, []);
  if (asksNothing) return null;
  return <Form conversation={conversation} row={row} onClose={onClose} codes={codes} wrapUp={wrapUp} />;
}

type FormProps = FinishProps & {
  codes: Parameters<typeof CodePicker>[0]['codes'];
  wrapUp: QueueSettings['wrapUp'] | undefined;
};

function Form({ conversation, row, onClose, codes, wrapUp }: FormProps): JSX.Element {
  const workspace = useWorkspace();
  const chosen = conversation.code;
  const later = useSignal('');
  const busy = useSignal(false);
  const finish = async (takesTime: boolean): Promise<void> => {
    busy.value = true;
    const note = later.value.trim();
    if (note !== '') await conversation.handle.note(`Follow-up: ${note}`);
    const ending = {
      ...(chosen.value !== undefined && { code: chosen.value }),
      ...(takesTime && { wrapUp: true }),
    };
    if (await workspace.finish(conversation, ending)) onClose();
    busy.value = false;
  };
  return (
    <Modal label={`Finish ${plainName(row.visitorName)}`} class="finish" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void finish(false);
        }}
      >
        <ModalHead onClose={onClose}>
          Finish <Name of={row.visitorName} />
        </ModalHead>
        <div class="finish-body">
          {codes.length > 0 && <CodePicker codes={codes} chosen={chosen} />}
          <FollowUp text={later} />
        </div>
        <div class="finish-foot">
          {wrapUp?.mode === 'optional' && (
            <button type="button" class="button" disabled={busy} onClick={() => void finish(true)}>
              Finish and write it up
            </button>
          )}
          <button type="submit" class="button button-primary" disabled={busy}>
            Finish
          </button>
        </div>
      </form>
    </Modal>
  );
}

function FollowUp({ text }: { text: { value: string } }): JSX.Element {
  return (
    <label class="finish-later">
      <span>Follow-up</span>
      <textarea
        rows={2}
        maxLength={2_000}
        placeholder="What is still to do, for whoever has the next chat"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <span class="muted">Kept as a note that only your team sees</span>
    </label>
  );
}
