/** Popovers that stand open, which no attribute of a page says (told-popovers.ts). */

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
