import type { ConversationView, VisitorClient } from '@alongside/sdk';
import type { Handover } from '../loader/handover.ts';
import { keep, kept } from './keep.ts';

/** Whether the next page should connect by itself: somebody may answer, or something is not sent or not read. */
export function isConversationOpen({ header, pending }: ConversationView): boolean {
  const { sitting, unreadByVisitor } = header;
  return (!!sitting && sitting.state !== 'closed') || unreadByVisitor.length > 0 || pending.length > 0;
}

/** Keeps the one storage key by which the loader of the next page knows that a conversation is open. */
function keepOpenKey(site: string, view: ConversationView): void {
  if (isConversationOpen(view)) keep(site, 'open', '1');
  // 0 and not nothing: who has talked here needs no greeting.
  else if (view.id && kept(site, 'open') === '1') keep(site, 'open', '0');
}

/**
 * Follows the conversation for what happens outside of the panel: the page's events, `heard` for a sound, the
 * storage key. Answers what ends it.
 */
export function watchNews(client: VisitorClient, handover: Handover, heard: () => void): () => void {
  const { emit, settings } = handover;
  /** The newest entry that was told; what came before the first sight of the conversation is no news. */
  let told: number | undefined;
  let unread = 0;
  const tell = (view: ConversationView, after: number): void => {
    let anything = false;
    for (const entry of view.entries) {
      if (entry.seq <= after || 'erased' in entry) continue;
      const { author, body, seq } = entry;
      if (body.type !== 'chat.message' || author.kind === 'visitor') continue;
      anything = true;
      emit('message', { seq, author: author.name, text: body.text });
    }
    if (anything) heard();
  };
  const look = (view: ConversationView): void => {
    const { header, id } = view;
    keepOpenKey(settings.site, view);
    if (!id) return;
    if (told !== undefined && header.seq > told) tell(view, told);
    told = header.seq;
    if (unread !== header.unreadByVisitor.length) {
      unread = header.unreadByVisitor.length;
      emit('unread', { count: unread });
    }
  };
  const stops = [
    client.conversation.subscribe(look),
    client.connection.subscribe(({ state }) => emit('state', { state })),
  ];
  look(client.conversation.value);
  return () => {
    for (const stop of stops) stop();
  };
}
