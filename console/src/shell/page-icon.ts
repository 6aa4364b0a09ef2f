/** The product's sign as the icon of the browser's tab, with a dot while something waits. Only shapes of ours. */
const SIGN =
  'M6 4h20a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H14l-6.2 5.2A.9.9 0 0 1 6.3 28.5V24H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z';
const EYES = '<circle cx="11.5" cy="14" r="3.5" fill="#fff"/><circle cx="20.5" cy="14" r="3.5" fill="#fff"/>';
const DOT = '<circle cx="25" cy="7" r="7" fill="#d92d20" stroke="#fff" stroke-width="2"/>';

const urls = new Map<boolean, string>();

/** Sets the icon. Its address lasts as long as the page: the browser reads it when it likes. */
export function showPageIcon(waiting: boolean): void {
  const url = urls.get(waiting) ?? URL.createObjectURL(drawn(waiting));
  urls.set(waiting, url);
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]') ?? document.createElement('link');
  if (link.href === url) return;
  link.rel = 'icon';
  link.type = 'image/svg+xml';
  link.href = url;
  document.head.append(link);
}

function drawn(waiting: boolean): Blob {
  const shapes = `<path fill="#3c5bd6" d="${SIGN}"/>${EYES}${waiting ? DOT : ''}`;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${shapes}</svg>`;
  return new Blob([drawing], { type: 'image/svg+xml' });
}
