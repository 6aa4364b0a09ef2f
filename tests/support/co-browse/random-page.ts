/** Runs in the browser: changes the page at random, the same way for the same seed. */
export async function changeAtRandom(seed: number, steps: number): Promise<void> {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const words = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf'];
  const word = (): string => words[next(words.length)] ?? 'alpha';
  const root = document.querySelector('#root');
  if (!root) throw new Error('the page has no root');
  const known: Element[] = [root];
  const pick = (): Element => {
    // Now and then one that was taken away, to come back or to change unseen.
    const candidates = next(8) === 0 ? known : known.filter(({ isConnected }) => isConnected);
    return candidates[next(candidates.length)] ?? root;
  };
  const make = (): Element => {
    const made = document.createElement(['div', 'p', 'span', 'section', 'b'][next(5)] ?? 'div');
    if (next(12) === 0) made.setAttribute('data-alongside', 'mask');
    if (next(40) === 0) made.setAttribute('data-alongside', 'block');
    if (next(10) === 0 && /^(?:DIV|P|SECTION)$/.test(made.tagName))
      made.attachShadow({ mode: 'open' }).append(word());
    made.append(word());
    if (next(3) === 0) made.append(document.createElement('i'), ` ${word()} `);
    known.push(made);
    return made;
  };
  const childOf = (parent: Element): Node | null =>
    parent.childNodes[next(parent.childNodes.length + 1)] ?? null;
  const holds = (one: Node, other: Node): boolean => {
    for (let at: Node | null = other; at; at = at instanceof ShadowRoot ? at.host : at.parentNode)
      if (at === one) return true;
    return false;
  };
  const change = (): void => {
    const one = pick();
    switch (next(9)) {
      case 0:
      case 1:
        one.insertBefore(make(), childOf(one));
        break;
      case 2:
        // Small parts only, or little is left to compare.
        if (one !== root && one.querySelectorAll('*').length < 4) one.remove();
        break;
      case 3: {
        const to = pick();
        if (one !== root && !holds(one, to)) to.insertBefore(one, childOf(to));
        break;
      }
      case 4:
        if (one.firstChild instanceof Text) one.firstChild.data = `${word()} ${word()}`;
        break;
      case 5:
        one.className = next(3) === 0 ? '' : `${word()} ${word()}`;
        break;
      case 6:
        (one as HTMLElement).style.setProperty(
          ['color', 'margin-left'][next(2)] ?? 'color',
          ['red', '3px'][next(2)] ?? 'red',
        );
        break;
      case 7:
        if (one.firstChild instanceof Text && one.firstChild.length > 2) one.firstChild.splitText(2);
        break;
      default:
        one.shadowRoot?.append(make());
    }
  };
  for (let step = 0; step < steps; step += 1 + next(8)) {
    for (let many = next(8); many >= 0; many--) change();
    await new Promise(next(4) === 0 ? requestAnimationFrame : (done) => setTimeout(done));
  }
}

/**
 * Runs in the browser: puts into the page what pages are made of besides plain elements, and changes all of it at
 * random, the same way for the same seed: shadow roots in one another with sheets of their own, a frame, a modal
 * dialog, a popover, a scrolled list, a drawing that uses its own parts, and an editor.
 */
export async function changeKindsAtRandom(seed: number, steps: number): Promise<void> {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const root = document.querySelector('#root') ?? document.body;
  const put = (parent: ParentNode, tag: string, text = ''): HTMLElement => {
    const made = document.createElement(tag);
    if (text !== '') made.append(text);
    parent.append(made);
    return made;
  };
  const outer = put(root, 'section').attachShadow({ mode: 'open' });
  const inner = put(outer, 'div').attachShadow({ mode: 'open' });
  put(inner, 'slot');
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('p { color: green }');
  outer.adoptedStyleSheets = [sheet];
  const frame = put(root, 'iframe') as HTMLIFrameElement;
  const framed = put(frame.contentDocument?.body ?? root, 'h2', 'in the frame');
  const dialog = put(root, 'dialog', 'Sure?') as HTMLDialogElement;
  const popover = put(root, 'div', 'More');
  popover.popover = 'auto';
  const list = put(root, 'ol');
  list.style.cssText = 'height: 60px; overflow: auto';
  for (let row = 0; row < 40; row++) put(list, 'li', `row ${row}`);
  const SVG = 'http://www.w3.org/2000/svg';
  const drawing = document.createElementNS(SVG, 'svg');
  const symbol = document.createElementNS(SVG, 'g');
  symbol.id = 'mark';
  symbol.append(document.createElementNS(SVG, 'path'));
  drawing.append(symbol);
  root.append(drawing);
  const editor = put(root, 'div', 'typed');
  editor.contentEditable = 'true';
  const places: (() => (ParentNode & Node) | undefined)[] = [
    () => outer,
    () => inner,
    () => framed,
    () => dialog,
    () => popover,
    () => list,
    () => editor,
    () => root,
  ];
  const draw = (): void => {
    const used = document.createElementNS(SVG, 'use');
    used.setAttribute('href', '#mark');
    used.setAttribute('x', String(next(90)));
    drawing.append(used);
    symbol.firstElementChild?.setAttribute('d', `M0 0L${next(9)} ${next(9)}`);
    if (drawing.childElementCount > 9) drawing.lastElementChild?.previousElementSibling?.remove();
  };
  const changes: (() => void)[] = [
    () => put(places[next(places.length)]?.() ?? root, ['p', 'b', 'div'][next(3)] ?? 'p', `word ${next(99)}`),
    () => places[next(6)]?.()?.lastElementChild?.remove(),
    () => {
      const from = places[next(5)]?.()?.lastElementChild;
      const to = places[next(5)]?.();
      if (from && from.localName !== 'div' && to && !from.contains(to)) to.prepend(from);
    },
    () => {
      if (dialog.open) dialog.close();
      else if (next(2) === 0) dialog.showModal();
      else dialog.show();
    },
    () => popover.isConnected && popover.togglePopover(),
    () => list.scrollTo(0, next(400)),
    draw,
    () => editor.firstChild && (editor.firstChild.textContent = `typed ${next(99)}`),
    () =>
      next(2) === 0
        ? sheet.insertRule(`b { margin: ${next(9)}px }`)
        : sheet.cssRules[1] && sheet.deleteRule(1),
    () => {
      const host = put(inner, 'div');
      host.attachShadow({ mode: 'open' }).append(`late ${next(99)}`);
    },
  ];
  for (let step = 0; step < steps; step += 1 + next(4)) {
    for (let many = next(4); many >= 0; many--) changes[next(changes.length)]?.();
    await new Promise(next(4) === 0 ? requestAnimationFrame : (done) => setTimeout(done));
  }
  await new Promise((done) => setTimeout(done, 300));
}

/** Runs in the viewer: its page as text, alike for pages that are alike. */
export function treeShown(): string {
  const frame = document.querySelector<HTMLIFrameElement>('.stage iframe');
  const style = (text: string): string => text.replace(/\s/g, '').split(';').filter(Boolean).sort().join(';');
  const written = (node: Node): string => {
    if (node.nodeType === 3) return JSON.stringify(node.textContent);
    if (node.nodeType !== 1) return `<!${node.nodeType}>`;
    const element = node as Element;
    const attributes = [...element.attributes]
      .map(({ name, value }) => `${name}=${name === 'style' ? style(value) : value}`)
      .filter((one) => !/^(?:style|class)=$/.test(one))
      .sort();
    const { shadowRoot, scrollTop } = element;
    const sheets = [...(shadowRoot?.adoptedStyleSheets ?? [])].flatMap(({ cssRules }) => [...cssRules]);
    const rules = sheets.map(({ cssText }) => `{${cssText}}`).join('');
    const shadow = shadowRoot ? `#(${rules}${[...shadowRoot.childNodes].map(written).join('')})` : '';
    const inside =
      element.localName === 'iframe' ? (element as HTMLIFrameElement).contentDocument?.body : undefined;
    const children = [...element.childNodes, ...(inside ? [inside] : [])].map(written).join('');
    const states = [
      ...(element.matches(':modal') ? ['modal'] : []),
      ...(scrollTop > 0 ? [`at ${scrollTop}`] : []),
    ];
    return `<${[element.localName, ...attributes, ...states].join(' ')}>${shadow}${children}</>`;
  };
  const body = frame?.contentDocument?.querySelector('body');
  return body ? written(body) : '';
}
