import type { PageEvent, PageNode } from './page-events.ts';

/**
 * What `popover` of one that stands open is on the wire: a word that the platform takes for `manual`, so that nothing
 * in the viewer closes it again.
 */
export const OPEN_POPOVER = 'open';
/** Of one event; more than any page shows at once, and few enough to be shown without a stall. */
export const POPOVERS_MAX = 50;

/** A popover that an event shows as open, or as closed again. */
export interface ToldPopover {
  readonly id: number;
  readonly isOpen: boolean;
}

function openIn(node: PageNode, found: ToldPopover[]): void {
  if (node.type === 2 && node.attributes['popover'] === OPEN_POPOVER)
    found.push({ id: node.id, isOpen: true });
  if (node.type === 0 || node.type === 2) for (const child of node.childNodes) openIn(child, found);
}

function allTold(event: PageEvent): ToldPopover[] {
  const found: ToldPopover[] = [];
  if (event.type === 2) openIn(event.data.node, found);
  if (event.type !== 3 || event.data.source !== 0) return found;
  for (const { node } of event.data.adds) openIn(node, found);
  for (const { id, attributes } of event.data.attributes) {
    const { popover } = attributes;
    if (popover !== undefined) found.push({ id, isOpen: popover === OPEN_POPOVER });
  }
  return found;
}

/** What an event says of popovers, in its order: of the first {@link POPOVERS_MAX}. */
export const popoversTold = (event: PageEvent): ToldPopover[] => allTold(event).slice(0, POPOVERS_MAX);
