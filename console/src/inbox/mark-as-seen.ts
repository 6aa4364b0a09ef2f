import { type ReadonlySignal, effect, signal } from '@preact/signals';
import type { OpenConversation } from '../shell/open-conversation.ts';
import type { Workspace } from '../shell/workspace.ts';

/**
 * Tells the server what has come on this screen, and what was read: only while the page is visible and the end of
 * the timeline is in view, and only by an agent who has the conversation; who looks in reads nothing for others.
 */
export function markAsSeen(
  conversation: OpenConversation,
  workspace: Workspace,
  atEnd: ReadonlySignal<boolean>,
): () => void {
  const visible = signal(isVisible());
  const onChange = (): void => {
    visible.value = isVisible();
  };
  document.addEventListener('visibilitychange', onChange);
  const stop = effect(() => {
    const { header, catchingUp } = conversation.view.value;
    const isMine = header.agents.some((agent) => agent.id === workspace.identity.agent.id);
    const newest = header.unreadByAgents.at(-1);
    if (!isMine || newest === undefined || catchingUp) return;
    if (newest > header.agentSide.delivered) conversation.handle.markDelivered(newest);
    if (!visible.value || !atEnd.value) return;
    conversation.handle.markRead(newest);
  });
  return () => {
    stop();
    document.removeEventListener('visibilitychange', onChange);
  };
}

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}
