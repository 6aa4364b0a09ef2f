import type { ConversationRow } from '@alongside/sdk/agent';
import type { OpenConversation } from '../shell/open-conversation.ts';
import type { ConversationAction, Registration } from '../shell/registration.ts';
import type { Workspace } from '../shell/workspace.ts';

type Row = ConversationRow | undefined;

/** The chat is this agent's own, and nobody is asked or here beside them. */
function isOwn(row: Row): row is ConversationRow {
  return row?.state === 'active' && !row.first && !row.second;
}

/** Runs something with the work item of the conversation, where it has one. */
function withItem(
  run: (workspace: Workspace, item: string) => unknown,
): (conversation: OpenConversation, workspace: Workspace) => void {
  return (conversation, workspace) => {
    const row = workspace.rowOf(conversation.id);
    if (row) void run(workspace, row.item);
  };
}

/** What one does with a conversation as a piece of work, whatever it is about. */
const deskActions: readonly ConversationAction[] = [
  {
    id: 'transfer',
    name: 'Transfer',
    icon: 'pass',
    key: 'T',
    place: 'header',
    available: (_conversation, row) => isOwn(row),
    run: (conversation) => {
      conversation.dialog.value = 'transfer';
    },
  },
  {
    id: 'withdraw-transfer',
    name: 'Withdraw the transfer',
    icon: 'close',
    place: 'palette',
    available: (_conversation, row) => row?.second?.state === 'ringing',
    run: withItem(({ passing }, item) => passing.withdraw(item)),
  },
  {
    id: 'hand-over',
    name: 'Hand over to the colleague who joined',
    icon: 'pass',
    place: 'palette',
    available: (_conversation, row) => row?.second?.state === 'joined',
    run: withItem(({ passing }, item) => passing.endConsult(item, true)),
  },
  {
    id: 'end-consult',
    name: 'Keep the chat, the colleague leaves',
    icon: 'leave',
    place: 'palette',
    available: (_conversation, row) => row?.second?.state === 'joined',
    run: withItem(({ passing }, item) => passing.endConsult(item, false)),
  },
  {
    id: 'leave-consult',
    name: 'Leave the chat that you joined',
    icon: 'leave',
    place: 'palette',
    available: (_conversation, row) => row?.first !== undefined,
    run: withItem(({ passing }, item) => passing.endConsult(item, false)),
  },
  {
    id: 'end-wrap-up',
    name: 'End the wrap-up',
    icon: 'finish',
    place: 'palette',
    available: (_conversation, row) => row?.state === 'wrap-up',
    run: (conversation, workspace) => {
      const row = workspace.rowOf(conversation.id);
      if (row) void workspace.endWrapUp(row.item, conversation.code.value);
    },
  },
];

/** All that can be done with a conversation, in the order of its buttons. */
export function conversationActionsOf(registrations: readonly Registration[]): ConversationAction[] {
  return [...deskActions, ...registrations.flatMap((each) => each.conversationActions)];
}
