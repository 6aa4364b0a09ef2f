import type { NodePrivacy } from './node-privacy.ts';
import type { AttributeValue, PageMutation, StyleChanges } from './page-events.ts';
import type { PointerGuard } from './pointer-guard.ts';
import { type Fields, fieldsOf, idOf, itemsOf, textOf } from './reading.ts';
import type { NodeMirror, NodeScrubber } from './scrub-nodes.ts';
import type { TextGuard } from './text-guard.ts';

interface Parts {
  readonly nodes: NodeScrubber;
  readonly privacy: NodePrivacy;
  readonly mirror: NodeMirror;
  readonly pointers: PointerGuard;
  readonly guard: TextGuard;
}

type Changed = Record<string, AttributeValue | StyleChanges | null>;

/** What changed in the page's tree, as it may cross. */
export class MutationScrubber {
  readonly #nodes: NodeScrubber;
  readonly #privacy: NodePrivacy;
  readonly #mirror: NodeMirror;
  readonly #pointers: PointerGuard;
  readonly #guard: TextGuard;

  constructor({ nodes, privacy, mirror, pointers, guard }: Parts) {
    this.#nodes = nodes;
    this.#privacy = privacy;
    this.#mirror = mirror;
    this.#pointers = pointers;
    this.#guard = guard;
  }

  scrub(data: Fields): PageMutation | undefined {
    for (const add of itemsOf(data['adds'], Infinity)) this.#nodes.meet(fieldsOf(add)['node']);
    const texts = itemsOf(data['texts'], Infinity).flatMap((item) => this.#text(item));
    const attributes = itemsOf(data['attributes'], Infinity).flatMap((item) => this.#attributes(item));
    const removes = itemsOf(data['removes'], Infinity).flatMap((item) => this.#remove(item));
    const adds = itemsOf(data['adds'], Infinity).flatMap((item) => this.#add(item));
    if (texts.length + attributes.length + removes.length + adds.length === 0) return undefined;
    return {
      source: 0,
      texts,
      attributes,
      removes,
      adds,
      ...(data['isAttachIframe'] === true ? { isAttachIframe: true as const } : {}),
    };
  }

  #live(id: number | undefined): Node | undefined {
    return id === undefined ? undefined : (this.#mirror.getNode(id) ?? undefined);
  }

  #text(item: unknown): PageMutation['texts'][number][] {
    const fields = fieldsOf(item);
    const id = idOf(fields['id']);
    const live = this.#live(id);
    if (id === undefined || !live || this.#privacy.of(live).blocked) return [];
    return [{ id, value: this.#nodes.text(live, textOf(fields['value']) ?? '', true) }];
  }

  #attributes(item: unknown): PageMutation['attributes'][number][] {
    const fields = fieldsOf(item);
    const id = idOf(fields['id']);
    const live = this.#live(id);
    if (id === undefined || live?.nodeType !== 1) return [];
    const element = live as Element;
    // A key that lights up while it is pressed spells as well as a click on it.
    if (this.#privacy.of(element).blocked || this.#pointers.keypadOf(element)) return [];
    const changed: Changed = {};
    const tag = element.localName.toLowerCase();
    for (const [name, value] of Object.entries(fieldsOf(fields['attributes']))) {
      const lower = name.toLowerCase();
      const scrubbed =
        lower === 'value' && /^(?:input|textarea|select)$/.test(tag)
          ? (this.#nodes.value(element) ?? '')
          : this.#nodes.attribute(element, tag, name, value);
      if (scrubbed !== undefined) changed[name] = scrubbed;
      if (lower !== 'srcset' || tag !== 'img') continue;
      // Which of them is shown is not decided yet.
      const [first] = (element.getAttribute(name) ?? '').trim().split(/[\s,]/);
      const src = this.#nodes.attribute(element, tag, 'src', first);
      if (src !== undefined) changed['src'] = src;
    }
    return Object.keys(changed).length === 0 ? [] : [{ id, attributes: changed }];
  }

  #remove(item: unknown): PageMutation['removes'][number][] {
    const { id, parentId, isShadow } = fieldsOf(item);
    const [known, parent] = [idOf(id), idOf(parentId)];
    if (known === undefined || parent === undefined) return [];
    return [{ id: known, parentId: parent, ...(isShadow === true ? { isShadow: true as const } : {}) }];
  }

  #add(item: unknown): PageMutation['adds'][number][] {
    const fields = fieldsOf(item);
    const parentId = idOf(fields['parentId']);
    const parent = this.#live(parentId);
    if (parentId === undefined || !parent || this.#privacy.of(parent).blocked) return [];
    const node = this.#nodes.node(fields['node']);
    if (!node) return [];
    return [{ parentId, nextId: idOf(fields['nextId']) ?? null, node: this.#withoutEcho(node) }];
  }

  /** A text that came while somebody types its first characters. */
  #withoutEcho(node: PageMutation['adds'][number]['node']): PageMutation['adds'][number]['node'] {
    if (node.type !== 3 || this.#guard.isStrict) return node;
    const live = this.#live(node.id);
    const parent = live?.parentNode;
    if (!live || (parent?.nodeType === 1 && (parent as Element).localName === 'style')) return node;
    return { ...node, textContent: this.#nodes.text(live, live.textContent ?? '', true) };
  }
}
