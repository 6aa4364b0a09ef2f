import type { PageEvent } from '@alongside/sdk/shared';

type Mutation = Extract<Extract<PageEvent, { type: 3 }>['data'], { source: 0 }>;
type Add = Mutation['adds'][number];

function* oneByOne(add: Add): Generator<Add> {
  const { node } = add;
  if (!('childNodes' in node)) {
    yield add;
    return;
  }
  yield { ...add, node: { ...node, childNodes: [] } };
  for (const child of node.childNodes) yield* oneByOne({ parentId: node.id, nextId: null, node: child });
}

/**
 * New nodes one by one, each after its parent: a page tells of them inside of one another, which is shorter, and
 * rrweb's player looks at the outermost only. A frame's whole document is taken as it is.
 */
export function flatAdditions(event: PageEvent): PageEvent {
  if (event.type !== 3 || event.data.source !== 0 || event.data.isAttachIframe) return event;
  const adds = event.data.adds.flatMap((add) => [...oneByOne(add)]);
  return { ...event, data: { ...event.data, adds } };
}
