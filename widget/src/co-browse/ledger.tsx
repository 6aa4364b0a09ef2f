import {
  type EventBody,
  coBrowseAction,
  coBrowseAnswered,
  coBrowseAsked,
  coBrowseEnded,
  coBrowseSuggested,
  coBrowseViewed,
  coBrowseWasFollowed,
  union,
} from '@alongside/sdk/protocol';
import type { VisitorClient } from '@alongside/sdk';
import type { ComponentChildren, JSX } from 'preact';
import type { Registration } from '../shell/registration.ts';
import type { ShareLanguage } from './language.ts';
import type { ShareWords } from './english.ts';

/** Events of shared pages; the panel hands them over as they came. */
const shareEvent = union(
  coBrowseAsked,
  coBrowseAnswered,
  coBrowseEnded,
  coBrowseViewed,
  coBrowseAction,
  coBrowseSuggested,
  coBrowseWasFollowed,
);
export type ShareEvent = ReturnType<typeof shareEvent.decode>;

/** The event, or undefined where it is of another kind or broken. */
export function shareEventOf(body: unknown): ShareEvent | undefined {
  try {
    return shareEvent.decode(body, '');
  } catch {
    return undefined;
  }
}

const ENDED: Partial<Record<Extract<ShareEvent, { type: 'co-browse.ended' }>['reason'], keyof ShareWords>> = {
  visitor: 'stopped',
  'not-answered': 'lapsed',
};
const ENDED_CONTROL: typeof ENDED = { visitor: 'tookBack', escape: 'tookBack', 'not-answered': 'lapsed' };

/** The ledger's line of an event (CO11), in the visitor's words; '' for what needs none. */
export function ledgerLine(event: ShareEvent, { say, words }: ShareLanguage): string {
  const name = 'agent' in event ? event.agent.name : '';
  switch (event.type) {
    case 'co-browse.asked':
      return say(event.scope === 'view' ? words.asked : words.askedControl, { name });
    case 'co-browse.answered':
      if (!event.allowed) return event.scope === 'view' ? words.declined : words.declinedControl;
      return say(event.scope === 'view' ? words.allowed : words.allowedControl, { name });
    case 'co-browse.ended':
      return event.scope === 'view'
        ? (words[ENDED[event.reason] ?? 'ended'] as string)
        : (words[ENDED_CONTROL[event.reason] ?? 'endedControl'] as string);
    case 'co-browse.action':
      return say(event.refused === undefined ? words[event.action] : words.refused, {
        name,
        label: event.label,
      });
    case 'co-browse.was-followed':
      return event.opened ? words.opened : words.putAway;
    case 'co-browse.viewed':
    case 'co-browse.suggested':
      return '';
  }
}

/** Where a proposed page leads: http(s) only, the host in punycode as browsers open it (T8). */
export function proposedPage(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
    ? url
    : undefined;
}

/**
 * Styles of what stands in the panel; lines without words take no room. The launcher's greeting goes: who shares a page
 * has been greeted, and it would lie under the pill.
 */
export const LEDGER_CSS = `:host>div{display:none}.line:empty{display:none}.suggested{display:grid;gap:8px;margin-inline:auto;max-width:300px;padding:14px;border:1px solid var(--alongside-line);border-radius:14px;text-align:start;color:var(--alongside-text)}.suggested b{overflow-wrap:anywhere}.suggested span{display:flex;gap:16px}`;

interface LedgerOptions {
  readonly client: VisitorClient;
  readonly language: () => ShareLanguage;
  /** Opens an address in this tab. */
  readonly open: (url: URL) => void;
}

function Suggested(
  props: { event: Extract<ShareEvent, { type: 'co-browse.suggested' }>; isOver: boolean } & LedgerOptions,
): JSX.Element | null {
  const { client, event, isOver, language, open } = props;
  const { say, words } = language();
  const url = proposedPage(event.url);
  if (!url) return null;
  const answer = (press: Event, opened: boolean): void => {
    if (!press.isTrusted) return;
    void client.command({ type: 'co-browse.followed', url: event.url, opened });
    if (opened) open(url);
  };
  return (
    <div class="suggested">
      {say(words.suggests, { name: event.agent.name })}
      <b dir="ltr">{url.host}</b>
      <small dir="ltr">{url.pathname}</small>
      {!isOver && (
        <span>
          <button class="link" onClick={(press) => answer(press, true)}>
            {words.openPage}
          </button>
          <button class="link" onClick={(press) => answer(press, false)}>
            {words.noThanks}
          </button>
        </span>
      )}
    </div>
  );
}

/** What the panel's timeline shows of shared pages: a line for each step, and a card for a proposed page. */
export function ledger(options: LedgerOptions): Registration {
  const line = (item: { body: unknown }): ComponentChildren => {
    const event = shareEventOf(item.body);
    return event ? ledgerLine(event, options.language()) : '';
  };
  const card: Registration['cards'][EventBody['type']] = (item) => {
    const event = shareEventOf(item.body);
    if (event?.type !== 'co-browse.suggested') return '';
    const isOver = options.client.conversation.value.entries.some((entry) => {
      const later =
        'body' in entry && entry.seq > (item as unknown as { seq: number }).seq && shareEventOf(entry.body);
      return later && later.type === 'co-browse.was-followed' && later.url === event.url;
    });
    return <Suggested event={event} isOver={isOver} {...options} />;
  };
  return {
    name: 'co-browse',
    homeRow: () => undefined,
    cards: {
      'co-browse.asked': line,
      'co-browse.answered': line,
      'co-browse.ended': line,
      'co-browse.viewed': line,
      'co-browse.action': line,
      'co-browse.suggested': card,
      'co-browse.was-followed': line,
    },
  };
}
