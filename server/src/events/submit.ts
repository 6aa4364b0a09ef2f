import type { Author } from '@alongside/sdk/protocol';
import { digestOf } from '../lib/digest.ts';
import type { CommandAnswer, ReceivedCommand } from './handlers.ts';
import type { Answer, Decide, Log, LogCommand, StreamKey } from './log.ts';
import type { Session } from './session.ts';

/** The log's view of a received command: who sent it, in which order, and a fingerprint of what it says. */
export function logCommand(session: Session, command: ReceivedCommand<object>): LogCommand {
  const { id, n, body } = command;
  const digest = digestOf(body);
  return n === undefined ? { id, digest } : { id, digest, device: session.device, n };
}

/** Who a session writes as; a client never says that itself. */
export function authorOf(session: Session): Author {
  return session.kind === 'visitor'
    ? { kind: 'visitor', id: session.visitor, name: session.name }
    : { kind: 'agent', id: session.agent.id, name: session.agent.name };
}

/** Has the log decide a session's command and turns its answer into the wire's. */
export async function submit<S>(
  log: Log,
  stream: StreamKey<S>,
  session: Session,
  command: ReceivedCommand<object>,
  decide: Decide<S>,
): Promise<CommandAnswer> {
  const answer = await log.transact(stream, logCommand(session, command), decide);
  return commandAnswer(answer, session);
}

/** The log's answer in the form of the wire, with the head that the session may see. */
export function commandAnswer(answer: Answer, session: Session): CommandAnswer {
  if (!answer.ok) {
    const { code, message, expected, retryAfter, conflict } = answer;
    return {
      ok: false,
      code,
      message,
      ...(expected !== undefined && { expected }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(conflict && { conflict }),
    };
  }
  const head = answer.heads[readerOf(session)];
  return { ok: true, seq: answer.seq, head, ...(answer.conflict && { conflict: true }) };
}

/** The level at which a session reads. */
export function readerOf(session: Session): 'everyone' | 'agents' | 'staff' {
  if (session.kind === 'visitor') return 'everyone';
  return session.role === 'agent' ? 'agents' : 'staff';
}
