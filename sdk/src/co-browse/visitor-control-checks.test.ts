// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from 'vitest';
import { NodePrivacy } from './node-privacy.ts';
import { STRICTEST } from './privacy-settings.ts';
import { type SharedPage, refusalOfElement, refusalOfPress } from './visitor-control-checks.ts';

const PAGE = `
  <form><button id="pay">Pay</button><button id="find" class="search">Find</button>
    <span class="search"><button id="within">Within</button></span></form>
  <a id="file" href="/list.pdf" download>List</a>
  <a id="away" class="partner" href="https://elsewhere.example/">Away</a>
  <label id="label"><input id="choose" type="file" class="search"></label>
  <p data-alongside="mask"><a id="hidden" class="partner" href="https://elsewhere.example/">Away</a></p>
  <p data-alongside="deny"><a id="denied" class="partner" href="https://elsewhere.example/">Away</a></p>`;

/** Why an agent may not press it, on the way that the page's control takes. */
function refusal(id: string, allow: readonly string[]): string | undefined {
  document.body.replaceChildren(...new DOMParser().parseFromString(PAGE, 'text/html').body.childNodes);
  const element = document.getElementById(id);
  if (!element) throw new Error(`there is no ${id}`);
  const page = { privacy: new NodePrivacy({ ...STRICTEST, allow }) } as unknown as SharedPage;
  return refusalOfElement(element, page, []) ?? refusalOfPress(element, page, allow);
}

afterEach(() => {
  document.body.replaceChildren();
});

describe('[CO9] what stays the visitor’s, unless the owner lists it', () => {
  test.each([
    ['pay', 'submit'],
    ['file', 'download'],
    ['away', 'external'],
    ['choose', 'file'],
  ])('%s is refused as %s', (id, reason) => {
    expect(refusal(id, [])).toBe(reason);
  });

  test.each([
    ['find', ['.search']],
    ['file', ['a[download]']],
    ['away', ['.nothing', '.partner']],
  ])('%s may be pressed where it is listed', (id, allow) => {
    expect(refusal(id, allow)).toBeUndefined();
  });

  test.each([
    ['another button of the form', 'pay', 'submit'],
    ['a button inside of what is listed', 'within', 'submit'],
    ['the choice of a file', 'choose', 'file'],
    ['the label of one', 'label', 'file'],
    ['what is masked', 'hidden', 'masked'],
    ['what is denied', 'denied', 'denied'],
  ])('not %s', (_what, id, reason) => {
    expect(refusal(id, ['.search', '.partner', 'label'])).toBe(reason);
  });
});
