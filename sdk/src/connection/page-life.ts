/** Calls on a browser's signs that a page is put away or frozen, and that it is back; in Node there are none. */
export function watchPageLife({ sleeps, wakes }: { sleeps: () => void; wakes: () => void }): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const listeners: [EventTarget, string, () => void][] = [
    [document, 'freeze', sleeps],
    [document, 'resume', wakes],
    [window, 'pagehide', sleeps],
    [window, 'pageshow', wakes],
  ];
  for (const [target, name, listener] of listeners) target.addEventListener(name, listener);
  return () => {
    for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
  };
}
