import { openedConversation, position } from '../protocol/index.ts';

// What a page takes from another one. The build of the widget puts shapes in place of these (tools/build/visitor-wire.ts).

/** A conversation as the leading page has it. */
export const tabOpened = openedConversation;

/** Where a page that joins stands. */
export const tabPosition = position;
