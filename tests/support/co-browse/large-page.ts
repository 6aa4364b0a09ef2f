/** Run in the browser: a page with about as many nodes as asked for, deep, wide and with shadow roots. */
export function buildLargePage(nodes: number): void {
  let count = 0;
  const make = (tag: string, text = ''): Element => {
    const made = document.createElement(tag);
    count += text === '' ? 1 : 2;
    if (text !== '') made.append(text);
    return made;
  };
  const place = document.querySelector('#root') ?? document.body;
  const wide = make('ol');
  for (let row = 0; count < nodes / 5; row++) wide.append(make('li', `row ${row}`));
  place.append(wide);
  for (let section = 0; count < nodes; section++) {
    const list = make('ul');
    for (let row = 0; row < 100; row++) {
      const item = make('li');
      item.append(make('b', `name ${section}`), make('span', ` price ${row} `), make('i', 'open'));
      list.append(item);
    }
    const host = make('div');
    host.attachShadow({ mode: 'open' }).append(make('p', `shadow ${section}`));
    let deep = host;
    for (let level = 0; level < 30; level++) {
      const inner = make('div', `level ${level}`);
      deep.append(inner);
      deep = inner;
    }
    place.append(list, host);
  }
}

/** Runs in the browser: puts in, moves and takes away parts of the page, over and over, the same way for a seed. */
export async function stirLargePage(seed: number, rounds: number): Promise<void> {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const place = document.querySelector('#root') ?? document.body;
  for (let round = 0; round < rounds; round++) {
    const all = place.querySelectorAll('li, ul, div');
    const pick = (): Element => all[next(all.length)] ?? place;
    const one = pick();
    const other = pick();
    const wide = place.querySelector('ol');
    switch (next(5)) {
      case 0:
        other.prepend(`new ${round}`);
        break;
      case 1:
        if (!one.contains(other)) other.append(one);
        break;
      case 2:
        if (one.localName === 'li') one.remove();
        break;
      case 3: {
        const made = document.createElement('li');
        made.append(`late ${round}`, document.createElement('em'));
        wide?.insertBefore(made, wide.children[next(wide.children.length)] ?? null);
        break;
      }
      default:
        one.replaceChildren(...[...one.childNodes].reverse());
    }
    if (next(3) === 0) await new Promise((done) => setTimeout(done, next(10)));
  }
}

/** Runs in the browser: changes styles and texts of many elements in each frame for so long. */
export async function stormOn(milliseconds: number): Promise<number> {
  const all = [...document.querySelectorAll<HTMLElement>('li')].slice(0, 4_000);
  const end = performance.now() + milliseconds;
  let frames = 0;
  while (performance.now() < end) {
    frames++;
    for (const [index, one] of all.entries()) {
      one.style.setProperty('margin-left', `${(frames + index) % 9}px`);
      one.className = `c${(frames + index) % 7}`;
    }
    const fresh = document.createElement('p');
    fresh.append(`frame ${frames}`);
    document.querySelector('#root')?.append(fresh);
    await new Promise((done) => setTimeout(done, 16));
  }
  return frames;
}
