import { FirewallAttributes, asShown } from './firewall-attributes.ts';
import { FIREWALL_LIMITS } from './firewall-limits.ts';
import { FirewallTree } from './firewall-tree.ts';
import {
  FULL_SNAPSHOT,
  INCREMENTAL,
  META,
  type PageEvent,
  type PageIncrement,
  type PageMutation,
  SOURCE,
} from './page-events.ts';
import { type Fields, fieldsOf, idOf, itemsOf, numberOf, textOf } from './reading.ts';
import { scrubStyleDeclaration, scrubStyleRules, scrubStyleSheets } from './scrub-styles.ts';

const CONTROLS = new Set(['input', 'textarea', 'select', 'option']);
/** rrweb's numbers of focus and blur: a viewer must never move the agent's focus. */
const FOCUS_INTERACTIONS = new Set([5, 6]);
const INTERACTIONS_MAX = 10;
const RANGES_MAX = 20;
const TIME_OFFSET_MAX = 60_000;

const coordinate = (value: unknown): number =>
  numberOf(value, -FIREWALL_LIMITS.coordinatePixels, FIREWALL_LIMITS.coordinatePixels) ?? 0;
const extent = (value: unknown): number => {
  const pixels = numberOf(value, 1, Number.MAX_VALUE);
  return Math.min(Math.round(pixels ?? 1), FIREWALL_LIMITS.viewportPixels);
};

/**
 * Stands before whoever shows a page that somebody else sent (T2–T6): reads events field by field, against a tree of
 * what was let through, and writes them anew. A hostile node costs that node, a hostile event that event.
 */
export class StreamFirewall {
  readonly #attributes: FirewallAttributes;
  readonly #tree: FirewallTree;
  #hasSnapshot = false;

  /** `assetOrigins`: where the site's images and fonts may be loaded from. */
  constructor(assetOrigins: readonly string[]) {
    this.#attributes = new FirewallAttributes(assetOrigins);
    this.#tree = new FirewallTree(this.#attributes);
  }

  /** How many nodes the viewer has. */
  get nodes(): number {
    return this.#tree.size;
  }

  /** The event as it may be shown, or `undefined` when nothing of it may. */
  accept(event: unknown): PageEvent | undefined {
    const fields = fieldsOf(event);
    const timestamp = numberOf(fields['timestamp'], 0, FIREWALL_LIMITS.timestamp);
    if (timestamp === undefined) return undefined;
    const data = fieldsOf(fields['data']);
    this.#tree.startEvent();
    switch (fields['type']) {
      case META:
        return { type: META, timestamp, data: metaOf(data) };
      case FULL_SNAPSHOT: {
        const node = this.#tree.snapshot(data['node']);
        if (!node) return undefined;
        this.#hasSnapshot = true;
        const { top, left } = fieldsOf(data['initialOffset']);
        const initialOffset = { top: coordinate(top), left: coordinate(left) };
        return { type: FULL_SNAPSHOT, timestamp, data: { node, initialOffset } };
      }
      case INCREMENTAL: {
        const increment = this.#hasSnapshot ? this.#increment(data) : undefined;
        return increment && { type: INCREMENTAL, timestamp, data: increment };
      }
      default:
        return undefined;
    }
  }

  #known(value: unknown): number | undefined {
    const id = idOf(value);
    return this.#tree.get(id) ? id : undefined;
  }

  #increment(data: Fields): PageIncrement | undefined {
    switch (data['source']) {
      case SOURCE.mutation:
        return this.#mutation(data);
      case SOURCE.mouseMove:
      case SOURCE.touchMove:
        return this.#moves(data['source'], data);
      case SOURCE.mouseInteraction:
        return this.#interaction(data);
      case SOURCE.scroll: {
        const id = this.#known(data['id']);
        return id === undefined
          ? undefined
          : { source: 3, id, x: coordinate(data['x']), y: coordinate(data['y']) };
      }
      case SOURCE.viewportResize:
        return { source: 4, width: extent(data['width']), height: extent(data['height']) };
      case SOURCE.input:
        return this.#input(data);
      case SOURCE.styleSheetRule:
        return this.#styleRules(data);
      case SOURCE.styleDeclaration:
        if (!this.#ofKnownSheet(data)) return undefined;
        return scrubStyleDeclaration(data, (name, value) => this.#attributes.property(name, value));
      case SOURCE.selection:
        return this.#selection(data);
      case SOURCE.adoptedStyleSheet:
        if (this.#known(data['id']) === undefined) return undefined;
        return scrubStyleSheets(data, (rule) => this.#attributes.sheet(rule));
      default:
        return undefined;
    }
  }

  #ofKnownSheet(data: Fields): boolean {
    const id = idOf(data['id']);
    return id === undefined || /^(?:style|link)$/.test(this.#tree.get(id)?.tag ?? '');
  }

  /** Only a constructed sheet, which has a number of its own, can be replaced as a whole; others would throw. */
  #styleRules(data: Fields): PageIncrement | undefined {
    if (!this.#ofKnownSheet(data)) return undefined;
    const { replace, replaceSync, ...rules } = data;
    const whole = textOf(replaceSync) ?? textOf(replace);
    const canReplace = whole !== undefined && data['id'] === undefined;
    return scrubStyleRules(canReplace ? { ...rules, replaceSync: whole } : rules, (rule) =>
      this.#attributes.sheet(rule),
    );
  }

  /** In the order in which a player applies them: taken away, put in, then texts and attributes. */
  #mutation(data: Fields): PageMutation | undefined {
    const lists = ['removes', 'adds', 'texts', 'attributes'].map((name) =>
      itemsOf(data[name], FIREWALL_LIMITS.mutationsPerEvent + 1),
    );
    const total = lists.reduce((sum, { length }) => sum + length, 0);
    if (total > FIREWALL_LIMITS.mutationsPerEvent) return undefined;
    const [removed = [], added = [], told = [], changed = []] = lists;
    const removes = removed.flatMap((item) => this.#remove(fieldsOf(item)));
    const adds = added.flatMap((item) => this.#add(fieldsOf(item)));
    const texts = told.flatMap((item) => this.#text(fieldsOf(item)));
    const attributes = changed.flatMap((item) => this.#changed(fieldsOf(item)));
    if (removes.length + adds.length + texts.length + attributes.length === 0) return undefined;
    const isFrame = data['isAttachIframe'] === true && adds.every(({ node }) => node.type === 0);
    return {
      source: 0,
      texts,
      attributes,
      removes,
      adds,
      ...(isFrame ? { isAttachIframe: true as const } : {}),
    };
  }

  #remove(fields: Fields): PageMutation['removes'][number][] {
    const id = this.#known(fields['id']);
    const parentId = this.#known(fields['parentId']);
    if (id === undefined || parentId === undefined || this.#tree.get(id)?.parent !== parentId) return [];
    this.#tree.remove(id);
    return [{ id, parentId, ...(fields['isShadow'] === true ? { isShadow: true as const } : {}) }];
  }

  #add(fields: Fields): PageMutation['adds'][number][] {
    const parentId = this.#known(fields['parentId']);
    const { node: serialized } = fields;
    const id = idOf(fieldsOf(serialized)['id']);
    if (parentId === undefined || id === undefined) return [];
    const before = this.#known(fields['nextId']);
    const nextId = this.#tree.get(before)?.parent === parentId ? (before ?? null) : null;
    const node = this.#tree.add(parentId, serialized);
    return node ? [{ parentId, nextId, node }] : [];
  }

  #text(fields: Fields): PageMutation['texts'][number][] {
    const id = this.#known(fields['id']);
    const known = this.#tree.get(id);
    if (id === undefined || known?.type !== 3) return [];
    return [{ id, value: this.#tree.text(this.#tree.get(known.parent), fields['value']) }];
  }

  #changed(fields: Fields): PageMutation['attributes'][number][] {
    const id = this.#known(fields['id']);
    const known = this.#tree.get(id);
    if (id === undefined || known?.type !== 2) return [];
    const attributes: Record<string, PageMutation['attributes'][number]['attributes'][string]> = {};
    const entries = Object.entries(fieldsOf(fields['attributes'])).slice(
      0,
      FIREWALL_LIMITS.attributesPerNode,
    );
    for (const [name, value] of entries.map(asShown)) {
      const allowed = this.#attributes.one(known.tag, name, value);
      if (allowed !== undefined) attributes[name] = allowed;
    }
    return Object.keys(attributes).length === 0 ? [] : [{ id, attributes }];
  }

  #moves(source: 1 | 6, data: Fields): PageIncrement | undefined {
    const positions = itemsOf(data['positions'], FIREWALL_LIMITS.positionsPerEvent).flatMap((item) => {
      const { id, x, y, timeOffset } = fieldsOf(item);
      const known = this.#known(id);
      if (known === undefined) return [];
      const offset = numberOf(timeOffset, -TIME_OFFSET_MAX, 0) ?? 0;
      return [{ id: known, x: coordinate(x), y: coordinate(y), timeOffset: offset }];
    });
    return positions.length === 0 ? undefined : { source, positions };
  }

  #interaction(data: Fields): PageIncrement | undefined {
    const id = this.#known(data['id']);
    const type = numberOf(data['type'], 0, INTERACTIONS_MAX);
    if (id === undefined || type === undefined || FOCUS_INTERACTIONS.has(type)) return undefined;
    return { source: 2, type: Math.round(type), id, x: coordinate(data['x']), y: coordinate(data['y']) };
  }

  #input(data: Fields): PageIncrement | undefined {
    const id = this.#known(data['id']);
    const text = textOf(data['text']);
    const isControl = CONTROLS.has(this.#tree.get(id)?.tag ?? '');
    if (id === undefined || !isControl || text === undefined) return undefined;
    const shown = text.slice(0, FIREWALL_LIMITS.attributeCharacters);
    return { source: 5, id, text: shown, isChecked: data['isChecked'] === true };
  }

  #selection(data: Fields): PageIncrement {
    const ranges = itemsOf(data['ranges'], RANGES_MAX).flatMap((item) => {
      const range = fieldsOf(item);
      const [start, end] = [this.#known(range['start']), this.#known(range['end'])];
      if (start === undefined || end === undefined) return [];
      const startOffset = Math.max(0, Math.round(coordinate(range['startOffset'])));
      return [
        { start, startOffset, end, endOffset: Math.max(0, Math.round(coordinate(range['endOffset']))) },
      ];
    });
    return { source: 14, ranges };
  }
}

function metaOf(data: Fields): { href: string; width: number; height: number } {
  const href = textOf(data['href']) ?? '';
  return {
    href: /^https?:\/\//i.test(href) ? href.slice(0, 2_000) : '',
    width: extent(data['width']),
    height: extent(data['height']),
  };
}
