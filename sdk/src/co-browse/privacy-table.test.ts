// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { PageNode } from './page-events.ts';
import { STRICTEST, type PrivacySettings } from './privacy-settings.ts';
import { Scrubber } from './scrubber.ts';

/** What docs/privacy.md promises is what the scrubber does: the page is its first cell, its answers the others. */
const DOCUMENT = readFileSync(resolve(import.meta.dirname, '../../../docs/privacy.md'), 'utf8');
const ROW = /^\| +`(.+?)` +\| +`(.+?)` +\| +`(.+?)` +\|$/gm;
const rows = [...DOCUMENT.matchAll(ROW)].map(([, page = '', strict = '', balanced = '']) => ({
  page,
  strict,
  balanced,
}));

/** A page as the recorder tells of it: rrweb's shape, before any of ours. */
function serialized(node: Node, idOf: (node: Node) => number): object {
  const id = idOf(node);
  const childNodes = [...node.childNodes].map((child) => serialized(child, idOf));
  if (node.nodeType === 9) return { type: 0, id, childNodes };
  if (node.nodeType === 3) return { type: 3, id, textContent: node.textContent };
  if (node.nodeType !== 1) return { type: 5, id, textContent: '' };
  const element = node as Element;
  const attributes = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
  return { type: 2, id, tagName: element.localName, attributes, childNodes };
}

function written(node: PageNode): string {
  if (node.type === 3) return node.textContent;
  if (node.type !== 2) return '';
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${value}"`);
  const inner = node.childNodes.map(written).join('');
  const isVoid = /^(?:input|img)$/.test(node.tagName);
  return `<${node.tagName}${attributes.join('')}>${isVoid ? '' : `${inner}</${node.tagName}>`}`;
}

function find(node: PageNode, id: number): PageNode | undefined {
  if (node.id === id) return node;
  if (!('childNodes' in node)) return undefined;
  for (const child of node.childNodes) {
    const found = find(child, id);
    if (found) return found;
  }
  return undefined;
}

/** What leaves the page, as HTML. */
function leaves(html: string, preset: PrivacySettings['preset']): string {
  document.body.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
  const nodes: Node[] = [];
  const idOf = (node: Node): number => {
    const known = nodes.indexOf(node);
    return known < 0 ? nodes.push(node) : known + 1;
  };
  const mirror = { getId: idOf, getNode: (id: number) => nodes[id - 1] ?? null };
  const settings = { ...STRICTEST, preset };
  const scrubber = new Scrubber({ settings, salt: 1, document, mirror });
  const node = serialized(document, idOf);
  const event = scrubber.scrub({ type: 2, timestamp: 1, data: { node, initialOffset: { top: 0, left: 0 } } });
  const body = event?.type === 2 ? find(event.data.node, idOf(document.body)) : undefined;
  return body?.type === 2 ? body.childNodes.map(written).join('') : '';
}

afterEach(() => {
  document.body.replaceChildren();
});

describe('[CO3] what docs/privacy.md says leaves a page', () => {
  test('there are rows', () => {
    expect(rows.length).toBeGreaterThan(10);
  });

  test.each(rows)('$page', ({ page, strict, balanced }) => {
    expect({ strict: leaves(page, 'strict'), balanced: leaves(page, 'balanced') }).toEqual({
      strict,
      balanced,
    });
  });
});
