import type {
  ActionKind,
  AgentCard,
  Author,
  ConversationState,
  EventBody,
  RefusalReason,
  ShareState,
} from '@alongside/sdk/protocol';
import { newEffect } from '../events/effects.ts';
import type { Decision, NewEffect, NewEvent } from '../events/log.ts';

/**
 * What a command does to the share of a conversation: pure functions of the header. View is the machine
 * none → asked → allowed → none; inside of allowed, control is another one of the same form (CO1). Every state is
 * an event first, so that a frame is taken only after the consent is on disk (DL17).
 */

/** How long a question waits for its answer. */
export const QUESTION_LASTS_MS = 2 * 60_000;
/** How long control lasts before it has to be asked for again (CO10). */
export const GRANT_LASTS_MS = 15 * 60_000;

/** How often somebody looks whether a shared page is still there. */
export const SHARE_LOOK_EVERY_MS = 2 * 60_000;

type Scope = 'view' | 'control';
type EndReason = Extract<EventBody, { type: 'co-browse.ended' }>['reason'];
type Control = NonNullable<ShareState['control']>;

export interface Asked {
  readonly conversation: string;
  readonly scope: Scope;
  readonly agent: AgentCard;
  readonly now: number;
  readonly newId: (prefix: string) => string;
}

/** An agent asks to see the page, or to act on it. */
export function agentAsks(header: ConversationState, asked: Asked): Decision {
  if (!has(header, asked.agent.id)) return NOT_THEIRS;
  return asked.scope === 'view' ? asksToSee(header.share, asked) : asksToAct(header.share, asked);
}

function asksToSee(share: ShareState | undefined, asked: Asked): Decision {
  const { now, newId } = asked;
  const isOpen = share && (share.state === 'allowed' || !isOver(share.until, now));
  if (isOpen) return { already: true };
  const question = askedEvent(newId('shr'), asked);
  return share ? { ...question, append: [lapsed(share.id, 'view'), ...question.append] } : question;
}

function asksToAct(share: ShareState | undefined, asked: Asked): Decision {
  const { agent, now } = asked;
  if (share?.state !== 'allowed') return refused('the page is not shared');
  const { control } = share;
  if (!control || isOver(control.until, now)) {
    const question = askedEvent(share.id, asked);
    if (!control) return question;
    const over = control.state === 'asked' ? lapsed(share.id, 'control') : expired(share.id);
    return { ...question, append: [over, ...question.append] };
  }
  if (control.agent.id === agent.id) return { already: true };
  return { refuse: 'stale', message: 'somebody else asked for control, or has it' };
}

function askedEvent(
  share: string,
  { conversation, scope, agent, now }: Asked,
): { append: NewEvent[]; effects: NewEffect[] } {
  const until = now + QUESTION_LASTS_MS;
  return {
    append: [event({ type: 'co-browse.asked', share, scope, agent, until }, authorFor(agent))],
    effects: [newEffect({ type: 'share.lapse', conversation, share, scope }, QUESTION_LASTS_MS)],
  };
}

export interface Answered {
  readonly conversation: string;
  readonly share: string;
  readonly scope: Scope;
  readonly allowed: boolean;
  readonly text: string;
  readonly author: Author;
  readonly now: number;
  readonly newId: (prefix: string) => string;
}

/** The visitor's consent, or the lack of it. It counts only for the question that is open. */
export function visitorAnswers({ share }: ConversationState, answered: Answered): Decision {
  const { scope, allowed, now } = answered;
  if (share?.id !== answered.share) return NOT_ASKED;
  const question: { agent: AgentCard; state: string; until?: number | undefined } | undefined =
    scope === 'view' ? share : share.control;
  if (!question) return NOT_ASKED;
  if (question.state === 'allowed') return allowed ? { already: true } : NOT_ASKED;
  if (isOver(question.until, now)) return NOT_ASKED;
  const { agent } = question;
  const { conversation, author, text } = answered;
  const consent = { type: 'co-browse.answered', share: share.id, scope, allowed, text, agent } as const;
  if (!allowed) return { append: [event(consent, author)] };
  if (scope === 'view') {
    const look = newEffect({ type: 'share.absence', conversation, share: share.id }, SHARE_LOOK_EVERY_MS);
    return { append: [event(consent, author)], effects: [look] };
  }
  const grant = answered.newId('grt');
  const lapse = { type: 'share.lapse', conversation, share: share.id, scope, grant } as const;
  return {
    append: [event({ ...consent, grant, until: now + GRANT_LASTS_MS }, author)],
    effects: [newEffect(lapse, GRANT_LASTS_MS)],
  };
}

export interface Ended {
  readonly share: string;
  readonly scope: Scope;
  readonly reason: EndReason;
  readonly author: Author;
}

/** The share, or only control of it, ends. What is over already is over. */
export function shareEnds({ share }: ConversationState, ended: Ended): Decision {
  if (share?.id !== ended.share) return { already: true };
  const { scope, reason, author } = ended;
  if (scope === 'control' && !share.control) return { already: true };
  return { append: [event({ type: 'co-browse.ended', share: share.id, scope, reason }, author)] };
}

/** An agent may end what is shared in a conversation that they have; a supervisor in any. */
export function agentEnds(
  header: ConversationState,
  agent: AgentCard,
  isSupervisor: boolean,
  ended: Omit<Ended, 'reason' | 'author'>,
): Decision {
  if (!isSupervisor && !has(header, agent.id)) return NOT_THEIRS;
  return shareEnds(header, { ...ended, reason: 'agent', author: authorFor(agent) });
}

/** A question or a grant has run out, if it is still the one that was meant. */
export function shareLapses(
  { share }: ConversationState,
  lapse: { share: string; scope: Scope; grant?: string | undefined; now: number },
): Decision {
  const nothing: Decision = { already: true };
  if (share?.id !== lapse.share) return nothing;
  if (lapse.scope === 'view') {
    const isDue = share.state === 'asked' && isOver(share.until, lapse.now);
    return isDue ? { append: [lapsed(share.id, 'view')] } : nothing;
  }
  const { control } = share;
  if (!control || !isOver(control.until, lapse.now)) return nothing;
  if (control.state === 'asked') return { append: [lapsed(share.id, 'control')] };
  return control.grant === lapse.grant ? { append: [expired(share.id)] } : nothing;
}

/** Control never goes along when the conversation passes on, nor stays with who has left (CO16). */
export function controlLeaves(
  header: ConversationState,
  left: { share: string; agent: string; reason: EndReason; even?: boolean },
): Decision {
  const { share } = header;
  if (share?.id !== left.share || share.control?.agent.id !== left.agent) return { already: true };
  // Who came back meanwhile asks again all the same, unless it was only a connection that was lost.
  if (left.even !== true && has(header, left.agent)) return { already: true };
  const { reason } = left;
  return {
    append: [event({ type: 'co-browse.ended', share: share.id, scope: 'control', reason }, SYSTEM)],
  };
}

/** The ledger's line of what the page did for an agent (CO11). */
export function pageActed(
  { share }: ConversationState,
  acted: {
    share: string;
    grant: string;
    action: ActionKind;
    label: string;
    refused?: RefusalReason | undefined;
    author: Author;
  },
): Decision {
  const { action, label, refused: reason, author } = acted;
  const control: Control | undefined = share?.id === acted.share ? share.control : undefined;
  if (!share || control?.grant !== acted.grant) return refused('nobody may act there');
  const body = { type: 'co-browse.action', share: share.id, agent: control.agent, action, label } as const;
  return { append: [event(reason === undefined ? body : { ...body, refused: reason }, author)] };
}

/** Somebody begins to watch, or stops. Watching what is not shared is refused. */
export function agentWatches(
  { share }: ConversationState,
  watched: { share: string; agent: AgentCard; on: boolean },
): Decision {
  if (share?.id !== watched.share || share.state !== 'allowed') {
    return watched.on ? refused('the page is not shared') : { already: true };
  }
  const { agent, on } = watched;
  return { append: [event({ type: 'co-browse.viewed', share: share.id, agent, on }, authorFor(agent))] };
}

/** A page is proposed; the address was checked before. */
export function agentSuggests(header: ConversationState, agent: AgentCard, url: URL): Decision {
  if (!has(header, agent.id)) return NOT_THEIRS;
  const { href, host } = url;
  return {
    append: [event({ type: 'co-browse.suggested', agent, url: href, host }, authorFor(agent))],
  };
}

/** The visitor opened a proposed page, or put it away. */
export function visitorFollows(author: Author, url: string, opened: boolean): Decision {
  return { append: [event({ type: 'co-browse.was-followed', url, opened }, author)] };
}

const SYSTEM: Author = { kind: 'system' };
const NOT_THEIRS: Decision = { refuse: 'forbidden', message: 'you do not have this conversation' };
const NOT_ASKED: Decision = { refuse: 'stale', message: 'that is not asked any more' };

function has(header: ConversationState, agent: string): boolean {
  return header.agents.some(({ id }) => id === agent);
}

function isOver(until: number | undefined, now: number): boolean {
  return until !== undefined && until <= now;
}

function refused(message: string): Decision {
  return { refuse: 'invalid', message };
}

function authorFor({ id, name }: AgentCard): Author {
  return { kind: 'agent', id, name };
}

const lapsed = (share: string, scope: Scope): NewEvent =>
  event({ type: 'co-browse.ended', share, scope, reason: 'not-answered' }, SYSTEM);
const expired = (share: string): NewEvent =>
  event({ type: 'co-browse.ended', share, scope: 'control', reason: 'expired' }, SYSTEM);

function event({ type, ...body }: EventBody, author: Author): NewEvent {
  return { type, audience: 'everyone', author, body };
}
