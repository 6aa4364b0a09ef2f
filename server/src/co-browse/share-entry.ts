import type { ShareWire, ToViewer } from '../events/share-ports.ts';
import type { Followed } from '../events/stream-news.ts';
import type { ShareAbsence } from './share-absence.ts';
import type { ShareRoom } from './share-room.ts';
import type { ShareWatchers } from './share-watchers.ts';

/** A share that somebody is connected to, and what keeps it in step with the log. */
export interface ShareEntry {
  readonly conversation: string;
  readonly site: string;
  readonly room: ShareRoom;
  readonly followed: Followed;
  readonly watchers: ShareWatchers;
  /** Viewers here whose page is at another process. */
  readonly piped: Map<ShareWire<ToViewer>, string>;
  readonly stopHearing: () => void;
  readonly absence: ShareAbsence;
}
