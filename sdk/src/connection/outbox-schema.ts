import {
  MESSAGE_TEXT_MAX_LENGTH,
  chatNote,
  chatSend,
  commandId,
  conversationId,
  deviceId,
  errorCode,
  integer,
  object,
  optional,
  string,
  time,
  union,
} from '../protocol/index.ts';

// What is kept in a browser. The build of the widget puts shapes in place of these (tools/build/visitor-wire.ts).

export const outboxDevice = object({ id: deviceId });

export const outboxEntry = object({
  id: commandId,
  lane: string(100),
  n: integer(1),
  conversation: optional(conversationId),
  at: time,
  body: union(chatSend, chatNote),
  refused: optional(object({ code: errorCode, message: string(300) })),
});

export const outboxLane = object({
  key: string(100),
  last: integer(0),
  draft: optional(string(MESSAGE_TEXT_MAX_LENGTH * 2)),
});
