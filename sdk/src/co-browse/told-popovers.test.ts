import { expect, test } from 'vitest';
import type { PageElement, PageEvent } from './page-events.ts';
import { POPOVERS_MAX, popoversTold } from './told-popovers.ts';

const popover = (id: number): PageElement => ({
  ...{ type: 2, tagName: 'div', childNodes: [], id },
  attributes: { popover: 'open' },
});

test('[CO15] a snapshot or a change with a crowd of open popovers opens only so many', () => {
  const crowd = Array.from({ length: 5_000 }, (_, at) => popover(at + 2));
  const node = { type: 0, childNodes: crowd, id: 1 } as const;
  const snapshot: PageEvent = { type: 2, timestamp: 1, data: { node, initialOffset: { top: 0, left: 0 } } };
  expect(popoversTold(snapshot)).toHaveLength(POPOVERS_MAX);
  const adds = crowd.map((each) => ({ parentId: 1, nextId: null, node: each }));
  const data = { source: 0, texts: [], attributes: [], removes: [], adds } as const;
  expect(popoversTold({ type: 3, timestamp: 1, data })).toHaveLength(POPOVERS_MAX);
});
