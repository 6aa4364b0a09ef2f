/**
 * The protocol version that this code speaks, and the oldest it still understands. A hello names a range; the
 * server chooses the highest common one.
 *
 * History
 * - 1: hello, commands, entries, pages, signals, desk.
 * - 2: passing work on (transfer, consultation, assigning) and ending a wrap-up; `sitting.finish` takes a code;
 *   the server's ping to an agent names the version of the desk.
 * - 3: sharing a page (co-browse), with a socket of its own; tags, mentions, estimates, what a supervisor sees, and
 *   what a visitor is writing, where the site shows it.
 */
export const PROTOCOL_VERSION = 3;
export const PROTOCOL_VERSION_MIN = 1;
