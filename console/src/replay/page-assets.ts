import type { PageEvent } from '@alongside/sdk/shared';
import { type AssetUses, propertyOf, withoutAssets } from './asset-events.ts';

/** Questions under way; pictures that are in sight come first. */
const ASKED_MAX = 4;
/** Of one page; what is more is not shown. */
const ASSETS_MAX = 300;
const HELD_MAX_BYTES = 64 * 1024 * 1024;
/** Nobody answers any more: the page has gone. */
const ANSWER_MAX_MS = 30_000;
const AGAIN_AFTER_MS = 2_000;
const TRIES_MAX = 5;
/** The player builds some elements a little later. */
const BUILT_AFTER_MS = 100;
const LOOKS_MAX = 50;
/** Pictures this near to what is seen are asked for. */
const NEAR = '25%';

interface Asset {
  state: 'unseen' | 'wanted' | 'asked' | 'shown' | 'none';
  url: string | undefined;
  bytes: number;
  tries: number;
  /** Told of in the newest snapshot or since. */
  isUsed: boolean;
  timer: number | undefined;
}

export interface AssetPorts {
  ask(asset: string): void;
  nodeOf(id: number): Node | undefined;
  document(): Document | undefined;
}

/** A page's document, and those of the frames in it. */
function* documentsIn(document: Document | undefined): Generator<Document> {
  if (!document) return;
  yield document;
  for (const { contentDocument } of document.querySelectorAll('iframe')) {
    if (contentDocument) yield* documentsIn(contentDocument);
  }
}

/**
 * Pictures and fonts that only the visitor's browser can load (CO13): asked for when they come in sight, once each,
 * and shown from memory of this document. Without them the page is shown as it is.
 */
export class PageAssets implements AssetUses {
  readonly #ports: AssetPorts;
  #assets = new Map<string, Asset>();
  /** What stands in an element's place of its picture. */
  #pictures = new Map<number, { readonly attribute: string; readonly asset: string }>();
  /** Elements that may not be built yet. */
  #fresh = new Set<number>();
  #fonts = new Set<string>();
  readonly #queue: string[] = [];
  readonly #watched = new WeakMap<Element, string>();
  readonly #watchers = new WeakMap<Document, IntersectionObserver>();
  readonly #sheets = new WeakMap<Document, CSSStyleSheet>();
  #rules = '';
  #looks = 0;
  #looking: number | undefined;
  #asked = 0;
  #held = 0;

  constructor(ports: AssetPorts) {
    this.#ports = ports;
  }

  /** An event as it may be shown. */
  take(event: PageEvent): PageEvent {
    if (event.type === 2) this.#begin();
    this.#looks = 0;
    return withoutAssets(event, this);
  }

  styled(asset: string): void {
    this.#know(asset);
    this.#want(asset, 'last');
  }

  font(rule: string): void {
    if (this.#fonts.size >= ASSETS_MAX) return;
    this.#fonts.add(rule);
    for (const [name] of rule.matchAll(/asset:[a-z0-9-]+/g)) this.styled(name);
  }

  pictured(node: number, attribute: string, asset: string | undefined): void {
    if (asset === undefined) {
      this.#pictures.delete(node);
      return;
    }
    this.#know(asset);
    this.#pictures.set(node, { attribute, asset });
    this.#fresh.add(node);
  }

  isSheet(node: number): boolean {
    const known = this.#ports.nodeOf(node);
    const element = known?.nodeType === 3 ? known.parentNode : known;
    return element?.nodeType === 1 && (element as Element).localName === 'style';
  }

  /** The page has been built further. */
  place(): void {
    for (const id of this.#fresh) {
      const node = this.#ports.nodeOf(id);
      if (node?.nodeType !== 1) continue;
      this.#fresh.delete(id);
      this.#look(id, node as Element);
    }
    if (this.#rules !== '') this.#dress();
    if (this.#fresh.size === 0 || this.#looks++ >= LOOKS_MAX) return;
    this.#looking ??= window.setTimeout(() => {
      this.#looking = undefined;
      this.place();
    }, BUILT_AFTER_MS);
  }

  /** It came. */
  came(asset: string, mime: string, bytes: Uint8Array<ArrayBuffer>): void {
    const known = this.#answered(asset);
    if (!known) return;
    known.state = 'shown';
    known.bytes = bytes.length;
    this.#held += bytes.length;
    known.url = URL.createObjectURL(new Blob([bytes], { type: mime }));
    for (const [id, picture] of this.#pictures) {
      const node = picture.asset === asset ? this.#ports.nodeOf(id) : undefined;
      if (node?.nodeType === 1) (node as Element).setAttribute(picture.attribute, known.url);
    }
    this.#write();
    this.#askNext();
  }

  /** There is none; `again`: later there may be. */
  none(asset: string, again: boolean): void {
    const known = this.#answered(asset);
    if (!known) return;
    known.state = 'none';
    if (again && ++known.tries < TRIES_MAX) {
      known.timer = window.setTimeout(() => {
        known.state = 'unseen';
        this.#want(asset, 'last');
      }, AGAIN_AFTER_MS * known.tries);
    }
    this.#askNext();
  }

  /** A page begins anew; what the one before it showed and this one does not is let go with the next. */
  #begin(): void {
    for (const [asset, known] of this.#assets) {
      if (known.isUsed) {
        known.isUsed = false;
        continue;
      }
      if (known.state === 'asked') this.#asked--;
      window.clearTimeout(known.timer);
      if (known.url !== undefined) URL.revokeObjectURL(known.url);
      this.#held -= known.bytes;
      this.#assets.delete(asset);
    }
    this.#pictures = new Map();
    this.#fresh = new Set();
    this.#fonts = new Set();
    this.#write();
  }

  #know(asset: string): void {
    const known = this.#assets.get(asset);
    if (known) known.isUsed = true;
    else if (this.#assets.size < 2 * ASSETS_MAX) {
      const fresh = { url: undefined, bytes: 0, tries: 0, isUsed: true, timer: undefined };
      this.#assets.set(asset, { state: 'unseen', ...fresh });
    }
  }

  #look(id: number, element: Element): void {
    const picture = this.#pictures.get(id);
    const known = picture && this.#assets.get(picture.asset);
    if (!known) return;
    if (known.url !== undefined) element.setAttribute(picture.attribute, known.url);
    else {
      this.#watched.set(element, picture.asset);
      this.#watcherOf(element.ownerDocument).observe(element);
    }
  }

  #watcherOf(document: Document): IntersectionObserver {
    const known = this.#watchers.get(document);
    if (known) return known;
    const seen: IntersectionObserverCallback = (entries, watcher) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watcher.unobserve(target);
        this.#want(this.#watched.get(target) ?? '', 'first');
      }
    };
    const watcher = new IntersectionObserver(seen, { root: document, rootMargin: NEAR });
    this.#watchers.set(document, watcher);
    return watcher;
  }

  #want(asset: string, place: 'first' | 'last'): void {
    const known = this.#assets.get(asset);
    if (known?.state !== 'unseen') return;
    known.state = 'wanted';
    if (place === 'first') this.#queue.unshift(asset);
    else this.#queue.push(asset);
    this.#askNext();
  }

  #askNext(): void {
    while (this.#asked < ASKED_MAX && this.#held < HELD_MAX_BYTES) {
      const asset = this.#queue.shift();
      if (asset === undefined) return;
      const known = this.#assets.get(asset);
      if (known?.state !== 'wanted') continue;
      known.state = 'asked';
      known.timer = window.setTimeout(() => this.none(asset, false), ANSWER_MAX_MS);
      this.#asked++;
      this.#ports.ask(asset);
    }
  }

  #answered(asset: string): Asset | undefined {
    const known = this.#assets.get(asset);
    if (known?.state !== 'asked') return undefined;
    window.clearTimeout(known.timer);
    this.#asked--;
    return known;
  }

  /** Custom properties and fonts, of which the styles of the page speak. */
  #write(): void {
    const urls = [...this.#assets].flatMap(([asset, { url }]) => (url === undefined ? [] : [{ asset, url }]));
    const properties = urls.map(({ asset, url }) => `${propertyOf(asset)}:url("${url}");`).join('');
    const fonts = [...this.#fonts].flatMap((rule) => {
      const written = urls.reduce((text, { asset, url }) => text.replaceAll(`"${asset}"`, `"${url}"`), rule);
      return written === rule ? [] : [written];
    });
    const rules = properties === '' ? '' : `:root{${properties}}${fonts.join('')}`;
    if (rules === this.#rules) return;
    this.#rules = rules;
    for (const document of documentsIn(this.#ports.document())) {
      this.#sheets.get(document)?.replaceSync(rules);
    }
    this.#dress();
  }

  /** The page may have put sheets of its own in place of ours. */
  #dress(): void {
    for (const document of documentsIn(this.#ports.document())) {
      const { defaultView } = document as Document & { defaultView: typeof globalThis | null };
      if (!defaultView) continue;
      let sheet = this.#sheets.get(document);
      if (!sheet) {
        sheet = new defaultView.CSSStyleSheet();
        sheet.replaceSync(this.#rules);
        this.#sheets.set(document, sheet);
      }
      if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
    }
  }
}
