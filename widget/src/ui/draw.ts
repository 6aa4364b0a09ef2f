/**
 * What the panel uses of Preact's interface, in a quarter of its bytes. The build and the widget's tests put this
 * module in place of `preact` and `preact/jsx-runtime` (tools/build/renderer.ts); types are Preact's. Reasons and
 * what is left out: docs/adr/0013.
 *
 * A change of state draws the whole tree anew from its root: the panel is one screen, and what is long in it (the
 * bubbles) says by `shouldComponentUpdate` that it stays.
 */
type Properties = Record<string, unknown>;

/** An element, a component or (with the type '') a text, as JSX or a child describes it. */
class Description {
  readonly type: string | ComponentType;
  readonly props: Properties;
  readonly key: string | number | undefined;

  constructor(type: string | ComponentType, props: Properties, key?: string | number) {
    this.type = type;
    this.props = props;
    this.key = key;
  }
}

/** What stands on the page for a description. */
interface Drawn {
  type: string | ComponentType;
  props: Properties;
  /** By place: the index or key in the description's children, with that of each list around it. */
  children: Map<string, Drawn>;
  node?: ChildNode;
  component?: Component;
}

interface ComponentType {
  (props: Properties): unknown;
  new (props: Properties): Component;
  prototype?: { render?: unknown };
}

interface Root {
  drawn: Drawn;
  described: unknown;
  failed: ((error: unknown) => void) | undefined;
}

const SVG = 'http://www.w3.org/2000/svg';
const roots = new Map<Element, Root>();
/** The node before which the next one belongs; what is drawn in its place already stays untouched. */
let cursor: ChildNode | null = null;
/** What components want to do once all is drawn. */
let afterwards: (() => void)[] = [];
let isDrawing = false;
let isQueued = false;

export function jsx(type: string | ComponentType, props: Properties, key?: string | number): Description {
  return new Description(type, props, key);
}
export { jsx as jsxs, jsx as jsxDEV };

export function Fragment({ children }: Properties): unknown {
  return children;
}

export function createRef(): { current: unknown } {
  return { current: null };
}

/** The base of components with a state. Of the hooks those below are called; `state` changes at once. */
export class Component {
  props: Properties;
  state: Properties = {};
  isForced = false;

  constructor(props: Properties) {
    this.props = props;
  }

  setState(change: Properties): void {
    this.state = { ...this.state, ...change };
    queue();
  }

  forceUpdate(): void {
    this.isForced = true;
    queue();
  }

  declare render: () => unknown;
  declare shouldComponentUpdate?: (next: Properties) => boolean;
  declare componentDidMount?: () => void;
  declare getSnapshotBeforeUpdate?: (before: Properties, state: Properties) => unknown;
  declare componentDidUpdate?: (before: Properties, state: Properties, snapshot: unknown) => void;
  declare componentWillUnmount?: () => void;
}

function queue(): void {
  if (isQueued) return;
  isQueued = true;
  queueMicrotask(() => {
    isQueued = false;
    for (const parent of roots.keys()) draw(parent);
  });
}

/**
 * Draws `described` as all that there is in `parent`; null takes it away. A fault goes to `failed`, or is thrown
 * where there is none, and leaves nothing half drawn: the next change draws it from the beginning.
 */
export function render(described: unknown, parent: Element, failed?: (error: unknown) => void): void {
  roots.set(parent, { drawn: roots.get(parent)?.drawn ?? nothing(''), described, failed });
  // A node that is taken away may tell so, and who hears it may want to draw.
  if (isDrawing) queue();
  else draw(parent);
}

function nothing(type: Drawn['type']): Drawn {
  return { type, props: {}, children: new Map() };
}

function draw(parent: Element): void {
  const root = roots.get(parent);
  if (!root) return;
  isDrawing = true;
  try {
    cursor = parent.firstChild;
    drawChildren(root.drawn, parent, root.described);
    isDrawing = false;
    for (const each of afterwards.splice(0)) each();
  } catch (error) {
    afterwards = [];
    root.drawn = nothing('');
    parent.replaceChildren();
    if (!root.failed) throw error;
    root.failed(error);
  } finally {
    isDrawing = false;
    if (root.described === null) roots.delete(parent);
  }
}

/** Lists what is described, each under its place, so that what comes and goes beside it changes nothing. */
function list(described: unknown, place: string, into: Map<string, Description>): void {
  if (described instanceof Array) {
    described.forEach((each: unknown, index) => {
      const key = each instanceof Description ? each.key : undefined;
      list(each, `${place},${key === undefined ? index : `${typeof key}${key}`}`, into);
    });
  } else if (described instanceof Description) into.set(place, described);
  else if (typeof described === 'string' || typeof described === 'number')
    into.set(place, new Description('', { text: String(described) }));
}

function drawChildren(drawn: Drawn, parent: Element, described: unknown): void {
  const wanted = new Map<string, Description>();
  list(described, '', wanted);
  const before = drawn.children;
  drawn.children = new Map();
  for (const [place, child] of before) {
    if (wanted.get(place)?.type === child.type) continue;
    remove(child);
    before.delete(place);
  }
  for (const [place, child] of wanted) {
    const same = before.get(place) ?? nothing(child.type);
    drawn.children.set(place, same);
    drawOne(same, parent, child.props);
  }
}

function remove({ children, component, node, props }: Drawn): void {
  component?.componentWillUnmount?.();
  const { ref } = props as { ref?: { current: unknown } };
  if (ref) ref.current = null;
  for (const child of children.values()) remove(child);
  if (node && node === cursor) cursor = node.nextSibling;
  node?.remove();
}

function put(node: ChildNode, parent: Element): void {
  if (node === cursor) cursor = node.nextSibling;
  else parent.insertBefore(node, cursor);
}

/** Puts all nodes of what has not changed. */
function keep({ node, children }: Drawn, parent: Element): void {
  if (node) put(node, parent);
  else for (const child of children.values()) keep(child, parent);
}

function drawOne(drawn: Drawn, parent: Element, props: Properties): void {
  const { props: before, type } = drawn;
  drawn.props = props;
  if (typeof type === 'string') drawNode(drawn, parent, before);
  else if (type.prototype?.render) drawComponent(drawn, parent, type);
  else drawChildren(drawn, parent, type(props));
}

function drawNode(drawn: Drawn, parent: Element, before: Properties): void {
  const { props, type } = drawn;
  if (type === '') {
    drawn.node ??= document.createTextNode('');
    if (props['text'] !== before['text']) drawn.node.nodeValue = props['text'] as string;
  } else {
    const element = (drawn.node ??= document.createElementNS(
      type === 'svg' ? SVG : parent.namespaceURI,
      type as string,
    )) as HTMLElement;
    const outer = cursor;
    cursor = element.firstChild;
    drawChildren(drawn, element, props['children']);
    cursor = outer;
    for (const name in { ...before, ...props }) setProperty(element, name, drawn, before);
  }
  put(drawn.node, parent);
}

function setProperty(element: HTMLElement, name: string, drawn: Drawn, before: Properties): void {
  const value = drawn.props[name];
  if (name === 'value') {
    // Compared with what stands there, which the person may have changed.
    const field = element as HTMLTextAreaElement;
    if (field.value !== value) field.value = value as string;
  } else if (name === 'children' || value === before[name]) {
    return;
  } else if (name === 'ref') {
    (value as { current: unknown }).current = element;
  } else if (name === 'style') {
    // As properties: an attribute would need the page's policy to allow it.
    for (const [key, each] of Object.entries(value as object)) element.style.setProperty(key, String(each));
  } else if (name.startsWith('on')) {
    if (name in before) return;
    element.addEventListener(name.slice(2).toLowerCase(), (event) => {
      (drawn.props[name] as ((event: Event) => void) | undefined)?.(event);
    });
  } else if (value === undefined || value === null || (value === false && !name.startsWith('aria-'))) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true && !name.startsWith('aria-') ? '' : (value as string));
  }
}

function drawComponent(drawn: Drawn, parent: Element, type: ComponentType): void {
  const { component: known, props } = drawn;
  const component = (drawn.component ??= new type(props));
  const { props: before, state } = component;
  const stays = known && !known.isForced && known.shouldComponentUpdate?.(props) === false;
  component.props = props;
  if (stays) {
    keep(drawn, parent);
    return;
  }
  component.isForced = false;
  const described = component.render();
  const snapshot = known?.getSnapshotBeforeUpdate?.(before, state);
  drawChildren(drawn, parent, described);
  afterwards.push(() => {
    if (known) component.componentDidUpdate?.(before, state, snapshot);
    else component.componentDidMount?.();
  });
}
