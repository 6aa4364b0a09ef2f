import { describe, expect, test } from 'vitest';
import { FIREWALL_LIMITS, readFrame } from './firewall-limits.ts';
import type { PageEvent } from './page-events.ts';
import { StreamFirewall } from './stream-firewall.ts';

const ASSETS = 'https://cdn.test';

function element(id: number, tagName: string, attributes: object = {}, childNodes: unknown[] = []) {
  return { type: 2, id, tagName, attributes, childNodes };
}

function snapshot(...inBody: unknown[]) {
  const html = element(3, 'html', {}, [element(4, 'head'), element(5, 'body', {}, inBody)]);
  return {
    type: 2,
    timestamp: 1,
    data: { node: { type: 0, id: 1, childNodes: [html] }, initialOffset: { top: 0, left: 0 } },
  };
}

const change = (data: object) => ({ type: 3, timestamp: 2, data });
const mutation = (lists: object) =>
  change({ source: 0, texts: [], attributes: [], removes: [], adds: [], ...lists });

function opened(...inBody: unknown[]) {
  const firewall = new StreamFirewall([ASSETS]);
  return { firewall, first: firewall.accept(snapshot(...inBody)) };
}

/** What is in the body of a snapshot that was let through. */
function bodyOf(event: PageEvent | undefined): unknown {
  const text = JSON.stringify(event);
  return (JSON.parse(text) as ReturnType<typeof snapshot>).data.node.childNodes[0]?.childNodes[1];
}

describe('[T2] what a page may be made of', () => {
  const tags = [
    'script',
    'SCRIPT',
    'object',
    'embed',
    'base',
    'meta',
    'link',
    '__proto__',
    '',
    'font-face',
    'a b',
    'x:y',
  ];
  for (const tag of tags) {
    test(`<${tag}> keeps a place only, its neighbours stay`, () => {
      const { first } = opened(
        element(10, tag, {}, [{ type: 3, id: 11, textContent: 'top.x=1' }]),
        element(12, 'p'),
      );
      expect(bodyOf(first)).toMatchObject({
        childNodes: [
          { type: 5, id: 10 },
          { tagName: 'p', id: 12 },
        ],
      });
      expect(JSON.stringify(first)).not.toContain('top.x');
    });
  }

  const attributes: [string, object, object][] = [
    ['img', { onerror: 'x', src: 'https://evil.test/a' }, {}],
    ['img', { src: `${ASSETS}/a.png` }, { src: `${ASSETS}/a.png` }],
    ['img', { src: 'data:image/svg+xml,<svg onload=x>' }, {}],
    ['iframe', { src: 'https://evil.test/', srcdoc: '<script>', rr_src: 'x' }, {}],
    ['canvas', { rr_dataURL: 'https://evil.test/' }, {}],
    ['a', { href: 'javascript:x' }, {}],
    ['a', { href: 'https://shop.test/a' }, { href: 'https://shop.test/a' }],
    ['input', { type: 'password', autofocus: '' }, { type: 'text' }],
    [
      'div',
      { title: { toString: 'x' }, is: 'x-y', style: 'background:url(//evil.test)' },
      { style: 'background:none;' },
    ],
    ['dialog', { open: '', rr_open_mode: 'modal' }, { open: '', 'aria-modal': 'true' }],
    ['dialog', { open: '', rr_open_mode: 'non-modal' }, { open: '' }],
  ];
  for (const [tag, sent, kept] of attributes) {
    test(`<${tag}> ${JSON.stringify(sent)} keeps ${JSON.stringify(kept)}`, () => {
      const { first } = opened(element(10, tag, sent));
      expect(bodyOf(first)).toMatchObject({ childNodes: [{ attributes: kept }] });
      expect(
        Object.keys(
          (bodyOf(first) as { childNodes: { attributes: object }[] }).childNodes[0]?.attributes ?? {},
        ),
      ).toEqual(Object.keys(kept));
    });
  }

  test('events of canvases, fonts, plugins and unknown kinds do not pass', () => {
    const { firewall } = opened();
    for (const source of [7, 9, 10, 11, 12, 16, 99])
      expect(firewall.accept(change({ source, id: 5 }))).toBeUndefined();
    for (const type of [0, 1, 5, 6, 7, 8, 99, 'x', null]) {
      expect(firewall.accept({ type, timestamp: 1, data: {} })).toBeUndefined();
    }
  });

  test('changes meet the same rules as snapshots', () => {
    const { firewall } = opened(element(10, 'iframe'), element(11, 'img'));
    const attributesOf = (id: number, sent: object) =>
      firewall.accept(mutation({ attributes: [{ id, attributes: sent }] }));
    expect(attributesOf(10, { src: 'https://evil.test' })).toBeUndefined();
    expect(attributesOf(11, { onerror: 'x', src: 'https://evil.test' })).toBeUndefined();
    expect(attributesOf(11, { class: 'a' })).toMatchObject({
      data: { attributes: [{ attributes: { class: 'a' } }] },
    });
  });
});

describe('[T4] sizes and references', () => {
  test('what refers to nothing is left out, and never waits', () => {
    const { firewall } = opened(element(10, 'div'));
    const node = element(50, 'p');
    expect(firewall.accept(mutation({ adds: [{ parentId: 9_000, nextId: 8_000, node }] }))).toBeUndefined();
    expect(firewall.accept(mutation({ adds: [{ parentId: -1, nextId: -1, node }] }))).toBeUndefined();
    expect(firewall.accept(mutation({ adds: [{ parentId: 10, nextId: 4, node }] }))).toMatchObject({
      data: { adds: [{ parentId: 10, nextId: null }] },
    });
    expect(firewall.accept(mutation({ adds: [{ parentId: 10, nextId: null, node }] }))).toBeUndefined();
    expect(firewall.accept(mutation({ removes: [{ parentId: 5, id: 10 }] }))).toBeDefined();
    expect(firewall.nodes).toBe(4);
    expect(firewall.accept(mutation({ texts: [{ id: 50, value: 'x' }] }))).toBeUndefined();
  });

  test('the document of a frame names no root, what is in it names the document', () => {
    const { firewall } = opened(element(10, 'iframe'));
    const document = { type: 0, id: 20, rootId: 20, childNodes: [element(21, 'html')] };
    const attached = {
      source: 0,
      isAttachIframe: true,
      adds: [{ parentId: 10, nextId: null, node: document }],
    };
    const text = JSON.stringify(firewall.accept(mutation(attached)));
    expect(text).toContain('"id":21,"rootId":20');
    expect(text).not.toContain('"id":20,"rootId"');
  });

  test('an addition is one node: what is inside of it would be there for this, and not for a player', () => {
    const { firewall } = opened(element(10, 'div'));
    const nested = element(20, 'p', {}, [element(21, 'b')]);
    expect(firewall.accept(mutation({ adds: [{ parentId: 10, nextId: null, node: nested }] }))).toMatchObject(
      {
        data: { adds: [{ node: { id: 20, childNodes: [] } }] },
      },
    );
    const before = { parentId: 20, nextId: 21, node: element(22, 'i') };
    expect(firewall.accept(mutation({ adds: [before] }))).toMatchObject({
      data: { adds: [{ nextId: null }] },
    });
    const inside = { parentId: 21, nextId: null, node: element(23, 'i') };
    expect(firewall.accept(mutation({ adds: [inside] }))).toBeUndefined();
  });

  test('an event brings 5,000 nodes at most, so that reading one takes no longer; the next brings more', () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => element(100 + index, 'p'));
    const { firewall, first } = opened(...rows);
    expect(firewall.nodes).toBe(FIREWALL_LIMITS.nodesPerEvent);
    expect((bodyOf(first) as { childNodes: unknown[] }).childNodes).toHaveLength(5_000 - 4);
    const more = { parentId: 5, nextId: null, node: element(60_000, 'p') };
    expect(firewall.accept(mutation({ adds: [more] }))).toBeDefined();
  });

  test('a page nests 512 deep and no deeper', () => {
    let node: unknown = element(2_000, 'i');
    for (let id = 1_999; id > 1_000; id--) node = element(id, 'div', {}, [node]);
    const { firewall } = opened(node);
    expect(firewall.nodes).toBe(FIREWALL_LIMITS.depth + 1);
  });

  test('frames that are too large, too deep or no list are not read', () => {
    expect(readFrame('['.repeat(20_000))).toBeUndefined();
    expect(readFrame('{}')).toBeUndefined();
    expect(readFrame('\u0001\u0002garbage')).toBeUndefined();
    expect(readFrame(`["${'x'.repeat(FIREWALL_LIMITS.frameCharacters)}"]`)).toBeUndefined();
    expect(readFrame('[{"a":"[[[["}]')).toEqual([{ a: '[[[[' }]);
  });

  test('too many changes at once are no change', () => {
    const { firewall } = opened();
    const texts = Array.from({ length: 5_001 }, () => ({ id: 5, value: '' }));
    expect(firewall.accept(mutation({ texts }))).toBeUndefined();
  });

  test("only a constructed sheet is replaced as a whole; for an element's own it would throw", () => {
    const { firewall } = opened(element(10, 'style', { _cssText: 'a{}' }));
    const whole = { replace: 'b{}', replaceSync: 'c{}' };
    const own = firewall.accept(change({ source: 8, id: 10, ...whole }));
    expect(JSON.stringify(own)).not.toContain('replace');
    const constructed = firewall.accept(change({ source: 8, styleId: 1, ...whole }));
    expect(constructed).toMatchObject({ data: { styleId: 1, replaceSync: 'c{}' } });
  });

  test('style sheets share one allowance', () => {
    const { firewall } = opened(element(10, 'style', { _cssText: 'a{color:red}' }));
    const rule = `a{color:${'x'.repeat(1_000_000)}}`;
    const lengths = [1, 2, 3].map(() => {
      const event = firewall.accept(change({ source: 8, id: 10, adds: [{ rule, index: 0 }] }));
      return JSON.stringify(event).length > 1_000;
    });
    expect(lengths).toEqual([true, true, false]);
  });

  test('hostile shapes throw nothing', () => {
    const { firewall } = opened(element(10, 'input'), element(10, 'p'), { type: 2, id: 12 }, null, 7, []);
    const shapes: unknown[] = [
      undefined,
      null,
      7,
      'x',
      [],
      {},
      { type: 3 },
      { type: 2, timestamp: 1, data: { node: null } },
      change({ source: 0 }),
      change({ source: 0, adds: 'x', texts: [null], removes: {}, attributes: [7] }),
      change({ source: 5, id: 10, text: { a: 1 }, isChecked: 'x' }),
      change({ source: 1, positions: [null, {}] }),
      { type: 4, timestamp: Number.NaN, data: {} },
      { type: 4, timestamp: 1 },
    ];
    for (const shape of shapes) expect(() => firewall.accept(shape)).not.toThrow();
  });
});

describe('[T5] and the one who watches', () => {
  test('focus never moves, sizes stay in bounds, an address that runs is none', () => {
    const { firewall } = opened(element(10, 'input'));
    expect(firewall.accept(change({ source: 2, type: 5, id: 10 }))).toBeUndefined();
    const meta = { type: 4, timestamp: 1, data: { href: 'javascript:x', width: 1e9, height: -1 } };
    expect(firewall.accept(meta)).toMatchObject({
      data: { href: '', width: FIREWALL_LIMITS.viewportPixels, height: 1 },
    });
  });
});

test('[T6] keys that reach a prototype are not copied', () => {
  const { firewall } = opened(
    element(10, 'style', JSON.parse('{"_cssText":"a{}","__proto__":{"polluted":1}}') as object),
  );
  const style: unknown = JSON.parse('{"__proto__":"red","constructor":"red","color":"red"}');
  const event = firewall.accept(mutation({ attributes: [{ id: 10, attributes: { style } }] }));
  expect(JSON.stringify(event)).not.toContain('__proto__');
  expect('polluted' in {}).toBe(false);
});
