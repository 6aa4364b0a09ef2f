import type { PageEvent } from '@alongside/sdk/sharing';

type PageNode = Extract<PageEvent, { type: 2 }>['data']['node'];
type Attributes = Map<string, unknown>;

/** What of a page has left the scrubber, by the numbers of its nodes: what is counted is what an agent would have got. */
export class ScrubbedPage {
  /** Origin and path, as agents would see it. */
  address = '';
  readonly #texts = new Map<number, string>();
  readonly #attributes = new Map<number, Attributes>();

  take(event: PageEvent): void {
    if (event.type === 4) this.address = event.data.href;
    else if (event.type === 2) {
      this.#texts.clear();
      this.#attributes.clear();
      this.#add(event.data.node);
    } else if (event.data.source === 0) {
      const { adds, attributes, texts } = event.data;
      for (const { node } of adds) this.#add(node);
      for (const { id, value } of texts) this.#texts.set(id, value ?? '');
      for (const { id, attributes: changed } of attributes) {
        for (const [name, value] of Object.entries(changed)) this.#attributes.get(id)?.set(name, value);
      }
    }
  }

  #add(node: PageNode): void {
    if (node.type === 3) this.#texts.set(node.id, node.textContent);
    if (node.type === 2) this.#attributes.set(node.id, new Map(Object.entries(node.attributes)));
    if ('childNodes' in node) for (const child of node.childNodes) this.#add(child);
  }

  /** The text of a node; undefined where agents do not know the node. */
  text(id: number): string | undefined {
    return this.#texts.get(id);
  }

  /** Whether an attribute has crossed in some form; undefined where agents do not know the node. */
  has(id: number, attribute: string): boolean | undefined {
    const attributes = this.#attributes.get(id);
    return attributes && (attributes.get(attribute) ?? null) !== null;
  }
}
