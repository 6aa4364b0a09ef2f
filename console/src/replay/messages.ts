/** What the console and the viewer's document say to each other, over one port. Types only. */

/** A node of the page, and where in it: thousandths of its width and height. */
export interface PlaceOnPage {
  readonly node: number;
  readonly x: number;
  readonly y: number;
}

export interface PointOnPage {
  readonly x: number;
  readonly y: number;
}

/** What the agent's pointer does over the page; `pick`: an owner points at a part, and moves the page with the wheel. */
export type Tool = 'none' | 'point' | 'highlight' | 'draw' | 'control' | 'pick';

/** Something that the agent wants done on the page. */
export interface Action {
  readonly kind: 'click' | 'type' | 'select' | 'scroll';
  readonly at: PlaceOnPage;
  readonly edit?: {
    readonly from: number;
    readonly to: number;
    readonly text: string;
    readonly version: number;
  };
  readonly option?: number;
  readonly by?: PointOnPage;
}

/** Something that the agent shows on the visitor's page. */
export interface Mark {
  readonly kind: 'point' | 'highlight' | 'draw' | 'clear';
  readonly at?: PlaceOnPage;
  readonly points?: PointOnPage[];
}

/** What the console sends. */
export type ToReplay =
  | { readonly type: 'start'; readonly assetOrigins: readonly string[] }
  | { readonly type: 'frame'; readonly text: string }
  /** Positions that may be dropped: they wait for nothing. */
  | { readonly type: 'pointer'; readonly text: string }
  | { readonly type: 'tool'; readonly tool: Tool }
  /** Frames these parts, instead of the ones before. */
  | { readonly type: 'outline'; readonly nodes: readonly number[] }
  /** What became of an action; `refused` is why not, in words. */
  | {
      readonly type: 'acted';
      readonly id: number;
      readonly refused?: string;
      readonly again?: boolean;
      readonly version?: number;
      /** The editor in which one writes there. */
      readonly editor?: number;
    }
  /** An image or font that this browser could not load by itself (CO13). */
  | {
      readonly type: 'asset';
      readonly asset: string;
      readonly mime: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  /** There is none; `again`: later there may be. */
  | { readonly type: 'no-asset'; readonly asset: string; readonly again: boolean }
  /** What the visitor's system asks of pages (`prefers-color-scheme`). */
  | { readonly type: 'scheme'; readonly scheme: 'light' | 'dark' };

/** What the console hears. */
export type FromReplay =
  | { readonly type: 'ready' }
  /** Once a second while the page is not stuck; a watchdog waits for it. */
  | { readonly type: 'alive'; readonly applied: number; readonly waiting: number }
  /** Something could not be shown: a fresh snapshot would help. */
  | { readonly type: 'resync'; readonly reason: string }
  /** The page as it is shown now: its size in CSS pixels, how much smaller it is drawn, and how much of it is private. */
  | {
      readonly type: 'page';
      readonly width: number;
      readonly height: number;
      readonly scale: number;
      readonly hidden: number;
    }
  | { readonly type: 'asset-asked'; readonly asset: string }
  | { readonly type: 'mark'; readonly mark: Mark }
  | { readonly type: 'act'; readonly id: number; readonly action: Action }
  /** Esc was pressed in the page: the tool is put away. */
  | { readonly type: 'tool-left' };
