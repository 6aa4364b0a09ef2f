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
        if (one !== root && !one.contains(to)) to.insertBefore(one, childOf(to));
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
    const shadow = element.shadowRoot ? `#(${[...element.shadowRoot.childNodes].map(written).join('')})` : '';
    const children = [...element.childNodes].map(written).join('');
    return `<${[element.localName, ...attributes].join(' ')}>${shadow}${children}</>`;
  };
  const body = frame?.contentDocument?.querySelector('body');
  return body ? written(body) : '';
}
