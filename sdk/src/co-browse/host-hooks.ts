/**
 * rrweb 2.2.2 leaves two members of a page's prototypes replaced and two documents' properties redefined when it
 * stops (docs/discoveries/rrweb.md). These put back what it leaves, and nothing that the page replaced since.
 */

interface Kept {
  readonly owner: object;
  readonly key: string;
  readonly before: PropertyDescriptor | undefined;
}

const LEFT_BEHIND = ['addRule', 'removeRule'];

function sameValue(one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean {
  return one?.value === other?.value && one?.get === other?.get && one?.set === other?.set;
}

function putBack({ owner, key, before }: Kept): void {
  if (before) Object.defineProperty(owner, key, before);
  else Reflect.deleteProperty(owner, key);
}

/** Notes what a window looks like before recording; call the answer once recording runs, and its answer at the end. */
export function keepHostMembers(window: Window & typeof globalThis): () => () => void {
  const owners: [object, string[]][] = [
    [window.CSSStyleSheet.prototype, LEFT_BEHIND],
    [window.document, ['adoptedStyleSheets']],
  ];
  const kept: Kept[] = owners.flatMap(([owner, keys]) =>
    keys.map((key) => ({ owner, key, before: Object.getOwnPropertyDescriptor(owner, key) })),
  );
  return () => {
    const during = kept.map(({ owner, key }) => Object.getOwnPropertyDescriptor(owner, key));
    return () => {
      kept.forEach((one, index) => {
        const now = Object.getOwnPropertyDescriptor(one.owner, one.key);
        const isOurs = sameValue(now, during[index]) || one.key === 'adoptedStyleSheets';
        if (isOurs && !sameValue(now, one.before)) putBack(one);
      });
    };
  };
}
