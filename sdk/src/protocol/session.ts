import { nextOpening, ownWait } from './waiting.ts';
import { openedConversation, position } from './conversation.ts';
import { conversationId, deviceId, opaque, seq, sessionId, siteKey, time, visitorId } from './ids.ts';
import { NAME_MAX_LENGTH } from './limits.ts';
import { page } from './page.ts';
import { agentCard, role } from './people.ts';
import { boolean, integer, list, message, object, optional, oneOf, string } from './schema.ts';

const protocol = object({ min: integer(1, 999), max: integer(1, 999) });

const locale = string(35, /^[A-Za-z0-9-]*$/);

export const visitorHello = message(
  'hello',
  1,
  'First frame of a visitor. Without tokens the server makes a new identity.',
  {
    protocol,
    role: oneOf('visitor'),
    site: siteKey,
    device: deviceId,
    access: optional(opaque),
    refresh: optional(opaque),
    locale: optional(locale),
    page: optional(page),
    position: optional(position),
  },
);

export const agentHello = message(
  'hello',
  1,
  'First frame of an agent: the one-time ticket decides who it is, a cookie alone never.',
  { protocol, role: oneOf('agent'), device: deviceId, ticket: opaque },
);

export const tokens = object({
  access: opaque,
  /** Until the access token ends, in milliseconds; a client refreshes at its next hello. */
  accessLastsMs: integer(0),
  refresh: optional(opaque),
});

export const visitorWelcome = message('welcome', 1, 'The answer to a hello that was accepted.', {
  protocol: integer(1, 999),
  session: sessionId,
  visitor: visitorId,
  tokens: optional(tokens),
  /** The counter of this device that the server has stored last; the next command carries one more. */
  counter: integer(0),
  opened: openedConversation,
  serverTime: time,
  heartbeatMs: integer(100, 600_000),
});

export const agentWelcome = message('welcome', 1, 'The answer to a hello that was accepted.', {
  protocol: integer(1, 999),
  session: sessionId,
  agent: agentCard,
  role,
  site: object({ key: siteKey, name: string(NAME_MAX_LENGTH) }),
  serverTime: time,
  heartbeatMs: integer(100, 600_000),
});

const head = object({ conversation: conversationId, seq });

export const ping = message(
  'ping',
  1,
  'Answered with `pong` at once. From the server it carries the heads of what this connection reads, so that even a lost last event is found.',
  { heads: optional(list(head, 200)) },
);

export const agentPing = message(
  'ping',
  1,
  'As to visitors; with the version of the desk as it was last sent, so that even a lost last patch is found.',
  { heads: optional(list(head, 200)), desk: optional(integer(1)) },
);

export const pong = message('pong', 1, 'The answer to a ping, with the heads where the server gives it.', {
  heads: optional(list(head, 200)),
});

export const availability = message(
  'availability',
  1,
  'Who is there for visitors: sent after the welcome and whenever it changes.',
  {
    agents: list(agentCard, 10),
    /** Somebody can take a chat now or is expected to. */
    open: boolean,
    /** Closed: the next opening, where one is known. Since 3, like what follows. */
    opens: optional(nextOpening),
    /** Closed, and nobody is asked to leave a message. */
    saysOnly: optional(boolean),
    wait: optional(ownWait),
    /** Agents who are in the conversation see what is being written (`draft`): the visitor is told so. */
    drafts: optional(boolean),
  },
);
