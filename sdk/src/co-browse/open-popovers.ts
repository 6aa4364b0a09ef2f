/**
 * Popovers that stand open, which no attribute of a page says. On the wire their `popover` is `open`: a word that the
 * platform takes for `manual`, so that nothing in the viewer closes them again.
 */
import type { PageEvent, PageNode } from './page-events.ts';

export const OPEN_POPOVER = 'open';
/** Of one event; more than any page shows at once, and few enough to be shown without a stall. */
const POPOVERS_MAX = 50;

export function isOpenPopover(element: Element): boolean {
  return 'popover' in element && element.matches(':popover-open');
}

/** Tells of each popover in a document or shadow root that opens or closes; the answer ends that. */
export function watchPopovers(root: Node, told: (popover: Element) => void): () => void {
  const look = ({ target }: Event): void => {
    // A page may send any event to any target; one in a frame is no Element of ours.
    const popover = target as Partial<Element>;
    if (popover.hasAttribute?.('popover')) told(popover as Element);
  };
  root.addEventListener('toggle', look, true);
  return () => {
    root.removeEventListener('toggle', look, true);
  };
}

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

/** What an event says of popovers, in its order. */
export function popoversTold(event: PageEvent): ToldPopover[] {
  const found: ToldPopover[] = [];
  if (event.type === 2) openIn(event.data.node, found);
  if (event.type !== 3 || event.data.source !== 0) return found;
  for (const { node } of event.data.adds) openIn(node, found);
  for (const { id, attributes } of event.data.attributes) {
    const { popover } = attributes;
    if (popover !== undefined) found.push({ id, isOpen: popover === OPEN_POPOVER });
  }
  return found.slice(0, POPOVERS_MAX);
}
