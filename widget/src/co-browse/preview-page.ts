import type { PageEvent } from '@alongside/sdk/sharing';

/** How much of the window's height the picture may take. */
const HEIGHT_PART = 0.6;
const SVG = 'http://www.w3.org/2000/svg';

type Snapshot = Extract<PageEvent, { type: 2 }>['data']['node'];
type ElementNode = Extract<Snapshot, { type: 2 }>;

/**
 * Builds a page out of a recorder's events, in a frame without scripts. It knows as much of them as a picture needs:
 * the tree, its style sheets, and what is added to it in pieces.
 */
export class PreviewPage {
  readonly #place: HTMLElement;
  readonly #frame = document.createElement('iframe');
  readonly #nodes = new Map<number, Node>();

  constructor(place: HTMLElement) {
    this.#place = place;
    // Scripts do not run, and this page's own may build the tree.
    this.#frame.setAttribute('sandbox', 'allow-same-origin');
    this.#frame.tabIndex = -1;
    this.#frame.inert = true;
    place.append(this.#frame);
  }

  show(event: PageEvent): void {
    if (event.type === 4) this.#size(event.data);
    else if (event.type === 2) this.#begin(event.data.node, event.data.initialOffset.top);
    else if (event.data.source === 0) {
      for (const { nextId, node, parentId } of event.data.adds) {
        const parent = this.#nodes.get(parentId);
        const next = nextId === null ? undefined : this.#nodes.get(nextId);
        if (parent) this.#append(node, parent, next?.parentNode === parent ? next : null);
      }
    }
  }

  #size({ height, width }: { width: number; height: number }): void {
    const { style } = this.#frame;
    const scale = Math.min(this.#place.clientWidth / width, (innerHeight * HEIGHT_PART) / height, 1);
    style.setProperty('width', `${width}px`);
    style.setProperty('height', `${height}px`);
    style.setProperty('transform', `scale(${scale})`);
    this.#place.style.setProperty('width', `${width * scale}px`);
    this.#place.style.setProperty('height', `${height * scale}px`);
  }

  #begin(root: Snapshot, top: number): void {
    const { contentDocument } = this.#frame;
    if (!contentDocument || root.type !== 0) return;
    contentDocument.replaceChildren();
    this.#nodes.set(root.id, contentDocument);
    for (const child of root.childNodes) this.#append(child, contentDocument, null);
    contentDocument.defaultView?.scrollTo(0, top);
  }

  #append(node: Snapshot, parent: Node, before: Node | null): void {
    try {
      const made = this.#make(node);
      if (!made) return;
      this.#nodes.set(node.id, made);
      const isShadow = 'isShadow' in node && parent instanceof this.#view.Element;
      const host = isShadow ? (parent.shadowRoot ?? parent.attachShadow({ mode: 'open' })) : parent;
      if (before) host.insertBefore(made, before);
      else host.appendChild(made);
      if (node.type === 2 && !this.#isSheet(node)) {
        for (const child of node.childNodes) this.#append(child, made, null);
      }
    } catch {
      // What a document does not take costs that node.
    }
  }

  get #view(): typeof globalThis {
    return this.#frame.contentWindow as unknown as typeof globalThis;
  }

  #make(node: Snapshot): Node | undefined {
    const document = this.#frame.contentDocument;
    if (!document) return undefined;
    switch (node.type) {
      case 1:
        return document.implementation.createDocumentType(node.name || 'html', '', '');
      case 2:
        return this.#element(document, node);
      case 3:
        return document.createTextNode(node.textContent);
      default:
        return undefined;
    }
  }

  /** Style sheets become constructed ones: those need no leave of the page's policy. */
  #isSheet(node: ElementNode): boolean {
    return node.tagName === 'style' || (node.tagName === 'link' && '_cssText' in node.attributes);
  }

  #element(document: Document, node: ElementNode): Node {
    if (this.#isSheet(node)) {
      const inner = node.childNodes.map((child) => (child.type === 3 ? child.textContent : '')).join('');
      const { _cssText: css = inner } = node.attributes;
      const sheet = new this.#view.CSSStyleSheet();
      sheet.replaceSync(String(css));
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      return document.createComment('');
    }
    const element = node.isSVG
      ? document.createElementNS(SVG, node.tagName)
      : document.createElement(node.tagName);
    for (const [name, value] of Object.entries(node.attributes))
      setAttribute(element as HTMLElement, name, value);
    return element;
  }
}

function setAttribute(element: HTMLElement, name: string, value: string | number | true): void {
  const text = value === true ? '' : String(value);
  if (name === 'rr_width' || name === 'rr_height') {
    element.style.setProperty(name.slice(3), text);
    element.style.setProperty('background', '#0001');
    element.style.setProperty('display', 'inline-block');
  } else if (name === 'style') element.style.cssText = text;
  else if (name === 'value' && 'value' in element) element.value = text;
  else if (!name.startsWith('rr_') && !name.startsWith('on')) element.setAttribute(name, text);
}
