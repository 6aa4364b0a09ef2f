/** Listens to one event, before anybody inside of the target; answers what ends it. (Every export of the panel costs it bytes.) */
export function listen(target: EventTarget, name: string, listener: (event: Event) => void): () => void {
  target.addEventListener(name, listener, true);
  return () => target.removeEventListener(name, listener, true);
}
