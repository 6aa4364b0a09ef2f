import type { JSX } from 'preact';
import { Modal } from '../ui/modal.tsx';
import { useSettings } from './settings-state.ts';

/** Somebody wanted to go on and has not saved: nothing is lost without being asked about. */
export function LeaveDialog(): JSX.Element | null {
  const settings = useSettings();
  const next = settings.leaving.value;
  if (!next) return null;
  const stay = (): void => {
    settings.leaving.value = undefined;
  };
  const goOn = (): void => {
    stay();
    settings.router.go(next);
  };
  const save = async (): Promise<void> => {
    const unsaved = settings.unsaved;
    await unsaved?.save();
    if (unsaved?.dirty.value) stay();
    else goOn();
  };
  return (
    <Modal label="Leave without saving?" class="leave-dialog" onClose={stay}>
      <h2>Leave without saving?</h2>
      <p>What you changed here is not saved yet.</p>
      <div class="save-buttons">
        <button type="button" class="button button-primary" onClick={() => void save()}>
          Save and leave
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            settings.unsaved?.discard();
            goOn();
          }}
        >
          Leave without saving
        </button>
        <button type="button" class="button" onClick={stay}>
          Stay here
        </button>
      </div>
    </Modal>
  );
}
