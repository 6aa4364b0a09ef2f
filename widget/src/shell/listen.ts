/** Listens to events by their names, parted by spaces. Answers what ends it; nothing where there is no target. */
export function listen(
  target: EventTarget | null | undefined,
  names: string,
  listener: (event: Event) => void,
): () => void {
  const each = names.split(' ');
  for (const name of each) target?.addEventListener(name, listener);
  return () => {
    for (const name of each) target?.removeEventListener(name, listener);
  };
}
