// Apart from the other limits: what imports these is fetched only where a site shows drafts.

/** The end of an unsent text that agents in the conversation are shown where a site wants that, in UTF-16 units. */
export const DRAFT_SHOWN_MAX_LENGTH = 1_000;
/** At most one draft in this time; the newest wins. */
export const DRAFT_EVERY_MS = 200;
