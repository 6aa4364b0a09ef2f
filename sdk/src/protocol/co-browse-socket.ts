/**
 * The socket of a shared page, `/v1/co-browse`: text frames, JSON, permessage-deflate with context takeover from
 * the page. Apart from the relay's socket, so that a snapshot never delays a message. Events of a page pass here
 * unjudged: the stream firewall reads them (`sdk/src/co-browse/stream-firewall.ts`).
 */
import { actionKind, refusalReason } from './co-browse.ts';
import { assetAsked, assetPart } from './co-browse-assets.ts';
import { conversationId, grantId, opaque, requestId, seq, shareId, siteKey, streamId, time } from './ids.ts';
import { PAGE_FRAME_MAX_LENGTH, PAGE_TITLE_MAX_LENGTH, PAGE_URL_MAX_LENGTH } from './limits.ts';
import { agentCard } from './people.ts';
import {
  type Infer,
  type Schema,
  boolean,
  integer,
  list,
  message,
  object,
  oneOf,
  optional,
  string,
  union,
} from './schema.ts';

/** Events of one frame; beyond it the frame is refused. */
export const PAGE_FRAME_MAX_EVENTS = 5_000;
/** All parts of one snapshot together, in characters before compression. */
export const PAGE_SNAPSHOT_MAX_LENGTH = 16 * 1024 * 1024;
/** A mark that an agent draws has at most so many points. */
export const MARK_POINTS_MAX = 200;

/** A list that is handed on as it came; who reads it judges each item. */
/* @__NO_SIDE_EFFECTS__ */
function unjudged(max: number): Schema<unknown[]> {
  return {
    decode: (value, path) => {
      const items = list({ decode: (item) => item, json: () => ({}) } satisfies Schema<unknown>, max);
      return items.decode(value, path);
    },
    json: () => ({ type: 'array', maxItems: max }),
  };
}

const pageEvents = unjudged(PAGE_FRAME_MAX_EVENTS);
/** A random number of a browser tab's own, kept in its sessionStorage. */
const tabId = string(40, /^[a-z0-9-]+$/, 1);
/** Thousandths of an element's width or height, from its start. */
const fraction = integer(0, 1_000);
/** rrweb's number of a node, and where in it. */
const place = object({ node: integer(0), x: fraction, y: fraction });
const point = object({ x: integer(-1_000_000, 1_000_000), y: integer(-1_000_000, 1_000_000) });
// Both ways

/** What a page does now; `leaving`: it is unloaded, the next one is expected ("changing page…"). */
export const pageState = message('page-state', 3, 'What the shared page does now.', {
  state: oneOf('live', 'hidden', 'leaving', 'degraded', 'paused'),
  url: optional(string(PAGE_URL_MAX_LENGTH)),
  title: optional(string(PAGE_TITLE_MAX_LENGTH)),
  /** What the visitor's system asks of pages (`prefers-color-scheme`). */
  scheme: optional(oneOf('light', 'dark')),
});

/** Frames of a stream are numbered from 1 without a gap; the first holds a snapshot. */
export const pageFrame = message('frame', 3, 'What changed on the page, in order.', {
  stream: streamId,
  seq,
  events: pageEvents,
  /** It begins with a snapshot: what came before is no longer needed. */
  snapshot: optional(boolean),
});

/** A frame that is too long goes in parts; the text of all of them is the JSON list of its events. */
export const pageFramePart = message(
  'frame-part',
  3,
  'A part of a frame that is longer than 256 K characters.',
  {
    stream: streamId,
    seq,
    part: integer(0, 99),
    parts: integer(2, 100),
    snapshot: optional(boolean),
    text: string(PAGE_FRAME_MAX_LENGTH),
  },
);

/** Pointer positions: latest wins, never queued before content (CO14). */
export const pagePointer = message('pointer', 3, 'Where the pointer is; may be dropped.', {
  stream: streamId,
  events: unjudged(10),
});

/** What an agent shows on the page; drawn by the page, gone after a few seconds. `clear` takes all away. */
export const pageMark = message('mark', 3, 'Point at, highlight or draw on the page; may be dropped.', {
  kind: oneOf('point', 'highlight', 'draw', 'clear'),
  at: optional(place),
  /** Of a drawing: positions in the page's own coordinates. */
  points: optional(list(point, MARK_POINTS_MAX)),
});

const act = {
  request: requestId,
  grant: grantId,
  stream: streamId,
  kind: actionKind,
  at: place,
  /** For `type`: replace characters `from`–`to` of the field by `text`, if its value is still `version`. */
  edit: optional(
    object({ from: integer(0, 100_000), to: integer(0, 100_000), text: string(2_000), version: integer(0) }),
  ),
  /** For `select`: the option's place in the list. */
  option: optional(integer(0, 10_000)),
  /** For `scroll`: by so many CSS pixels. */
  by: optional(point),
};

/** Addressed to a node, never to coordinates (CO9). */
export const pageAct = message('act', 3, 'Click, type, select or scroll, under a grant.', act);

export const pageActed = message('acted', 3, 'The page did it, or refused with a reason.', {
  request: requestId,
  refused: optional(refusalReason),
  /** Of a field that was typed in: its version now. */
  version: optional(integer(0)),
  /** The editor around the node that was acted on, where one writes in that and in no field. */
  editor: optional(integer(0)),
});

export const shareEnded = message(
  'ended',
  3,
  'The share is over; nothing is taken any more. The close follows.',
  {
    reason: string(40),
  },
);

// From the visitor's page

export const shareHello = message('hello', 3, "First frame of a visitor's page: its right and its share.", {
  role: oneOf('visitor'),
  site: siteKey,
  conversation: conversationId,
  access: opaque,
  share: shareId,
  tab: tabId,
  /** The run of this page's recorder, and the last frame that was acknowledged. */
  stream: streamId,
  acknowledged: seq,
});

// To the visitor's page

const grant = object({ id: grantId, agent: agentCard, until: time, scopes: list(actionKind, 5) });

export const shareWelcome = message('welcome', 3, 'The share is good; frames are taken from now on.', {
  share: shareId,
  /** Frames of this stream up to here are known; send what follows, or a snapshot where 0. */
  acknowledged: seq,
  viewers: list(agentCard, 50),
  grant: optional(grant),
  /** This tab is the one that is followed. */
  followed: boolean,
});

export const frameAck = message('ack', 3, 'Frames up to here are held by the relay.', {
  stream: streamId,
  seq,
});

export const snapshotAsked = message('snapshot-asked', 3, 'Send a fresh snapshot, in idle time.', {
  /** Nothing after the last good frame can be shown: as soon as possible. */
  urgent: optional(boolean),
});

export const viewersChanged = message('viewers', 3, 'Who sees the page now.', {
  agents: list(agentCard, 50),
});

export const grantChanged = message('grant', 3, 'Who may act on the page now; absent: nobody.', {
  grant: optional(grant),
});

export const shareTold = message('followed', 3, 'Another tab is followed now, or this one.', {
  followed: boolean,
});

// From an agent

export const viewHello = message(
  'hello',
  3,
  'First frame of a viewer; the one-time ticket decides who it is.',
  {
    role: oneOf('agent'),
    ticket: opaque,
    conversation: conversationId,
    share: shareId,
  },
);

export const resyncAsked = message(
  'resync',
  3,
  'What came cannot be shown, or a frame is missing: ask for a snapshot.',
  {
    reason: string(120),
  },
);

// To an agent

export const viewWelcome = message('welcome', 3, 'The checkpoint and what followed it come next.', {
  share: shareId,
  viewers: list(agentCard, 50),
  grant: optional(grant),
  assetOrigins: list(string(300), 100),
  /** Where the viewer's document is. */
  viewer: string(PAGE_URL_MAX_LENGTH),
  state: pageState,
});

export const viewPing = message(
  'ping',
  3,
  'Answered with pong at once; carries the newest frame, so that a lost last one is found.',
  {
    stream: optional(streamId),
    seq: optional(seq),
    /** Milliseconds since the page was last heard. */
    age: optional(integer(0)),
  },
);
export const viewPong = message('pong', 3, 'The answer to a ping.', {});

export const coBrowseVisitorUp = union(
  shareHello,
  pageFrame,
  pageFramePart,
  pagePointer,
  pageState,
  pageActed,
  assetPart,
  viewPong,
);
export type CoBrowseVisitorUp = Infer<typeof coBrowseVisitorUp>;

export const coBrowseVisitorDown = union(
  shareWelcome,
  frameAck,
  snapshotAsked,
  viewersChanged,
  grantChanged,
  shareTold,
  pageMark,
  pageAct,
  assetAsked,
  viewPing,
  shareEnded,
);
export type CoBrowseVisitorDown = Infer<typeof coBrowseVisitorDown>;

export const coBrowseAgentUp = union(viewHello, resyncAsked, pageMark, pageAct, assetAsked, viewPong);
export type CoBrowseAgentUp = Infer<typeof coBrowseAgentUp>;

export const coBrowseAgentDown = union(
  viewWelcome,
  pageFrame,
  pageFramePart,
  pagePointer,
  pageState,
  pageActed,
  assetPart,
  viewersChanged,
  grantChanged,
  viewPing,
  shareEnded,
);
export type CoBrowseAgentDown = Infer<typeof coBrowseAgentDown>;
