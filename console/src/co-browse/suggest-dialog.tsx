import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { refusalWords } from '../shell/refusal-words.ts';
import { useWorkspace } from '../shell/use-console.ts';
import { Modal } from '../ui/modal.tsx';
import { sharingOf } from './sharing.ts';
import './suggest-dialog.css';

const NOT_LISTED = 'This address is not on the site’s list. Suggest a page of the site itself.';

/** What is wrong with an address, in words; undefined where it may be tried. */
export function addressFault(text: string): string | undefined {
  const address = text.trim();
  if (address === '') return 'Write the address of a page.';
  if (!URL.canParse(address)) return 'This is no whole address. It begins with https://.';
  const { protocol, username, password } = new URL(address);
  if (protocol !== 'http:' && protocol !== 'https:') return 'Only web pages can be suggested: http or https.';
  return username || password ? 'An address with a name and password in it cannot be suggested.' : undefined;
}

interface SuggestProps {
  conversation: OpenConversation;
  onClose: () => void;
}

/** Proposes a page: the visitor gets a card with its whole host, and opens it or does not (T8). */
export function SuggestDialog({ conversation, onClose }: SuggestProps): JSX.Element {
  const workspace = useWorkspace();
  const address = useSignal(startOf(conversation));
  const fault = useSignal<string | undefined>(undefined);
  const sending = useSignal(false);
  const submit = async (): Promise<void> => {
    fault.value = addressFault(address.value);
    if (fault.value !== undefined || sending.value) return;
    sending.value = true;
    const outcome = await conversation.handle.suggestPage(address.value.trim());
    sending.value = false;
    if (outcome.ok) {
      workspace.notices.say('Suggested. The visitor decides whether to open it.');
      onClose();
    } else fault.value = outcome.refusal.code === 'invalid' ? NOT_LISTED : refusalWords(outcome.refusal.code);
  };
  return (
    <Modal label="Suggest a page" class="suggest" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2>Suggest a page</h2>
        <p class="muted">They get a card with the address, and open it if they want to.</p>
        <label>
          <span>Address</span>
          <input
            type="url"
            inputMode="url"
            autoFocus
            spellcheck={false}
            autocomplete="off"
            value={address}
            aria-invalid={fault.value !== undefined}
            aria-describedby="suggest-fault"
            onInput={(event) => {
              address.value = event.currentTarget.value;
              fault.value = undefined;
            }}
          />
        </label>
        <p id="suggest-fault" class="suggest-fault" role="alert">
          {fault.value}
        </p>
        <div class="suggest-actions">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={sending.value}>
            Suggest
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** Where they are now, without the page: one writes on from there. */
function startOf(conversation: OpenConversation): string {
  const { stage } = sharingOf(conversation);
  const { page, header } = conversation.view.value;
  const url = stage.value?.status.value.page.url ?? page?.url ?? header.sitting?.page?.url ?? '';
  return URL.canParse(url) ? `${new URL(url).origin}/` : '';
}
