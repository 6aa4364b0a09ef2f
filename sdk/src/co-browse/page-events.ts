/**
 * What a shared page is made of on the wire: rrweb's events, reduced to the shapes that may cross (T2). The scrubber
 * writes them, the stream firewall reads them; both name every field.
 */

/** rrweb's numbers of events that may cross. */
export const FULL_SNAPSHOT = 2;
export const INCREMENTAL = 3;
export const META = 4;

/** rrweb's numbers of incremental sources that may cross. */
export const SOURCE = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  viewportResize: 4,
  input: 5,
  touchMove: 6,
  styleSheetRule: 8,
  styleDeclaration: 13,
  selection: 14,
  adoptedStyleSheet: 15,
} as const;

export type AttributeValue = string | number | true;
export type StyleChanges = Readonly<Record<string, string | readonly [string, string] | false>>;

interface NodeBase {
  readonly id: number;
  readonly rootId?: number;
  readonly isShadow?: true;
}

export interface PageDocument extends NodeBase {
  readonly type: 0;
  readonly compatMode?: 'BackCompat';
  readonly childNodes: PageNode[];
}
export interface PageDoctype extends NodeBase {
  readonly type: 1;
  readonly name: string;
  readonly publicId: string;
  readonly systemId: string;
}
export interface PageElement extends NodeBase {
  readonly type: 2;
  readonly tagName: string;
  readonly attributes: Record<string, AttributeValue>;
  readonly childNodes: PageNode[];
  readonly isSVG?: true;
  readonly isShadowHost?: true;
}
export interface PageText extends NodeBase {
  readonly type: 3;
  readonly textContent: string;
}
/** Keeps the place of what may not cross. */
export interface PageNothing extends NodeBase {
  readonly type: 5;
  readonly textContent: '';
}
export type PageNode = PageDocument | PageDoctype | PageElement | PageText | PageNothing;

export interface PageMutation {
  readonly source: 0;
  readonly texts: readonly { readonly id: number; readonly value: string | null }[];
  readonly attributes: readonly {
    readonly id: number;
    readonly attributes: Readonly<Record<string, AttributeValue | StyleChanges | null>>;
  }[];
  readonly removes: readonly { readonly parentId: number; readonly id: number; readonly isShadow?: true }[];
  readonly adds: readonly {
    readonly parentId: number;
    readonly nextId: number | null;
    readonly node: PageNode;
  }[];
  readonly isAttachIframe?: true;
}

export interface StyleRuleAdd {
  readonly rule: string;
  readonly index?: number | readonly number[];
}

export type PageIncrement =
  | PageMutation
  | {
      readonly source: 1 | 6;
      readonly positions: readonly {
        readonly x: number;
        readonly y: number;
        readonly id: number;
        readonly timeOffset: number;
      }[];
    }
  | {
      readonly source: 2;
      readonly type: number;
      readonly id: number;
      readonly x?: number;
      readonly y?: number;
      readonly pointerType?: number;
    }
  | { readonly source: 3; readonly id: number; readonly x: number; readonly y: number }
  | { readonly source: 4; readonly width: number; readonly height: number }
  | { readonly source: 5; readonly id: number; readonly text: string; readonly isChecked: boolean }
  | {
      readonly source: 8;
      readonly id?: number;
      readonly styleId?: number;
      readonly adds?: readonly StyleRuleAdd[];
      readonly removes?: readonly { readonly index: number | readonly number[] }[];
      readonly replace?: string;
      readonly replaceSync?: string;
    }
  | {
      readonly source: 13;
      readonly id?: number;
      readonly styleId?: number;
      readonly index: readonly number[];
      readonly set?: {
        readonly property: string;
        readonly value: string | null;
        readonly priority?: 'important';
      };
      readonly remove?: { readonly property: string };
    }
  | {
      readonly source: 14;
      readonly ranges: readonly {
        readonly start: number;
        readonly startOffset: number;
        readonly end: number;
        readonly endOffset: number;
      }[];
    }
  | {
      readonly source: 15;
      readonly id: number;
      readonly styleIds: readonly number[];
      readonly styles?: readonly { readonly styleId: number; readonly rules: readonly StyleRuleAdd[] }[];
    };

/** One event of a shared page. */
export type PageEvent =
  | {
      readonly type: 2;
      readonly timestamp: number;
      readonly data: {
        readonly node: PageNode;
        readonly initialOffset: { readonly top: number; readonly left: number };
      };
    }
  | { readonly type: 3; readonly timestamp: number; readonly data: PageIncrement }
  | {
      readonly type: 4;
      readonly timestamp: number;
      readonly data: { readonly href: string; readonly width: number; readonly height: number };
    };
