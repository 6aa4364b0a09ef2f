import { attributeKind, type AttributeKind, hasShapeOf, INPUT_TYPES } from './attribute-kinds.ts';
import { type CssPolicy, filterDeclarations, filterStyleSheet, filterValue } from './css-filter.ts';
import { FIREWALL_LIMITS } from './firewall-limits.ts';
import type { AttributeValue, StyleChanges } from './page-events.ts';
import { type Fields, fieldsOf, isFields, textOf } from './reading.ts';

const ATTRIBUTE_NAME = /^_?[a-zA-Z][\w:.-]{0,63}$/;
const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z\d+/=]*$/;
/** The name of something that the viewer asks the page for (CO13); nothing that a browser loads. */
const ASSET = /^asset:[a-z0-9-]{1,54}$/;
const PROPERTIES_MAX = 500;

/** rrweb's word for how a dialog stands open: its player would open a modal one, which takes the focus. */
const OPEN_MODE = 'rr_open_mode';

/** An attribute as a viewer is given it: a modal dialog is one by `aria-modal`, which its style sheet reads. */
export function asShown([name, value]: readonly [string, unknown]): [string, unknown] {
  return name === OPEN_MODE ? ['aria-modal', value === 'modal' ? 'true' : null] : [name, value];
}

/** Decides on attributes and style sheets that a page sent; the answer is built anew. */
export class FirewallAttributes {
  readonly #origins: ReadonlySet<string>;
  readonly #policy: CssPolicy;
  #styleCharacters = 0;

  constructor(assetOrigins: readonly string[]) {
    this.#origins = new Set(assetOrigins);
    this.#policy = {
      rename: (name) => name,
      url: (value) => this.#imageAddress(value),
      text: (value) => value,
    };
  }

  /** A new tree begins: its style sheets have the whole allowance again. */
  startTree(): void {
    this.#styleCharacters = 0;
  }

  #imageAddress(value: string): string | undefined {
    const trimmed = value.trim();
    if (trimmed.startsWith('#')) return trimmed;
    if (DATA_IMAGE.test(trimmed) || ASSET.test(trimmed)) return trimmed;
    try {
      const url = new URL(trimmed);
      return this.#origins.has(url.origin) && /^https?:$/.test(url.protocol) ? url.href : undefined;
    } catch {
      return undefined;
    }
  }

  /** A style sheet or one of its rules; nothing once the allowance of the tree is used up. */
  sheet(text: string): string {
    this.#styleCharacters += text.length;
    return this.#styleCharacters > FIREWALL_LIMITS.styleCharacters
      ? ''
      : filterStyleSheet(text, this.#policy);
  }

  /** The value of one property. */
  property(name: string, value: string): string | undefined {
    return value.length > FIREWALL_LIMITS.attributeCharacters
      ? undefined
      : filterValue(name, value, this.#policy);
  }

  /** All attributes of a new element. */
  all(tag: string, value: unknown): Record<string, AttributeValue> {
    const written: Record<string, AttributeValue> = {};
    const entries = Object.entries(fieldsOf(value)).slice(0, FIREWALL_LIMITS.attributesPerNode);
    for (const [name, one] of entries.map(asShown)) {
      const allowed = this.one(tag, name, one);
      if (allowed !== undefined && allowed !== null && typeof allowed !== 'object') written[name] = allowed;
    }
    return written;
  }

  /** One attribute: `undefined` when it may not be set, `null` when it is taken away. */
  one(tag: string, name: string, value: unknown): AttributeValue | StyleChanges | null | undefined {
    const lower = name.toLowerCase();
    const kind = ATTRIBUTE_NAME.test(name) ? attributeKind(tag, lower) : undefined;
    if (kind === undefined || lower === OPEN_MODE) return undefined;
    if (value === null) return null;
    if (kind === 'style' && isFields(value)) return this.#changes(value);
    if (kind === 'flag') return value === false ? undefined : '';
    if (kind === 'measure' && typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    const text = textOf(value);
    const longest = kind === 'sheet' ? FIREWALL_LIMITS.styleCharacters : FIREWALL_LIMITS.attributeCharacters;
    if (text === undefined || text.length > longest) return undefined;
    return this.#text(tag, kind, lower, text);
  }

  #text(tag: string, kind: AttributeKind, name: string, text: string): string | undefined {
    switch (kind) {
      case 'word':
        // A password field of somebody else’s page could be mistaken for one of ours.
        if (name === 'type' && tag === 'input')
          return text === 'password' || !INPUT_TYPES.has(text) ? 'text' : text;
        return hasShapeOf(kind, text) ? text : undefined;
      case 'flag':
      case 'number':
      case 'geometry':
      case 'measure':
        return hasShapeOf(kind, text) ? text : undefined;
      case 'names':
      case 'text':
      case 'value':
        return text;
      case 'style':
        return filterDeclarations(text, this.#policy);
      case 'paint':
        return filterValue(name, text, this.#policy);
      case 'sheet':
        return this.sheet(text);
      case 'reference':
        return text.startsWith('#') ? text : undefined;
      case 'image':
        return this.#imageAddress(text);
      case 'link':
        return /^https?:\/\//i.test(text) ? text : undefined;
    }
  }

  #changes(changes: Fields): StyleChanges {
    const written: Record<string, string | readonly [string, string] | false> = {};
    for (const [property, value] of Object.entries(changes).slice(0, PROPERTIES_MAX)) {
      const [text, priority] = Array.isArray(value) ? (value as unknown[]) : [value];
      if (text === false && this.property(property, 'inherit') !== undefined) written[property] = false;
      if (typeof text !== 'string') continue;
      const allowed = this.property(property, text);
      if (allowed !== undefined)
        written[property] = priority === 'important' ? [allowed, 'important'] : allowed;
    }
    return written;
  }
}
