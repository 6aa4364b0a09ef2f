import { MASK, maskPatterns } from '../lib/mask-page.ts';
import { attributeKind, type AttributeKind, hasShapeOf, INPUT_TYPES } from './attribute-kinds.ts';
import { Copies } from './copies.ts';
import type { ControlValues } from './control-values.ts';
import { filterDeclarations, filterStyleSheet, filterValue } from './css-filter.ts';
import type { NodePrivacy, Privacy } from './node-privacy.ts';
import type { AttributeValue, PageNode, StyleChanges } from './page-events.ts';
import { isOpenPopover } from './open-popovers.ts';
import { type Fields, fieldsOf, idOf, isFields, itemsOf, textOf } from './reading.ts';
import { maskText, type TextGuard } from './text-guard.ts';
import { OPEN_POPOVER } from './told-popovers.ts';

/** Deeper than the firewall lets through nothing has to be sent. */
const DEPTH_MAX = 500;
const CHILDREN_MAX = 150_000;
const SHEETS_KEPT_MAX = 200;
const SHEET_SPLIT = '/* rr_split */';
const TAG = /^[a-z][a-z0-9-]{0,63}$/;
const ATTRIBUTE_NAME = /^_?[a-zA-Z][\w:.-]{0,63}$/;
/** Whether something is chosen is what a control says. */
const STATES = new Set(['checked', 'selected', 'aria-checked', 'aria-selected', 'aria-pressed', 'multiple']);
/** Types that would show nothing instead of a mark. */
const STRICT_TYPES = new Set('number date month week time datetime-local email url password'.split(' '));

/** The page's side of rrweb's numbers. */
export interface NodeMirror {
  getNode(id: number): Node | null;
  getId(node: Node): number;
}

interface Parts {
  readonly privacy: NodePrivacy;
  readonly guard: TextGuard;
  readonly values: ControlValues;
  readonly mirror: NodeMirror;
}

/** Writes nodes, texts and attributes anew, out of nothing but what may cross. */
export class NodeScrubber {
  readonly #privacy: NodePrivacy;
  readonly #guard: TextGuard;
  readonly #values: ControlValues;
  readonly #mirror: NodeMirror;
  readonly #sheets = new Map<string, string>();
  readonly #copies: Copies;

  constructor({ privacy, guard, values, mirror }: Parts) {
    this.#privacy = privacy;
    this.#guard = guard;
    this.#values = values;
    this.#mirror = mirror;
    this.#copies = new Copies(guard, values);
  }

  /** Lets the guards learn of all controls of a tree before any text of it is judged. */
  meet(serialized: unknown, depth = 0): void {
    const fields = fieldsOf(serialized);
    const node = this.#nodeOf(fields['id']);
    if (node?.nodeType === 1) this.#values.meet(node as Element);
    if (depth > DEPTH_MAX) return;
    for (const child of itemsOf(fields['childNodes'], CHILDREN_MAX)) this.meet(child, depth + 1);
  }

  #nodeOf(id: unknown): Node | null {
    const known = idOf(id);
    return known === undefined ? null : this.#mirror.getNode(known);
  }

  /** A serialised node as it may cross; `undefined` when nothing is known of it. */
  node(serialized: unknown, depth = 0): PageNode | undefined {
    const fields = fieldsOf(serialized);
    const id = idOf(fields['id']);
    const live = this.#nodeOf(id);
    if (id === undefined || !live) return undefined;
    const rootId = idOf(fields['rootId']);
    const base = {
      id,
      ...(rootId === undefined ? {} : { rootId }),
      ...(fields['isShadow'] === true ? { isShadow: true as const } : {}),
    };
    switch (fields['type']) {
      case 0:
        return {
          type: 0,
          ...(fields['compatMode'] === 'BackCompat' ? { compatMode: 'BackCompat' as const } : {}),
          childNodes: this.#children(fields, depth),
          ...base,
        };
      case 1:
        return { type: 1, name: 'html', publicId: '', systemId: '', ...base };
      case 2:
        return this.#element(fields, live, base, depth);
      case 3:
        return { type: 3, textContent: this.text(live, textOf(fields['textContent']) ?? ''), ...base };
      case 4:
      case 5:
        return { type: 5, textContent: '', ...base };
      default:
        return undefined;
    }
  }

  #children(fields: Fields, depth: number): PageNode[] {
    if (depth >= DEPTH_MAX) return [];
    return itemsOf(fields['childNodes'], CHILDREN_MAX).flatMap((child) => this.node(child, depth + 1) ?? []);
  }

  #element(fields: Fields, live: Node, base: { id: number }, depth: number): PageNode | undefined {
    if (live.nodeType !== 1) return undefined;
    const element = live as Element;
    const tag = textOf(fields['tagName']) ?? '';
    const { blocked } = this.#privacy.of(element);
    return {
      type: 2,
      tagName: TAG.test(tag) ? tag : 'span',
      attributes: blocked
        ? this.#box(element)
        : this.#attributes(element, tag, fieldsOf(fields['attributes'])),
      childNodes: blocked ? [] : this.#children(fields, depth),
      ...(fields['isSVG'] === true ? { isSVG: true as const } : {}),
      ...(fields['isShadowHost'] === true && !blocked ? { isShadowHost: true as const } : {}),
      ...base,
    };
  }

  /** What stands for a blocked element: its size. */
  #box(element: Element): Record<string, AttributeValue> {
    const { width, height } = element.getBoundingClientRect();
    return { rr_width: `${Math.round(width)}px`, rr_height: `${Math.round(height)}px` };
  }

  #attributes(element: Element, tag: string, fields: Fields): Record<string, AttributeValue> {
    const written: Record<string, AttributeValue> = {};
    for (const [name, value] of Object.entries(fields)) {
      const scrubbed = this.attribute(element, tag, name, value);
      if (scrubbed !== undefined && scrubbed !== null && typeof scrubbed !== 'object')
        written[name] = scrubbed;
    }
    // The attribute says what was there first, the property what is there now.
    const value = this.value(element);
    if (value === undefined) delete written['value'];
    else written['value'] = value;
    const { currentSrc } = element as HTMLImageElement;
    if (tag === 'img' && currentSrc !== '') {
      // Which of the images that it offers is shown.
      const src = this.attribute(element, tag, 'src', currentSrc);
      if (typeof src === 'string') written['src'] = src;
    }
    return written;
  }

  /** What a control shows: its value where that is allowed, a mark where it is not, nothing where it is empty. */
  value(element: Element): string | undefined {
    if (!/^(?:input|textarea|select)$/.test(element.localName)) return undefined;
    const { value, type } = element as HTMLInputElement;
    if (value === '' || type === 'checkbox' || type === 'radio') return undefined;
    return this.controlText(element, value);
  }

  /** Text that is or becomes the value of a control. */
  controlText(control: Element, text: string): string {
    if (text.trim() === '') return text === '' ? '' : ' ';
    if (!this.#privacy.showsValue(control)) return MASK;
    // The owner lets this field be seen: an address in it is meant to be, a card or account number never is.
    const isNumber = /\d/.test(text) && maskPatterns(text.replace(/@/g, ' ')) !== text.replace(/@/g, ' ');
    const isPhone = /^\+?[\d\s()./-]{6,20}$/.test(text) && !/\d{13}/.test(text.replace(/\D/g, ''));
    return isNumber && !isPhone ? MASK : text;
  }

  /** A text node's content as it may cross; `isNew` when it came or changed while being watched. */
  text(live: Node, content: string, isNew = false): string {
    const parent = live.parentNode;
    const tag = parent?.nodeType === 1 ? (parent as Element).localName : '';
    const privacy = this.#privacy.of(live);
    if (privacy.blocked || tag === 'script') return '';
    if (tag === 'style') return this.sheet(content);
    if (content.trim() === '') return content.slice(0, 200);
    if (privacy.control) return this.controlText(privacy.control, content);
    if (privacy.masked) {
      this.#copies.remember(content);
      return maskText(content);
    }
    if ((this.#guard.isStrict && !privacy.shown) || this.#copies.includes(live, content, isNew))
      return maskText(content);
    return this.#guard.text(content);
  }

  /** A style sheet's text; the same sheet is filtered once. */
  sheet(content: string): string {
    this.#guard.about = undefined;
    const known = this.#sheets.get(content);
    if (known !== undefined) return known;
    const parts = content.split(SHEET_SPLIT).map((part) => filterStyleSheet(part, this.#guard));
    const filtered = parts.join(SHEET_SPLIT);
    if (this.#sheets.size >= SHEETS_KEPT_MAX) this.#sheets.clear();
    this.#sheets.set(content, filtered);
    return filtered;
  }

  /** An attribute as it may cross: `undefined` for one that may not, `null` for one that is gone. */
  attribute(
    element: Element,
    tag: string,
    name: string,
    value: unknown,
  ): AttributeValue | StyleChanges | null | undefined {
    const lower = name.toLowerCase();
    const kind = ATTRIBUTE_NAME.test(name) ? attributeKind(tag, lower) : undefined;
    this.#guard.about = element;
    if (kind === undefined) return undefined;
    if (value === null) return null;
    if (kind === 'style' && isFields(value)) return this.#styleChanges(value);
    if (value === true || typeof value === 'number') {
      if (kind === 'measure') return typeof value === 'number' ? value : undefined;
      return kind === 'flag' ? this.#flag(this.#privacy.of(element), lower) : undefined;
    }
    const text = lower === 'popover' && isOpenPopover(element) ? OPEN_POPOVER : textOf(value);
    return text === undefined ? undefined : this.#attributeText(element, kind, lower, text);
  }

  #flag(privacy: Privacy, name: string): '' | undefined {
    if (!STATES.has(name)) return '';
    const { masked, control } = privacy;
    const hidden = masked !== undefined || (control !== undefined && !this.#privacy.showsValue(control));
    return hidden ? undefined : '';
  }

  #attributeText(element: Element, kind: AttributeKind, name: string, value: string): string | undefined {
    const guard = this.#guard;
    switch (kind) {
      case 'flag':
        return this.#flag(this.#privacy.of(element), name);
      case 'word':
        return this.#word(element, name, value);
      case 'number':
      case 'geometry':
        return hasShapeOf(kind, value) && !guard.isTainted(value) ? value : undefined;
      case 'measure':
        return hasShapeOf(kind, value) ? value : undefined;
      case 'names':
        return value
          .split(/\s+/)
          .map((one) => (one === '' ? '' : guard.rename(one)))
          .join(' ')
          .trim();
      case 'style':
        return filterDeclarations(value, guard);
      case 'paint':
        return filterValue(name, value, guard);
      case 'reference':
        return value.startsWith('#') ? guard.url(value) : undefined;
      case 'image':
        return guard.url(value);
      case 'link':
        return guard.address(value);
      case 'text':
        return this.#labelText(element, name, value);
      case 'value':
        return this.controlText(element, value);
      case 'sheet':
        return this.sheet(value);
    }
  }

  #word(element: Element, name: string, value: string): string | undefined {
    if (name === 'type' && element.localName === 'input') {
      const type = value.trim().toLowerCase();
      const isKnown = INPUT_TYPES.has(type) && (!STRICT_TYPES.has(type) || this.#privacy.showsValue(element));
      return isKnown ? type : 'text';
    }
    if (!hasShapeOf('word', value) || this.#guard.isTainted(value)) return undefined;
    return STATES.has(name) && this.#flag(this.#privacy.of(element), name) === undefined ? undefined : value;
  }

  /** Names and hints for people cross only from an element that was itself shown. */
  #labelText(element: Element, name: string, value: string): string | undefined {
    const { masked, control } = this.#privacy.of(element);
    if (masked || !this.#privacy.isShownItself(element)) return undefined;
    if (control && !this.#privacy.showsValue(control)) return undefined;
    return name === 'label' && !control ? undefined : this.#guard.text(value);
  }

  #styleChanges(changes: Fields): StyleChanges {
    const written: Record<string, string | readonly [string, string] | false> = {};
    for (const [property, value] of Object.entries(changes)) {
      const [text, priority] = Array.isArray(value) ? (value as unknown[]) : [value];
      if (text === false) written[property] = false;
      if (typeof text !== 'string') continue;
      const filtered = filterValue(property, text, this.#guard);
      if (filtered === undefined) continue;
      written[property] = priority === 'important' ? [filtered, 'important'] : filtered;
    }
    return written;
  }
}
