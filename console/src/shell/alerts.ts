import { effect } from '@preact/signals';
import { plainName } from '../ui/person.tsx';
import { showPageIcon } from './page-icon.ts';
import { playTones } from './tones.ts';
import type { Workspace } from './workspace.ts';

const OFFER_TONES = [660, 880];
const MESSAGE_TONES = [520];
const BODY_MAX_LENGTH = 120;

/** What the browser says about desktop notifications; `absent` where it has none. */
export function notificationPermission(): NotificationPermission | 'absent' {
  return 'Notification' in globalThis ? Notification.permission : 'absent';
}

/**
 * Tells of what needs the agent: a sound for each new offer, and for a visitor's message that is not on the
 * screen; a desktop notification of both while this page is not looked at; the tab's title and icon.
 */
export function startAlerts(workspace: Workspace): () => void {
  const knownOffers = new Set<string>();
  const lastAt = new Map<string, number>();
  const stopOffers = effect(() => {
    for (const offer of workspace.offers.value) {
      if (knownOffers.has(offer.offer)) continue;
      knownOffers.add(offer.offer);
      sound(workspace, OFFER_TONES);
      notify(workspace, {
        title: `New ${offer.channel}: ${plainName(offer.visitorName)}`,
        says: offer.text ?? '',
        body: offer.page?.title ?? '',
        tag: offer.offer,
        open: focusOffer,
      });
    }
  });
  const stopMessages = effect(() => {
    const loaded = workspace.me.value !== undefined;
    for (const row of workspace.conversations.value) {
      const before = lastAt.get(row.conversation);
      if (row.lastAt !== undefined) lastAt.set(row.conversation, row.lastAt);
      const isNew =
        loaded && row.lastBy === 'visitor' && row.unread > 0 && (row.lastAt ?? 0) > (before ?? Infinity);
      if (!isNew || isLookedAt(workspace, row.conversation)) continue;
      sound(workspace, MESSAGE_TONES);
      notify(workspace, {
        title: plainName(row.visitorName),
        says: row.lastText ?? '',
        body: 'A new message',
        tag: row.conversation,
        open: () => {
          workspace.show(row.conversation);
        },
      });
    }
  });
  const stopMentions = tellMentions(workspace);
  const stopTitle = effect(() => {
    const offers = workspace.offers.value.length;
    const unread = workspace.conversations.value.reduce((sum, row) => sum + row.unread, 0);
    const count = offers + unread > 0 ? `(${offers + unread}) ` : '';
    showPageIcon(offers + unread > 0);
    document.title = `${count}${offers > 0 ? 'New chat' : 'Inbox'} · ${workspace.identity.site.name}`;
  });
  return () => {
    stopOffers();
    stopMessages();
    stopMentions();
    stopTitle();
  };
}

/** A colleague who mentions somebody wants an answer: it sounds like a message, once per note. */
function tellMentions(workspace: Workspace): () => void {
  const known = new Set<string>();
  return effect(() => {
    for (const mention of workspace.me.value?.mentions ?? []) {
      const key = `${mention.conversation} ${mention.seq}`;
      if (known.has(key)) continue;
      known.add(key);
      if (isLookedAt(workspace, mention.conversation)) continue;
      sound(workspace, MESSAGE_TONES);
      notify(workspace, {
        title: `${plainName(mention.by.name)} mentions you`,
        says: mention.text ?? '',
        body: `About ${plainName(mention.visitorName)}`,
        tag: key,
        open: () => {
          workspace.show(mention.conversation, mention.seq);
        },
      });
    }
  });
}

function isLookedAt(workspace: Workspace, conversation: string): boolean {
  return document.hasFocus() && workspace.selected.peek()?.id === conversation;
}

function sound(workspace: Workspace, tones: readonly number[]): void {
  if (workspace.preferences.sound.peek()) playTones(tones);
}

interface DesktopNote {
  title: string;
  /** What was written, shown only where the agent chose so; else `body` stands there. */
  says: string;
  body: string;
  tag: string;
  open: () => void;
}

function notify(workspace: Workspace, note: DesktopNote): void {
  const { notifications, quotes } = workspace.preferences;
  if (!notifications.peek() || notificationPermission() !== 'granted' || document.hasFocus()) return;
  const body = (quotes.peek() && note.says) || note.body;
  const shown = notificationOf(note.title, { body: body.slice(0, BODY_MAX_LENGTH), tag: note.tag });
  if (!shown) return;
  shown.onclick = () => {
    window.focus();
    note.open();
    shown.close();
  };
}

/** Undefined on phones, whose browsers know notifications of a service worker only and throw. */
function notificationOf(title: string, options: NotificationOptions): Notification | undefined {
  try {
    return new Notification(title, options);
  } catch {
    return undefined;
  }
}

/** The offer that ends first takes the focus, so that Enter accepts it. */
function focusOffer(): void {
  document.querySelector<HTMLElement>('[role="alertdialog"]')?.focus();
}
