import type { Observable } from '../lib/observable.ts';
import type { AgentCard, CoBrowseAgentDown } from '../protocol/index.ts';
import type { PageAsset } from './agent-assets.ts';
import type { ActionOutcome, PageAction, PageMark } from './agent-hand.ts';

export type Down<Type extends CoBrowseAgentDown['type']> = Extract<CoBrowseAgentDown, { type: Type }>;

/** Where the picture stands. */
export interface PageViewStatus {
  /** The socket: `ended` is the share's end, `stopped` that it cannot be had any more; both are for good. */
  link: 'connecting' | 'online' | 'reconnecting' | 'ended' | 'stopped';
  /** Of `ended` and `stopped`. */
  reason?: string;
  /** What the visitor's page said last. */
  page: Omit<Down<'page-state'>, 'type'>;
  /** A snapshot came once: there is something to see, if an old one. */
  hasPicture: boolean;
  /** What is seen is not the newest: a snapshot is on its way. */
  isBehind: boolean;
  viewers: readonly AgentCard[];
  grant?: Down<'welcome'>['grant'];
  /** Where the viewer's document is, and what it may load; known from the first welcome on. */
  viewer?: { url: string; assetOrigins: readonly string[] };
}

/** Who shows the page. */
export interface PageViewListener {
  /** Events as the text of a JSON list, in their order; with `snapshot` everything begins anew. */
  frame(text: string, snapshot: boolean): void;
  /** Pointers: may be dropped. */
  pointer(text: string): void;
  /** What was asked for, or why there is none. */
  asset(asset: PageAsset): void;
}

/** A shared page that is watched, until `stop`. */
export interface PageView {
  readonly status: Observable<PageViewStatus>;
  /** Begins, for one who shows it. */
  start(listener: PageViewListener): void;
  /** Milliseconds since the visitor's page was last heard; undefined before the first time. */
  age(): number | undefined;
  /** What came cannot be shown: asks the page for a snapshot, once until it comes. */
  resync(reason: string): void;
  /** The viewer's document is new and empty: checkpoint and tail come again, from the relay alone. */
  showAgain(): void;
  /** Points, highlights or draws; the newest of a kind wins, what cannot go out now is dropped. */
  mark(mark: PageMark): void;
  /** Acts under the grant; without one nothing is sent. */
  act(action: PageAction): Promise<ActionOutcome>;
  /** Asks the visitor's page for an image or font that this browser cannot load (CO13); each question is answered. */
  askForAsset(asset: string): void;
  hurry(): void;
  stop(): void;
}
