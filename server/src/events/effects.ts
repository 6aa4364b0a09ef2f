import {
  type Infer,
  MENTIONED_MAX,
  MESSAGE_TEXT_MAX_LENGTH,
  agentCard,
  author,
  boolean,
  conversationId,
  dutyOf,
  grantId,
  itemId,
  list,
  agentId,
  message,
  object,
  oneOf,
  optional,
  shareId,
  string,
  time,
  union,
} from '@alongside/sdk/protocol';
import type { Answer, LogCommand, NewEffect } from './log.ts';

/**
 * What one part of the house asks another to do after a commit, stored with it (the outbox). A part that asks
 * and the part that does it know this list and not each other. Every handler may meet the same effect again.
 */
const workEnqueue = message('work.enqueue', 1, 'A sitting began: route its work item.', {
  conversation: conversationId,
  item: itemId,
  /** When the sitting began. */
  at: time,
  /** Who had the conversation last, and when something was last said in it (RT14). */
  last: optional(object({ agent: agentId, at: time })),
});

const workFinish = message('work.finish', 1, 'A sitting ended: its work item is done.', {
  conversation: conversationId,
  item: itemId,
  /** The agent who ended it, with what it was about and whether they asked for a wrap-up (RT10). */
  by: optional(agentId),
  code: optional(string(200)),
  wrapUp: optional(boolean),
});

const workTaken = message('work.taken', 1, 'An agent took a work item: the conversation says so.', {
  conversation: conversationId,
  item: itemId,
  agent: agentCard,
});

const workLost = message('work.lost', 1, 'An agent no longer has a work item: the conversation says so.', {
  conversation: conversationId,
  item: itemId,
  agent: agentCard,
});

const workDeflected = message(
  'work.deflected',
  1,
  'Nobody waits for a work item any longer; what was said goes on as another one, a message.',
  { conversation: conversationId, item: itemId, next: itemId },
);

const searchIndex = message('search.index', 1, 'A message that search must find.', {
  conversation: conversationId,
  at: time,
  author,
  text: string(MESSAGE_TEXT_MAX_LENGTH),
});

const shareLapse = message(
  'share.lapse',
  1,
  'A question to share a page, or the leave to act on it, may have run out.',
  {
    conversation: conversationId,
    share: shareId,
    scope: oneOf('view', 'control'),
    /** Of control that was allowed: which grant. */
    grant: optional(grantId),
  },
);

const shareAgentLeft = message(
  'share.agent-left',
  1,
  'An agent who may act on the shared page no longer has the conversation: control never goes along (CO16).',
  { conversation: conversationId, share: shareId, agent: agentId },
);

const shareAbsence = message(
  'share.absence',
  1,
  'A page is shared: from time to time somebody looks whether it is still there, also after a restart.',
  { conversation: conversationId, share: shareId },
);

const deskMention = message('desk.mention', 1, 'A note names agents: their desks say so.', {
  conversation: conversationId,
  agents: list(agentId, MENTIONED_MAX),
  by: agentCard,
});

/** Every effect, by its `type`, which is the `kind` in the outbox. */
export const effect = union(
  workEnqueue,
  workFinish,
  workTaken,
  workLost,
  workDeflected,
  searchIndex,
  deskMention,
  shareLapse,
  shareAgentLeft,
  shareAbsence,
);
export type Effect = Infer<typeof effect>;
export type EffectOf<Type extends Effect['type']> = Extract<Effect, { type: Type }>;

/** An effect in the outbox's form, to be done at once or `delayMs` after the commit. */
export function newEffect({ type, ...payload }: Effect, delayMs?: number): NewEffect {
  return { kind: type, payload, ...(delayMs !== undefined && { delayMs }) };
}

/** A stored effect, checked. @throws DecodeError */
export function decodeEffect<Type extends Effect['type']>(type: Type, payload: object): EffectOf<Type> {
  return effect.decode({ ...payload, type }, '') as EffectOf<Type>;
}

/** Where an effect comes from. */
export interface EffectContext {
  site: string;
  stream: string;
  /** The last event of the decision that asked for it. */
  seq: number;
}

/**
 * Carries out one kind of effect; a rejection means "try again later", {@link EffectNotDue} says when. Effects come at
 * least once, so doing one again must change nothing.
 */
export interface AnyEffectHandler {
  readonly kind: string;
  readonly handle: (payload: object, context: EffectContext) => Promise<void>;
  /** So many of one stream may be at work together, in any order; absent: one after the other. */
  readonly atOnce?: number;
}

/** A handler of one of the kinds above. */
export interface EffectHandler extends AnyEffectHandler {
  readonly kind: Effect['type'];
}

/** What a handler rejects with when it is too early: no fault, and it comes again after this many milliseconds. */
export class EffectNotDue extends Error {
  readonly againAfterMs: number;

  constructor(againAfterMs: number) {
    super('not due yet');
    this.againAfterMs = againAfterMs;
  }
}

/** A handler that gets its payload checked. */
export function effectHandler<Type extends Effect['type']>(
  kind: Type,
  handle: (payload: EffectOf<Type>, context: EffectContext) => Promise<void>,
  atOnce = 1,
): EffectHandler {
  return { kind, handle: (payload, context) => handle(decodeEffect(kind, payload), context), atOnce };
}

/** The command of an effect that may be met again: the log then gives the first answer. */
export function onceOnly(kind: Effect['type'], subject: string): LogCommand {
  return { id: `${kind}:${subject}`, digest: '' };
}

/** An effect that could not be stored is tried again; one that was refused for good is over. */
export function retryUnlessAnswered(answer: Answer): void {
  if (!answer.ok && dutyOf(answer.code) === 'retry') throw new Error(`effect refused: ${answer.code}`);
}
