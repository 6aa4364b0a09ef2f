import type { FirewallAttributes } from './firewall-attributes.ts';
import { FIREWALL_LIMITS } from './firewall-limits.ts';
import type { PageNode } from './page-events.ts';
import { type Fields, fieldsOf, idOf, itemsOf, textOf } from './reading.ts';

const TAG = /^[a-z][a-z0-9-]{0,63}$/;
const FORBIDDEN = new Set(
  'script object embed applet base meta frame frameset portal fencedframe param animate set animatemotion animatetransform'.split(
    ' ',
  ),
);
/** Names that a browser refuses for elements of a page's own. */
const RESERVED = new Set(
  'annotation-xml color-profile font-face font-face-src font-face-uri font-face-format font-face-name missing-glyph'.split(
    ' ',
  ),
);
/** DOM, `attachShadow`: on anything else it throws. */
const HOSTS = new Set(
  'article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span'.split(' '),
);

/** A node that was let through. */
export interface KnownNode {
  readonly type: 0 | 1 | 2 | 3 | 5;
  readonly tag: string;
  readonly parent: number | undefined;
  readonly depth: number;
  /** The document it is in. */
  readonly root: number;
  readonly children: Set<number>;
}

const NOTHING_TAG = '';
const canHost = (tag: string): boolean => HOSTS.has(tag) || (tag.includes('-') && !RESERVED.has(tag));

/** The name under which an element is built; `undefined`: it is not built. */
function tagOf(fields: Fields): string | undefined {
  const tag = textOf(fields['tagName']) ?? '';
  if (!TAG.test(tag) || FORBIDDEN.has(tag) || RESERVED.has(tag)) return undefined;
  // A sheet that was not put into the event would have to be fetched.
  if (tag === 'link' && typeof fieldsOf(fields['attributes'])['_cssText'] !== 'string') return undefined;
  return tag === 'form' ? 'div' : tag;
}

/**
 * The tree that a viewer has: knows which ids exist, so that nothing refers to what is not there, and builds every
 * node anew. A node that may not be built becomes an empty comment, which keeps its place among its neighbours.
 */
export class FirewallTree {
  readonly #attributes: FirewallAttributes;
  #nodes = new Map<number, KnownNode>();
  /** How many more nodes this event may bring. */
  #left = 0;

  constructor(attributes: FirewallAttributes) {
    this.#attributes = attributes;
  }

  /** Another event begins. */
  startEvent(): void {
    this.#left = FIREWALL_LIMITS.nodesPerEvent;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(id: number | undefined): KnownNode | undefined {
    return id === undefined ? undefined : this.#nodes.get(id);
  }

  /** Begins anew with a whole page. */
  snapshot(serialized: unknown): PageNode | undefined {
    const fields = fieldsOf(serialized);
    if (fields['type'] !== 0 || idOf(fields['id']) === undefined) return undefined;
    this.#nodes = new Map();
    this.#attributes.startTree();
    return this.#build(fields, undefined);
  }

  /**
   * Puts a node below one that exists. What is inside of it comes in additions of its own, because a player looks at
   * the outermost only and must not know less than this; a frame's document comes as a whole.
   */
  add(parentId: number, serialized: unknown): PageNode | undefined {
    const fields = fieldsOf(serialized);
    if (!this.#nodes.has(parentId)) return undefined;
    return this.#build(fields['type'] === 0 ? fields : { ...fields, childNodes: [] }, parentId);
  }

  /** Takes a node away, with all that is below. */
  remove(id: number): void {
    const parent = this.get(this.#nodes.get(id)?.parent);
    parent?.children.delete(id);
    const queue = [id];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      queue.push(...(this.#nodes.get(next)?.children ?? []));
      this.#nodes.delete(next);
    }
  }

  #build(fields: Fields, parentId: number | undefined): PageNode | undefined {
    const id = idOf(fields['id']);
    const parent = this.get(parentId);
    const depth = (parent?.depth ?? 0) + 1;
    if (id === undefined || this.#nodes.has(id)) return undefined;
    if (depth > FIREWALL_LIMITS.depth || this.#nodes.size >= FIREWALL_LIMITS.nodes) return undefined;
    if (this.#left-- <= 0) return undefined;
    const type = this.#typeOf(fields, parent);
    const tag = type === 2 ? (tagOf(fields) ?? NOTHING_TAG) : NOTHING_TAG;
    const known: KnownNode = {
      type: type === 2 && tag === NOTHING_TAG ? 5 : type,
      tag,
      parent: parentId,
      depth,
      root: type === 0 ? id : (parent?.root ?? id),
      children: new Set(),
    };
    this.#nodes.set(id, known);
    parent?.children.add(id);
    return this.#written(fields, id, known, parent);
  }

  /** What a node may be where it stands; anything else keeps a place only. */
  #typeOf(fields: Fields, parent: KnownNode | undefined): KnownNode['type'] {
    const { type } = fields;
    if (parent === undefined) return 0;
    if (type === 0) return parent.tag === 'iframe' ? 0 : 5;
    if (type !== 1 && type !== 2 && type !== 3) return 5;
    if (parent.type === 2) return type === 1 || parent.tag === 'iframe' ? 5 : type;
    if (parent.type !== 0) return 5;
    const siblings = [...parent.children].map((id) => this.#nodes.get(id)?.type);
    const isFirst = !siblings.includes(2) && (type === 2 || !siblings.includes(1));
    return type === 3 || !isFirst ? 5 : type;
  }

  #written(fields: Fields, id: number, known: KnownNode, parent: KnownNode | undefined): PageNode {
    const isShadow = fields['isShadow'] === true && parent !== undefined && canHost(parent.tag);
    // A frame's document itself has no root yet: a player does not build what is in one that it does not know.
    const isInFrame = known.type !== 0 && this.#nodes.get(known.root)?.parent !== undefined;
    const base = {
      id,
      ...(isInFrame ? { rootId: known.root } : {}),
      ...(isShadow ? { isShadow: true as const } : {}),
    };
    switch (known.type) {
      case 0: {
        const childNodes = this.#children(fields, id);
        const isQuirky = fields['compatMode'] === 'BackCompat' && childNodes[0]?.type === 2;
        return { type: 0, ...(isQuirky ? { compatMode: 'BackCompat' as const } : {}), childNodes, ...base };
      }
      case 1:
        return { type: 1, name: 'html', publicId: '', systemId: '', ...base };
      case 2:
        return {
          type: 2,
          tagName: known.tag,
          attributes: this.#attributes.all(known.tag, fields['attributes']),
          childNodes: this.#children(fields, id),
          ...(fields['isSVG'] === true ? { isSVG: true as const } : {}),
          ...(fields['isShadowHost'] === true && canHost(known.tag) ? { isShadowHost: true as const } : {}),
          ...base,
        };
      case 3:
        return { type: 3, textContent: this.text(parent, fields['textContent']), ...base };
      case 5:
        return { type: 5, textContent: '', ...base };
    }
  }

  #children(fields: Fields, id: number): PageNode[] {
    const items = itemsOf(fields['childNodes'], Math.max(0, this.#left));
    return items.flatMap((child) => this.#build(fieldsOf(child), id) ?? []);
  }

  /** Text that stands below a node. */
  text(parent: KnownNode | undefined, value: unknown): string {
    const text = textOf(value) ?? '';
    if (parent?.tag === 'style') return this.#attributes.sheet(text);
    return text.slice(0, FIREWALL_LIMITS.textCharacters);
  }
}
