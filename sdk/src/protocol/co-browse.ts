/** Sharing a page: what of it stands in the conversation's log. The pages themselves travel on a socket of their own (`co-browse-socket.ts`). */
import { grantId, shareId, time } from './ids.ts';
import { PAGE_URL_MAX_LENGTH } from './limits.ts';
import { agentCard } from './people.ts';
import { type Infer, boolean, message, object, oneOf, optional, string } from './schema.ts';

/** View and control are asked for apart, each for one share only (CO1). */
export const shareScope = oneOf('view', 'control');
/** Names the text of the question that the visitor read: its language and a hash, `en-1f3a…`. */
const textVersion = string(80, /^[A-Za-z0-9-]+$/, 1);
/** What the visitor's page calls the element that was acted on; masked like everything that leaves it. */
const targetLabel = string(120);
/** Why the page did not do it; a closed list, because agents read it in words. */
export const refusalReason = oneOf(
  'gone',
  'hidden',
  'covered',
  'masked',
  'blocked',
  'denied',
  'sensitive',
  'submit',
  'file',
  'download',
  'external',
  'frame',
  'disabled',
  'changed',
  'paused',
  'no-grant',
  'expired',
  'too-fast',
);
export type RefusalReason = Infer<typeof refusalReason>;
/** What an agent does on a page; `navigate` is proposing a page, which the visitor opens. */
export const actionKind = oneOf('click', 'type', 'select', 'scroll', 'navigate');
export type ActionKind = Infer<typeof actionKind>;

// Commands of agents

export const coBrowseAsk = message(
  'co-browse.ask',
  3,
  'Ask the visitor to share the page, or in a running share for leave to act on it. Asking again while it is open is harmless.',
  { scope: shareScope },
);

export const coBrowseEnd = message(
  'co-browse.end',
  3,
  'End the share, or only the control of it. By an agent or, from the pill, by the visitor.',
  { share: shareId, scope: shareScope, why: optional(oneOf('button', 'escape', 'left', 'signed-out')) },
);

export const coBrowseSuggest = message(
  'co-browse.suggest',
  3,
  "Propose a page; http(s) and on the site's list only. The visitor gets a card with the full host (T8).",
  { url: string(PAGE_URL_MAX_LENGTH, /^https?:\/\//, 8) },
);

// Commands of visitors

export const coBrowseAnswer = message(
  'co-browse.answer',
  3,
  'Allow or decline what was asked. Durable before the first byte of a page is taken (DL17).',
  { share: shareId, scope: shareScope, allowed: boolean, text: textVersion },
);

export const coBrowseActed = message(
  'co-browse.acted',
  3,
  "The ledger's line (CO11): what the page did, or refused, for an agent.",
  {
    share: shareId,
    grant: grantId,
    action: actionKind,
    label: targetLabel,
    refused: optional(refusalReason),
  },
);

export const coBrowseFollowed = message(
  'co-browse.followed',
  3,
  'The visitor opened a proposed page, or put the card away.',
  { url: string(PAGE_URL_MAX_LENGTH), opened: boolean },
);

// Events, all for everyone

export const coBrowseAsked = message(
  'co-browse.asked',
  3,
  'An agent asked to see the page, or to act on it.',
  {
    share: shareId,
    scope: shareScope,
    agent: agentCard,
    /** When the question lapses. */
    until: time,
  },
);

export const coBrowseAnswered = message(
  'co-browse.answered',
  3,
  'The visitor allowed it or did not: the consent, with the text that was read.',
  {
    share: shareId,
    scope: shareScope,
    allowed: boolean,
    text: textVersion,
    agent: agentCard,
    /** Of control: the grant, and when it has to be asked for again (15 minutes). */
    grant: optional(grantId),
    until: optional(time),
  },
);

export const coBrowseEnded = message(
  'co-browse.ended',
  3,
  'Nobody sees the page any more, or nobody acts on it.',
  {
    share: shareId,
    scope: shareScope,
    reason: oneOf(
      'visitor',
      'escape',
      'agent',
      'sitting-closed',
      'transferred',
      'expired',
      'not-answered',
      'left',
      'signed-out',
    ),
  },
);

export const coBrowseViewed = message(
  'co-browse.viewed',
  3,
  'Somebody began to watch the shared page, or stopped.',
  {
    share: shareId,
    agent: agentCard,
    on: boolean,
  },
);

export const coBrowseAction = message(
  'co-browse.action',
  3,
  'An agent acted on the page, or was refused by it.',
  {
    share: shareId,
    agent: agentCard,
    action: actionKind,
    label: targetLabel,
    refused: optional(refusalReason),
  },
);

export const coBrowseSuggested = message('co-browse.suggested', 3, 'An agent proposed a page.', {
  agent: agentCard,
  url: string(PAGE_URL_MAX_LENGTH),
  host: string(300),
});

export const coBrowseWasFollowed = message(
  'co-browse.was-followed',
  3,
  'The proposed page was opened, or not.',
  {
    url: string(PAGE_URL_MAX_LENGTH),
    opened: boolean,
  },
);

/** The share of a conversation's header: absent when nothing is asked and nothing shared. */
export const shareState = object({
  id: shareId,
  /** Who asked. */
  agent: agentCard,
  state: oneOf('asked', 'allowed'),
  until: optional(time),
  control: optional(
    object({
      agent: agentCard,
      state: oneOf('asked', 'allowed'),
      grant: optional(grantId),
      until: optional(time),
    }),
  ),
});
export type ShareState = Infer<typeof shareState>;
