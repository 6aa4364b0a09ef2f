import { boxOf } from './page-geometry.ts';

/** A list of our own in place of the one that a browser opens for a `select`. */
export interface OptionList {
  place(): void;
  close(): void;
}

/** Opens the list under the control; `chosen` gets the option's place, or undefined where none was taken. */
export function listOptions(
  root: HTMLElement,
  select: HTMLSelectElement,
  chosen: (option: number | undefined) => void,
): OptionList {
  const list = document.createElement('div');
  list.className = 'options';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Choose for them');
  const options = [...select.options].map((option, index) => {
    const item = document.createElement('button');
    item.type = 'button';
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', String(option.selected));
    item.disabled = option.disabled;
    item.textContent = option.textContent.trim() || option.label || `Option ${index + 1}`;
    item.addEventListener('click', () => chosen(index));
    return item;
  });
  list.append(...options);
  list.addEventListener('keydown', (event) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = options.indexOf(document.activeElement as HTMLButtonElement);
    options[(at + by + options.length) % options.length]?.focus();
  });
  list.addEventListener('focusout', (event) => {
    if (!list.contains(event.relatedTarget as Node | null)) chosen(undefined);
  });
  const place = (): void => {
    const { left, top, width, height } = boxOf(select);
    const { style } = list;
    style.left = `${Math.round(left)}px`;
    style.top = `${Math.round(top + height)}px`;
    // It is drawn in the size of the console, whatever the scale of the page.
    style.minWidth = `calc(${Math.round(width)}px / var(--unscaled))`;
  };
  root.append(list);
  place();
  (options.find((each) => each.getAttribute('aria-selected') === 'true') ?? options[0])?.focus();
  return {
    place,
    close: () => {
      list.remove();
    },
  };
}
