import { PRIVACY_ATTRIBUTE, type PrivacySettings } from './privacy-settings.ts';
import { SensitiveFields } from './sensitive-fields.ts';

/** What holds for a node because of itself and of everything around it. */
export interface Privacy {
  /** Nothing of it leaves the page. */
  readonly blocked: boolean;
  /** Text, names and state leave as marks only; the outermost element for which that was said. */
  readonly masked: Element | undefined;
  /** The owner lets text be seen here. */
  readonly shown: boolean;
  /** The control whose value this is part of. */
  readonly control: Element | undefined;
}

const OUTSIDE: Privacy = { blocked: false, masked: undefined, shown: false, control: undefined };
const CONTROL_TAGS = new Set(
  'input textarea select option optgroup datalist output meter progress'.split(' '),
);
const CONTROL_ROLES =
  /(?:^|\s)(?:textbox|searchbox|combobox|spinbutton|slider|listbox|option|checkbox|radio|switch|menuitemcheckbox|menuitemradio)(?:\s|$)/i;
/** What never says anything to a reader, and may say a lot to a machine. */
const SILENT_TAGS = new Set([
  'noscript',
  'template',
  'object',
  'embed',
  'applet',
  'audio',
  'video',
  'canvas',
]);
/** A bound against a page that nests for ever. */
const ANCESTORS_MAX = 5_000;

const isElement = (node: Node): node is Element => node.nodeType === 1;

/** The node around a node as it is shown: slot, shadow host, frame. */
export function composedParent(node: Node): Node | null {
  if (node.nodeType === 9) {
    try {
      return (node as Document).defaultView?.frameElement ?? null;
    } catch {
      return null;
    }
  }
  if ('assignedSlot' in node && node.assignedSlot) return node.assignedSlot as HTMLSlotElement;
  const parent = node.parentNode;
  return parent && parent.nodeType === 11 && 'host' in parent ? (parent as ShadowRoot).host : parent;
}

function isCustomControl(element: Element): boolean {
  if (!element.localName.includes('-')) return false;
  const { constructor } = element as { constructor: unknown };
  const associated =
    typeof constructor === 'function' &&
    (constructor as { formAssociated?: unknown }).formAssociated === true;
  return associated || 'value' in element;
}

function isEditable(element: Element): boolean {
  const editable = element.getAttribute('contenteditable');
  return editable !== null && editable.trim().toLowerCase() !== 'false';
}

/** Whether the element holds a value of its own: a form control, an editor, a custom element with a value. */
export function isControl(element: Element): boolean {
  if (CONTROL_TAGS.has(element.localName) || isEditable(element) || isCustomControl(element)) return true;
  return CONTROL_ROLES.test(element.getAttribute('role') ?? '');
}

/**
 * Decides for each node of a page what may be seen of it. Masks and blocks go through shadow roots, slots and frames
 * of the same origin, and a node that was once masked or blocked stays so for the session, wherever it is moved.
 */
export class NodePrivacy {
  readonly #selectors: Record<'mask' | 'block' | 'show', string>;
  readonly #fields = new SensitiveFields();
  readonly #masked = new WeakMap<Node, Element>();
  readonly #blocked = new WeakSet<Node>();
  /** What was found in the tree that is being looked at; emptied when the page may have changed. */
  #known = new Map<Node, Privacy>();

  constructor(settings: PrivacySettings) {
    const list = (own: string, selectors: readonly string[]): string =>
      [`[${PRIVACY_ATTRIBUTE}~="${own}" i]`, ...selectors].join(',');
    this.#selectors = {
      mask: list('mask', settings.mask),
      block: list('block', settings.block),
      show: list('show', settings.show),
    };
  }

  /** The selector of blocked elements, for a recorder that leaves them out by itself. */
  get blockSelector(): string {
    return `${this.#selectors.block},alongside-widget`;
  }

  /** Forgets what was derived from the page's structure; what was decided for good stays. */
  forget(): void {
    this.#known = new Map();
  }

  /** Makes an element and all that is or comes inside unseen, for the session. */
  block(element: Element): void {
    this.#blocked.add(element);
    this.forget();
  }

  /** Marks what came into masked or blocked parts, even if it has left them since. */
  witness(records: readonly MutationRecord[]): void {
    this.forget();
    for (const { target, addedNodes } of records) {
      const { masked, blocked } = addedNodes.length > 0 ? this.of(target) : OUTSIDE;
      if (!masked && !blocked) continue;
      for (const added of addedNodes) this.#mark(added, masked, blocked);
    }
    this.forget();
  }

  #mark(node: Node, masked: Element | undefined, blocked: boolean): void {
    const queue = [node];
    for (let next = queue.pop(); next; next = queue.pop()) {
      if (masked) this.#masked.set(next, masked);
      if (blocked) this.#blocked.add(next);
      queue.push(...next.childNodes);
    }
  }

  /** Marks all that is inside of blocked parts, which no event will ever name. */
  markBlocked(root: ParentNode): void {
    for (const element of root.querySelectorAll(this.blockSelector)) this.#mark(element, undefined, true);
  }

  /** What holds for a node now. */
  of(node: Node): Privacy {
    const path: Node[] = [];
    let at: Node | null = node;
    while (at && !this.#known.has(at)) {
      path.push(at);
      at = path.length < ANCESTORS_MAX ? composedParent(at) : null;
    }
    let privacy = (at && this.#known.get(at)) ?? OUTSIDE;
    for (const next of path.reverse()) {
      privacy = this.#inside(privacy, next);
      this.#known.set(next, privacy);
    }
    return privacy;
  }

  #inside(around: Privacy, node: Node): Privacy {
    const own = isElement(node) ? this.#own(around, node) : this.#document(around, node);
    const masked = this.#masked.get(node) ?? own.masked;
    const blocked = own.blocked || this.#blocked.has(node);
    if (masked) this.#masked.set(node, masked);
    if (blocked) this.#blocked.add(node);
    return { ...own, masked, blocked };
  }

  #document(around: Privacy, node: Node): Privacy {
    if (node.nodeType !== 9) return around;
    const { designMode, documentElement } = node as Document;
    if (designMode === 'on') return { ...around, control: documentElement };
    const frame = composedParent(node);
    // Made by a script out of a string: letters, statements and tickets are shown this way.
    const isLetter = frame?.nodeType === 1 && (frame as Element).hasAttribute('srcdoc');
    return isLetter ? { ...around, masked: around.masked ?? (frame as Element) } : around;
  }

  #own(around: Privacy, element: Element): Privacy {
    const control = around.control ?? (isControl(element) ? element : undefined);
    const silent = SILENT_TAGS.has(element.localName) || isDrawingTitle(element);
    return {
      blocked: around.blocked || element.matches(this.blockSelector),
      masked: around.masked ?? (silent || element.matches(this.#selectors.mask) ? element : undefined),
      shown: around.shown || element.matches(this.#selectors.show),
      control,
    };
  }

  /** Whether the owner lets this very element be seen; what is around it does not matter. */
  isShownItself(element: Element): boolean {
    return element.matches(this.#selectors.show);
  }

  /** Whether a control is of the hard list, which nobody unmasks and nobody but the visitor writes in. */
  isSecret(control: Element): boolean {
    return this.#fields.includes(control);
  }

  /** Whether what an element shows is not to be seen: masked, blocked, or part of a value that does not leave. */
  hides(element: Element): boolean {
    const { masked, blocked, control } = this.of(element);
    return masked !== undefined || blocked || (control !== undefined && !this.showsValue(control));
  }

  /** Whether the value of a control may leave the page: only if the control itself was shown, and never if secret. */
  showsValue(control: Element): boolean {
    const { masked, blocked } = this.of(control);
    // Asked first, because being asked is how the hard list gets to know a control.
    const secret = this.#fields.includes(control);
    return !secret && !masked && !blocked && this.isShownItself(control);
  }
}

function isDrawingTitle(element: Element): boolean {
  return (
    /^(?:title|desc|metadata)$/.test(element.localName) &&
    element.namespaceURI === 'http://www.w3.org/2000/svg'
  );
}
