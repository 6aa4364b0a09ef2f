import { type Schema, integer, string } from './schema.ts';

/**
 * Ids are a prefix and 26 characters of Crockford base32 (128 random bits). They are never sufficient: every
 * read and write checks tenant, principal and object as well.
 */
/* @__NO_SIDE_EFFECTS__ */
function id(prefix: string): Schema<string> {
  return string(prefix.length + 27, new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`));
}

export const conversationId = id('cnv');
export const visitorId = id('vis');
export const agentId = id('agt');
export const itemId = id('itm');
export const offerId = id('off');
export const sittingId = id('sit');
export const deviceId = id('dev');
export const sessionId = id('ses');
/** One time that a page is shared: from the agent's asking to its end. */
export const shareId = id('shr');
/** One leave to act on a page. */
export const grantId = id('grt');
/** One run of a recorder, on one page of one tab; its frames are numbered from 1. */
export const streamId = id('stm');

/** UUIDv7 of a command, made by the client before its first try. */
export const commandId = string(36, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
/** The key of a site, as it stands in the snippet's URL. */
export const siteKey = string(40, /^[a-z0-9][a-z0-9-]*$/);
/** The incarnation of a log: it changes when a server was restored from an older backup. */
export const epoch = id('epo');
/** Number of an event in its log, from 1; 0 stands for "before the first". */
export const seq = integer(0);
/** Milliseconds since 1970 on the server's clock; for display only. */
export const time = integer(0);
/** What a client gives a request so that it knows the answer; counts up per connection. */
export const requestId = integer(1);
/** Any text that the server made and a client only sends back. */
export const opaque = string(2_048, /^[\x21-\x7e]+$/);
