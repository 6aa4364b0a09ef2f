/**
 * The hard list: controls whose values nobody can unmask, whatever the page or its owner says (CO3, rule 3).
 * A control that was once on it stays on it, and so do those that take its place.
 */

const AUTOCOMPLETE = /(?:^|\s)(?:cc-[a-z-]+|[a-z-]*-password|one-time-code)(?:\s|$)/i;
/** Words of names and labels, camel case and dashes taken apart. */
const NAMES =
  /(?:^| )(?:pass\w*|pwd\w*|\w*passwor[dt]\w*|pin(?:code|number)?s?|cvv\w*|cvc\w*|csc|ssn\w*|\w*iban\w*|\w*cards?|card\w*|otp|tan|cryptogram|secret|security code|social security|expiry|exp (?:date|month|year))(?= |$)/;
const words = (text: string): string =>
  text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();

/** Whether a name or label says that the field is of the hard list. */
export const namesSecret = (text: string): boolean => NAMES.test(words(text));

function labelOf(control: Element): string {
  const labels = 'labels' in control ? (control as HTMLInputElement).labels : null;
  const texts = labels ? [...labels].map((label) => label.textContent) : [];
  return [control.getAttribute('aria-label'), control.getAttribute('placeholder'), ...texts].join(' ');
}

function hidesItsText(control: Element): boolean {
  const view = control.ownerDocument.defaultView;
  const style = view?.getComputedStyle(control).getPropertyValue('-webkit-text-security');
  return style !== undefined && style !== '' && style !== 'none';
}

const typeOf = (control: Element): string => (control.getAttribute('type') ?? '').trim().toLowerCase();

function isSecretNow(control: Element): boolean {
  if (typeOf(control) === 'password' || AUTOCOMPLETE.test(control.getAttribute('autocomplete') ?? ''))
    return true;
  const names = [control.id, control.getAttribute('name') ?? '', labelOf(control)];
  return names.some(namesSecret) || hidesItsText(control);
}

/** Remembers which controls are of the hard list. */
export class SensitiveFields {
  readonly #controls = new WeakSet<Element>();
  readonly #names = new Set<string>();
  /** Where a nameless one stood: what takes its place is nameless too. */
  readonly #parents = new WeakSet<Node>();

  /** Whether a control is, was, or replaces one of the hard list. */
  includes(control: Element): boolean {
    // What nobody sees has no reason to be shown to somebody else.
    if (this.#controls.has(control) || /^(?:hidden|file)$/.test(typeOf(control))) return true;
    if (!isSecretNow(control) && !this.#replacesOne(control)) return false;
    this.#remember(control);
    return true;
  }

  #replacesOne(control: Element): boolean {
    const keys = this.#keysOf(control);
    if (keys.length > 0) return keys.some((key) => this.#names.has(key));
    return control.parentNode !== null && this.#parents.has(control.parentNode);
  }

  #remember(control: Element): void {
    this.#controls.add(control);
    const keys = this.#keysOf(control);
    for (const key of keys) this.#names.add(key);
    if (keys.length === 0 && control.parentNode) this.#parents.add(control.parentNode);
  }

  #keysOf(control: Element): string[] {
    return [control.id, control.getAttribute('name') ?? ''].filter((name) => name !== '');
  }
}
