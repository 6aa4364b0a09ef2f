import { ControlValues } from './control-values.ts';
import { filterStyleSheet, filterValue } from './css-filter.ts';
import { NodePrivacy } from './node-privacy.ts';
import {
  FULL_SNAPSHOT,
  INCREMENTAL,
  META,
  type PageEvent,
  type PageIncrement,
  SOURCE,
} from './page-events.ts';
import { PointerGuard } from './pointer-guard.ts';
import { PRIVACY_ATTRIBUTE, type PrivacySettings } from './privacy-settings.ts';
import { type Fields, fieldsOf, idOf, itemsOf, numberOf, textOf } from './reading.ts';
import { MutationScrubber } from './scrub-mutations.ts';
import { type NodeMirror, NodeScrubber } from './scrub-nodes.ts';
import { scrubStyleDeclaration, scrubStyleRules, scrubStyleSheets } from './scrub-styles.ts';
import { TaintGuard } from './taint-guard.ts';
import { type AssetNamer, TextGuard } from './text-guard.ts';

const PIXELS_MAX = 10_000_000;
const POSITIONS_MAX = 500;
const RANGES_MAX = 20;
const INTERACTIONS_MAX = 10;
const TIME_OFFSET_MAX = 60_000;
/** Attributes that decide what may be seen: what was told before may be told no more. */
export const DECIDING_ATTRIBUTES: ReadonlySet<string> = new Set([
  PRIVACY_ATTRIBUTE,
  'contenteditable',
  'role',
  'type',
  'autocomplete',
]);

/** What a scrubber is made for. */
export interface ScrubberOptions {
  readonly settings: PrivacySettings;
  readonly mirror: NodeMirror;
  readonly document: Document;
  /** Makes this session's names worthless in another. */
  readonly salt: number;
  /** Absent: what a viewer cannot load by itself is left out. */
  readonly asset?: AssetNamer | undefined;
}

/**
 * The one door out of the page (CO3): takes every event of the recorder and writes it anew, out of what may cross.
 * What it does not know does not cross.
 */
export class Scrubber {
  /** Says what may be seen of a node. */
  readonly privacy: NodePrivacy;
  readonly #mirror: NodeMirror;
  readonly #guard: TextGuard;
  readonly #values: ControlValues;
  readonly #nodes: NodeScrubber;
  readonly #mutations: MutationScrubber;
  readonly #pointers: PointerGuard;
  readonly #document: Document;
  readonly #lastInput = new WeakMap<Node, string>();

  constructor({ settings, mirror, document, salt, asset }: ScrubberOptions) {
    const taint = new TaintGuard();
    this.#document = document;
    this.#mirror = mirror;
    this.privacy = new NodePrivacy(settings);
    const { privacy } = this;
    this.#guard = new TextGuard({ settings, privacy, taint, salt, asset, base: () => document.baseURI });
    this.#values = new ControlValues(this.privacy, taint);
    this.#pointers = new PointerGuard(this.privacy, settings.preset === 'strict');
    this.#nodes = new NodeScrubber({
      privacy: this.privacy,
      guard: this.#guard,
      values: this.#values,
      mirror,
    });
    this.#mutations = new MutationScrubber({
      nodes: this.#nodes,
      privacy: this.privacy,
      mirror,
      pointers: this.#pointers,
      guard: this.#guard,
    });
  }

  /** Learns what a control holds right after a key. */
  typed(control: Element): void {
    this.#values.typed(control);
  }

  /**
   * Learns what all controls below a node hold, step by step. To be done before anything leaves: a text may repeat
   * what a control holds that itself is told of much later.
   */
  learn(root: Node): Iterator<undefined, void> {
    this.privacy.forget();
    return this.#values.meetBelow(root);
  }

  /** The event as it may leave the page, or `undefined` when nothing of it may. */
  scrub(event: unknown): PageEvent | undefined {
    this.privacy.forget();
    this.#guard.about = undefined;
    const fields = fieldsOf(event);
    const timestamp = numberOf(fields['timestamp'], 0, Number.MAX_SAFE_INTEGER);
    const data = fieldsOf(fields['data']);
    if (timestamp === undefined) return undefined;
    this.#values.readAgain();
    switch (fields['type']) {
      case META:
        return { type: META, timestamp, data: this.#meta(data) };
      case FULL_SNAPSHOT: {
        this.privacy.markBlocked(this.#document);
        this.#nodes.meet(data['node']);
        const node = this.#nodes.node(data['node']);
        const offset = fieldsOf(data['initialOffset']);
        const initialOffset = { top: pixels(offset['top']), left: pixels(offset['left']) };
        return node && { type: FULL_SNAPSHOT, timestamp, data: { node, initialOffset } };
      }
      case INCREMENTAL: {
        const increment = this.#increment(data);
        return increment && { type: INCREMENTAL, timestamp, data: increment };
      }
      default:
        return undefined;
    }
  }

  #meta(data: Fields): { href: string; width: number; height: number } {
    return {
      href: this.#guard.address(textOf(data['href']) ?? ''),
      width: pixels(data['width']),
      height: pixels(data['height']),
    };
  }

  #increment(data: Fields): PageIncrement | undefined {
    switch (data['source']) {
      case SOURCE.mutation:
        return this.#mutations.scrub(data);
      case SOURCE.mouseMove:
      case SOURCE.touchMove:
        return this.#moves(data['source'], data);
      case SOURCE.mouseInteraction:
        return this.#interaction(data);
      case SOURCE.scroll:
        return this.#scroll(data);
      case SOURCE.viewportResize:
        return { source: 4, width: pixels(data['width']), height: pixels(data['height']) };
      case SOURCE.input:
        return this.#input(data);
      case SOURCE.styleSheetRule:
        return scrubStyleRules(data, (rule) => filterStyleSheet(rule, this.#guard));
      case SOURCE.styleDeclaration:
        return scrubStyleDeclaration(data, (property, value) => filterValue(property, value, this.#guard));
      case SOURCE.selection:
        return this.#selection(data);
      case SOURCE.adoptedStyleSheet:
        return scrubStyleSheets(data, (rule) => filterStyleSheet(rule, this.#guard));
      default:
        return undefined;
    }
  }

  #nodeOf(id: unknown): Node | undefined {
    const known = idOf(id);
    return known === undefined ? undefined : (this.#mirror.getNode(known) ?? undefined);
  }

  #placeOf(id: unknown, x: unknown, y: unknown): { id: number; x: number; y: number } | undefined {
    const node = this.#nodeOf(id);
    if (!node) return undefined;
    const place = this.#pointers.place(node, pixels(x), pixels(y));
    const target = idOf(this.#mirror.getId(place.target));
    return target === undefined ? undefined : { id: target, x: place.x, y: place.y };
  }

  #moves(source: 1 | 6, data: Fields): PageIncrement | undefined {
    const positions = itemsOf(data['positions'], POSITIONS_MAX).flatMap((item) => {
      const { id, x, y, timeOffset } = fieldsOf(item);
      const place = this.#placeOf(id, x, y);
      return place ? [{ ...place, timeOffset: numberOf(timeOffset, -TIME_OFFSET_MAX, 0) ?? 0 }] : [];
    });
    return positions.length === 0 ? undefined : { source, positions };
  }

  #interaction(data: Fields): PageIncrement | undefined {
    const type = numberOf(data['type'], 0, INTERACTIONS_MAX);
    const place = this.#placeOf(data['id'], data['x'], data['y']);
    if (type === undefined || !place) return undefined;
    const pointerType = numberOf(data['pointerType'], 0, 2);
    const { id, x, y } = place;
    return {
      source: 2,
      type,
      id,
      ...(typeof data['x'] === 'number' ? { x, y } : {}),
      ...(pointerType === undefined ? {} : { pointerType }),
    };
  }

  #scroll(data: Fields): PageIncrement | undefined {
    const node = this.#nodeOf(data['id']);
    const id = idOf(data['id']);
    if (!node || id === undefined) return undefined;
    const { blocked, control } = this.privacy.of(node);
    // How far a field is scrolled tells how much is in it.
    if (blocked || control) return undefined;
    return { source: 3, id, x: pixels(data['x']), y: pixels(data['y']) };
  }

  /** One event per change between empty and not empty, so that keystrokes cannot be counted. */
  #input(data: Fields): PageIncrement | undefined {
    const id = idOf(data['id']);
    const node = this.#nodeOf(id);
    if (id === undefined || node?.nodeType !== 1) return undefined;
    const element = node as Element;
    this.#values.meet(element);
    if (this.privacy.of(element).blocked) return undefined;
    const isChecked = data['isChecked'] === true && this.privacy.showsValue(element);
    const text = this.#nodes.value(element) ?? '';
    const said = `${isChecked ? 1 : 0}${text}`;
    if (this.#lastInput.get(element) === said) return undefined;
    this.#lastInput.set(element, said);
    return { source: 5, id, text, isChecked };
  }

  #selection(data: Fields): PageIncrement | undefined {
    const isPlain = (node: Node | undefined): boolean => {
      if (!node || this.#guard.isStrict) return false;
      const { blocked, masked, control } = this.privacy.of(node);
      return !blocked && !masked && !control;
    };
    const ranges = itemsOf(data['ranges'], RANGES_MAX).flatMap((item) => {
      const range = fieldsOf(item);
      const [start, end] = [idOf(range['start']), idOf(range['end'])];
      if (start === undefined || end === undefined) return [];
      if (!isPlain(this.#nodeOf(start)) || !isPlain(this.#nodeOf(end))) return [];
      return [
        { start, startOffset: pixels(range['startOffset']), end, endOffset: pixels(range['endOffset']) },
      ];
    });
    return { source: 14, ranges };
  }
}

function pixels(value: unknown): number {
  return numberOf(value, -PIXELS_MAX, PIXELS_MAX) ?? 0;
}
