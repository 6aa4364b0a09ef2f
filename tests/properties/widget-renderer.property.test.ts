// @vitest-environment happy-dom
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type * as Preact from 'preact';
import * as draw from '../../widget/src/ui/draw.ts';

/** Preact itself, past the plugin that puts our renderer in its place. */
const preact = (await import(
  /* @vite-ignore */ pathToFileURL(createRequire(import.meta.url).resolve('preact')).href
)) as typeof Preact;

const SEED = Number(process.env['DRAW_SEED'] ?? Date.now() % 1_000_000);
const RUNS = 400;

/** A tree as both renderers are given it. */
type Node =
  | { kind: 'text'; text: string | number }
  | { kind: 'nothing'; value: null | false | undefined }
  | { kind: 'element'; tag: string; attributes: Record<string, unknown>; children: Node[] }
  | { kind: 'list'; keys: number[]; tag: string }
  | { kind: 'function'; children: Node[] }
  | { kind: 'class'; children: Node[] };

const attributes = fc.record(
  {
    class: fc.constantFrom('one', 'two'),
    hidden: fc.boolean(),
    'aria-label': fc.string({ minLength: 1, maxLength: 4 }),
    'aria-busy': fc.boolean(),
    'data-part': fc.constantFrom('a', 'b', null),
  },
  { requiredKeys: [] },
);

const { tree } = fc.letrec<{ tree: Node; children: Node[] }>((tie) => ({
  children: fc.array(tie('tree'), { maxLength: 4 }),
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('text' as const), text: fc.oneof(fc.string({ maxLength: 5 }), fc.nat(9)) }),
    fc.record({
      kind: fc.constant('nothing' as const),
      value: fc.constantFrom<null | false | undefined>(null, false, undefined),
    }),
    fc.record({
      kind: fc.constant('element' as const),
      tag: fc.constantFrom('p', 'div', 'button'),
      attributes,
      children: tie('children'),
    }),
    fc.record({
      kind: fc.constant('element' as const),
      tag: fc.constant('svg'),
      attributes: fc.record({ viewBox: fc.constantFrom('0 0 1 1', '0 0 2 2') }),
      children: fc.constant<Node[]>([
        { kind: 'element', tag: 'path', attributes: { d: 'M0 0' }, children: [] },
      ]),
    }),
    fc.record({
      kind: fc.constant('list' as const),
      keys: fc.uniqueArray(fc.nat(12), { maxLength: 8 }),
      tag: fc.constantFrom('li', 'article'),
    }),
    fc.record({ kind: fc.constant('function' as const), children: tie('children') }),
    fc.record({ kind: fc.constant('class' as const), children: tie('children') }),
  ),
}));

interface Renderer {
  jsx: (type: never, props: never, key?: number) => unknown;
  render: (described: never, parent: never) => void;
  Component: new (props: never) => object;
}

/** The components of one renderer; one of each kind. */
function componentsOf({ Component }: Renderer) {
  return {
    Plain: ({ children }: { children: unknown }): unknown => children,
    Living: class extends Component {
      declare props: { children: unknown };
      render(): unknown {
        return this.props.children;
      }
    },
  };
}

function describer(renderer: Renderer) {
  const { Plain, Living } = componentsOf(renderer);
  const make = (type: unknown, props: object, key?: number): unknown =>
    renderer.jsx(type as never, props as never, key);
  const describe = (node: Node): unknown => {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'nothing':
        return node.value;
      case 'element':
        return make(node.tag, { ...node.attributes, children: node.children.map(describe) });
      case 'list':
        return make('ul', {
          children: node.keys.map((key) => make(node.tag, { id: `item-${key}`, children: String(key) }, key)),
        });
      case 'function':
        return make(Plain, { children: node.children.map(describe) });
      case 'class':
        return make(Living, { children: node.children.map(describe) });
    }
  };
  return describe;
}

/** Markup with each element's attributes in alphabetical order. */
function markupOf(node: ChildNode | HTMLElement): string {
  if (!(node instanceof Element)) return `"${node.textContent ?? ''}"`;
  const attributes = [...node.attributes].map(({ name, value }) => `${name}=${JSON.stringify(value)}`).sort();
  return `<${[node.tagName, ...attributes].join(' ')}>${[...node.childNodes].map(markupOf).join('')}</>`;
}

test(`draws what Preact draws, over any course of trees (DRAW_SEED=${SEED})`, async () => {
  const jsxOfPreact = (type: never, props: { children?: unknown }, key?: number): unknown => {
    const { children, ...rest } = props;
    const more = key === undefined ? rest : { ...rest, key };
    return preact.h(type, more as never, ...([children].flat() as never[]));
  };
  const theirs = {
    jsx: jsxOfPreact,
    render: preact.render,
    Component: preact.Component,
  } as unknown as Renderer;
  const ours = draw as unknown as Renderer;
  await fc.assert(
    fc.asyncProperty(fc.array(tree, { minLength: 1, maxLength: 6 }), async (course) => {
      const [here, there] = [document.createElement('main'), document.createElement('main')];
      const [describeHere, describeThere] = [describer(ours), describer(theirs)];
      for (const each of course) {
        ours.render(describeHere(each) as never, here as never);
        theirs.render(describeThere(each) as never, there as never);
        await Promise.resolve();
        expect(markupOf(here)).toBe(markupOf(there));
      }
      ours.render(null as never, here as never);
      expect(here.childNodes.length).toBe(0);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

const keys = fc.uniqueArray(fc.nat(12), { maxLength: 8 });

test(`moves the node of a key wherever the key goes (DRAW_SEED=${SEED})`, () => {
  const describe = describer(draw);
  fc.assert(
    fc.property(fc.array(keys, { minLength: 2, maxLength: 6 }), (course) => {
      const here = document.createElement('main');
      let before = new Map<string, Element>();
      for (const each of course) {
        draw.render(describe({ kind: 'list', keys: each, tag: 'li' }), here);
        const after = [...here.querySelectorAll('li')];
        expect(after.map(({ id }) => id)).toEqual(each.map((key) => `item-${key}`));
        for (const node of after) if (before.has(node.id)) expect(node).toBe(before.get(node.id));
        before = new Map(after.map((node) => [node.id, node]));
      }
      draw.render(null, here);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});
