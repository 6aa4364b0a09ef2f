import { type Signal, signal } from '@preact/signals';
import type { ConversationEvent, ConversationRow, ShareState, watchPage } from '@alongside/sdk/agent';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { refusalWords } from '../shell/refusal-words.ts';
import type { Workspace } from '../shell/workspace.ts';
import type { PageStage } from './page-stage.ts';

/** How long an answer stays above the timeline, where it was not put away. */
const ANSWER_SHOWN_MS = 5 * 60_000;

/** What the console remembers about sharing in one conversation; nothing of it is in the log. */
export interface Sharing {
  /** The share whose stage was closed here, or opened by who did not ask for it. */
  left: Signal<string | undefined>;
  joined: Signal<string | undefined>;
  /** The answer that was read. */
  readUpTo: Signal<number>;
  suggesting: Signal<boolean>;
  /** While the stage is shown. */
  stage: Signal<PageStage | undefined>;
}

const known = new WeakMap<OpenConversation, Sharing>();

export function sharingOf(conversation: OpenConversation): Sharing {
  const found = known.get(conversation);
  if (found) return found;
  const made: Sharing = {
    left: signal(undefined),
    joined: signal(undefined),
    readUpTo: signal(0),
    suggesting: signal(false),
    stage: signal(undefined),
  };
  known.set(conversation, made);
  return made;
}

/** What is asked or shared in a conversation. */
export function shareOf(conversation: OpenConversation): ShareState | undefined {
  return conversation.view.value.header.share;
}

/** Who asked sees it at once; others when they want to, and nobody who has left it. */
export function isStageShown(conversation: OpenConversation, workspace: Workspace): boolean {
  const share = shareOf(conversation);
  if (share?.state !== 'allowed') return false;
  const { left, joined } = sharingOf(conversation);
  if (joined.value === share.id) return true;
  return share.agent.id === workspace.identity.agent.id && left.value !== share.id;
}

/** The conversation is this agent's own to act in. */
export function isOwn(conversation: OpenConversation, row: ConversationRow | undefined): boolean {
  const isActive = conversation.view.value.header.sitting?.state === 'active';
  return isActive && row?.state === 'active' && !row.first;
}

/** Asks the visitor, or opens what is shared already. */
export async function seeTheirPage(conversation: OpenConversation, workspace: Workspace): Promise<void> {
  const share = shareOf(conversation);
  const { left, joined } = sharingOf(conversation);
  if (share?.state === 'allowed') {
    joined.value = share.id;
    left.value = undefined;
    return;
  }
  const outcome = await conversation.handle.askToSee();
  if (!outcome.ok) workspace.notices.say(refusalWords(outcome.refusal.code), 'problem');
}

/** Looks no longer; the page stays shared. */
export function leaveStage(conversation: OpenConversation): void {
  const { left, joined } = sharingOf(conversation);
  left.value = shareOf(conversation)?.id;
  joined.value = undefined;
}

/** Ends the share, or takes the question back. */
export async function endShare(conversation: OpenConversation, workspace: Workspace): Promise<void> {
  const share = shareOf(conversation);
  if (!share) return;
  const outcome = await conversation.handle.endShare(share.id, 'view');
  if (!outcome.ok) workspace.notices.say(refusalWords(outcome.refusal.code), 'problem');
}

/** How the last question about the page ended, while that is still news. */
export function lastAnswer(
  conversation: OpenConversation,
  now: number,
): { seq: number; reason: string } | undefined {
  const { entries, header } = conversation.view.value;
  if (header.share) return undefined;
  const last = entries.findLast(
    (entry): entry is ConversationEvent => !('erased' in entry) && isAboutView(entry),
  );
  if (!last || last.seq <= sharingOf(conversation).readUpTo.value || now - last.at > ANSWER_SHOWN_MS) {
    return undefined;
  }
  const { body } = last;
  if (body.type === 'co-browse.answered' && !body.allowed) return { seq: last.seq, reason: 'declined' };
  return body.type === 'co-browse.ended' ? { seq: last.seq, reason: body.reason } : undefined;
}

function isAboutView({ body }: ConversationEvent): boolean {
  if (body.type === 'sitting.opened') return true;
  return (body.type === 'co-browse.answered' || body.type === 'co-browse.ended') && body.scope === 'view';
}

/** How a page is watched; tests give their own. */
export type Watch = typeof watchPage;
