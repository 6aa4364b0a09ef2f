/**
 * rrweb 2.2.2 replaces members of a page's prototypes, leaves some of them replaced when it stops, and puts the others
 * back even if somebody else has replaced them since (docs/discoveries/rrweb.md). These put back what is still ours,
 * and nothing else: a recorder of the host's own may start and stop before or after us.
 */

interface Kept {
  readonly owner: object;
  readonly key: string;
  readonly before: PropertyDescriptor | undefined;
}

const OWNERS = [
  'CSSStyleSheet',
  'CSSGroupingRule',
  'CSSStyleDeclaration',
  'HTMLInputElement',
  'HTMLSelectElement',
  'HTMLTextAreaElement',
  'HTMLOptionElement',
  'Element',
] as const;
const KEYS = (
  'insertRule deleteRule addRule removeRule replace replaceSync setProperty removeProperty value checked ' +
  'selectedIndex selected attachShadow adoptedStyleSheets'
).split(' ');

const now = ({ owner, key }: Kept): PropertyDescriptor | undefined =>
  Object.getOwnPropertyDescriptor(owner, key);

const isSame = (one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean =>
  one?.value === other?.value && one?.get === other?.get && one?.set === other?.set;

/**
 * Notes what a window looks like before recording; call the answer once recording runs, and its answer at the end with
 * what stops the recorder.
 */
export function keepHostMembers(window: Window & typeof globalThis): () => (stop: () => void) => void {
  const owners = [...OWNERS.map((name) => window[name].prototype), window.document];
  const kept: Kept[] = owners.flatMap((owner) =>
    KEYS.map((key) => ({ owner, key, before: Object.getOwnPropertyDescriptor(owner, key) })),
  );
  return () => {
    const during = kept.map(now);
    return (stop) => {
      const atEnd = kept.map(now);
      stop();
      for (const [index, one] of kept.entries()) {
        const wanted = isSame(atEnd[index], during[index]) ? one.before : atEnd[index];
        if (isSame(now(one), wanted)) continue;
        if (wanted) Object.defineProperty(one.owner, one.key, wanted);
        else Reflect.deleteProperty(one.owner, one.key);
      }
    };
  };
}
