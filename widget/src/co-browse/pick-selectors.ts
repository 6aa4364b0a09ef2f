/** Ways to name an element, the steadiest first; each with how many elements of the page it names. */
export interface Named {
  readonly selector: string;
  readonly count: number;
}

const NAMED_MAX = 4;
const STEPS_MAX = 4;
/** Names that a build or a database made, which are others tomorrow. */
const MADE = /\d{3,}|[a-z]\d[a-z]|[A-Z]{2,}[a-z]*\d|^(?:css|sc|jss|ember|react|radix|headlessui)-|__/;

/** Selectors that an owner may choose from to name what they pointed at. */
export function selectorsFor(element: Element): Named[] {
  const { localName } = element;
  const named: string[] = [];
  const attribute = (name: string, comparison = '='): void => {
    const value = element.getAttribute(name)?.trim() ?? '';
    const isSteady = value !== '' && value.length <= 60 && !MADE.test(value);
    if (isSteady) named.push(`[${name}${comparison}"${CSS.escape(value).replace(/\\([ -])/g, '$1')}"]`);
  };
  if (element.id !== '' && !MADE.test(element.id)) named.push(`#${CSS.escape(element.id)}`);
  if (element.hasAttribute('autocomplete') && !/\s/.test(element.getAttribute('autocomplete') ?? ''))
    attribute('autocomplete', '~=');
  attribute('name');
  for (const name of element.classList) if (!MADE.test(name)) named.push(`.${CSS.escape(name)}`);
  if (/-/.test(localName)) named.push(localName);
  named.push(pathTo(element));
  const root = element.getRootNode() as Document | ShadowRoot;
  return [...new Set(named)]
    .flatMap((selector) => {
      const count = countOf(root, selector);
      return count > 0 ? [{ selector, count }] : [];
    })
    .slice(0, NAMED_MAX);
}

function countOf(root: Document | ShadowRoot, selector: string): number {
  try {
    return root.querySelectorAll(selector).length;
  } catch {
    return 0;
  }
}

/** From the nearest element with an id, or a few steps up. */
function pathTo(element: Element): string {
  const steps: string[] = [];
  for (let at: Element | null = element; at && steps.length < STEPS_MAX; at = at.parentElement) {
    if (at !== element && at.id !== '' && !MADE.test(at.id)) {
      steps.unshift(`#${CSS.escape(at.id)}`);
      break;
    }
    const { localName } = at;
    const alike = [...(at.parentElement?.children ?? [])].filter((each) => each.localName === localName);
    steps.unshift(alike.length > 1 ? `${localName}:nth-of-type(${alike.indexOf(at) + 1})` : localName);
  }
  return steps.join(' > ');
}
