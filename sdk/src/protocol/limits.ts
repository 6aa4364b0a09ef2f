/** Every size and time of the wire, in one place; the unit is in the name. Sources: docs/adr/0002, docs/spec/chat.md. */

/** A text frame from a client, in bytes (OWASP WebSocket cheat sheet: 64 KB). */
export const FRAME_MAX_BYTES = 64 * 1024;
/** Frames in one post of a client that has no WebSocket (DL10); all of them together are no longer than one frame. */
export const STREAM_BATCH_MAX_FRAMES = 64;
/** The text of one message or note, in UTF-16 units. */
export const MESSAGE_TEXT_MAX_LENGTH = 8_000;
/** A page URL that is shown to agents, after masking. */
export const PAGE_URL_MAX_LENGTH = 2_000;
/** A page title that is shown to agents, after masking. */
export const PAGE_TITLE_MAX_LENGTH = 300;
/** A person's display name. */
export const NAME_MAX_LENGTH = 80;
/** Events in one page of history, and bytes of it (the page ends at whichever comes first). */
export const HISTORY_PAGE_MAX_EVENTS = 300;
export const HISTORY_PAGE_MAX_BYTES = 256 * 1024;
/** Events that come with a freshly opened conversation; older ones are fetched on scroll. */
export const OPENED_TAIL_EVENTS = 60;
/** Own messages whose read state a conversation's header follows one by one; older ones count as read. */
export const UNREAD_MAX = 99;
/** How often the server pings a visitor and an agent. */
export const VISITOR_HEARTBEAT_MS = 25_000;
export const AGENT_HEARTBEAT_MS = 5_000;
/** A ping or a command unanswered for this long means that the socket is dead (DL7). */
export const ANSWER_TIMEOUT_MS = 10_000;
/** From the socket's opening to a valid hello. */
export const HELLO_TIMEOUT_MS = 5_000;
/** Backoff of a client's reconnect, full jitter between 0 and the current step. */
export const RECONNECT_FIRST_MS = 250;
export const RECONNECT_MAX_MS = 8_000;
/** A typing signal counts this long unless it is renewed. */
export const TYPING_LASTS_MS = 6_000;
/** At most one typing signal in this time. */
export const TYPING_EVERY_MS = 1_000;
/** Pieces of work of one agent that the floor names; an agent has room for a handful. */
export const FLOOR_HELD_MAX = 20;
/** Queues whose wait the floor says. */
export const FLOOR_QUEUES_MAX = 1_000;
/** Mentions of an agent that wait to be looked at, and colleagues whom one note can mention. */
export const MENTIONS_MAX = 50;
export const MENTIONED_MAX = 20;
/** Tags of one conversation. */
export const TAGS_MAX = 20;
/** Rows of the desk that one message carries. */
export const DESK_ROWS_MAX = 2_000;
/** A frame on the wire, in characters; a snapshot goes in parts of at most this (security.md). */
export const PAGE_FRAME_MAX_LENGTH = 256 * 1024;
