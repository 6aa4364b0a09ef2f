/**
 * The account. Signing in is for show: there is no server behind it, any address and password will do, the password is never
 * kept, and the address lives in this tab's sessionStorage until "Sign out".
 */

import { announce, recall, remember } from '../demo.js';
import { checkFields, clearWhenFixed } from '../forms.js';

const ACCOUNT_KEY = 'hollow-lane.account';
/** The server hands out what is in `behind-login/` to browsers with this cookie only. */
const MEMBER_COOKIE = 'hollow-lane-member=1; path=/demo/account/; SameSite=Lax';

const signedOut = document.querySelector('[data-signed-out]');
const signedIn = document.querySelector('[data-signed-in]');
const signIn = document.querySelector('#sign-in');

const greetingName = (email) => {
  const word = email.split(/[@.+_-]/)[0] ?? '';
  return word.charAt(0).toUpperCase() + word.slice(1);
};

function show() {
  const email = recall('sessionStorage', ACCOUNT_KEY);
  const known = typeof email === 'string';
  signedOut.hidden = known;
  signedIn.hidden = !known;
  document.cookie = known ? MEMBER_COOKIE : `${MEMBER_COOKIE}; max-age=0`;
  if (!known) return;
  document.querySelector('[data-parcel]').src = 'behind-login/parcel.svg';
  document.querySelector('[data-greeting]').textContent = `Hello, ${greetingName(email)}`;
  document.querySelector('[data-email]').textContent = email;
  document.querySelector('[data-username]').value = email;
}

signIn.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!checkFields(signIn)) return;
  remember('sessionStorage', ACCOUNT_KEY, signIn.elements.email.value);
  signIn.reset();
  signIn.elements.password.type = 'password';
  show();
  document.querySelector('[data-greeting]').focus();
});

document.querySelector('#show-password').addEventListener('change', ({ target }) => {
  signIn.elements.password.type = target.checked ? 'text' : 'password';
});

document.querySelector('[data-sign-out]').addEventListener('click', () => {
  remember('sessionStorage', ACCOUNT_KEY, null);
  show();
  signIn.elements.email.focus();
  announce('You are signed out.');
});

function saves(selector, sentence, clear) {
  const form = document.querySelector(selector);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!checkFields(form)) return;
    if (clear) form.reset();
    say(form, sentence);
  });
  clearWhenFixed(form);
}

function say(beside, sentence) {
  const old = beside.querySelector(':scope > .note') ?? document.createElement('p');
  old.className = 'note good';
  old.textContent = sentence;
  beside.append(old);
  announce(sentence);
}

document.querySelector('[data-close-account]').addEventListener('click', ({ currentTarget }) => {
  say(currentTarget.parentElement, 'A real shop would ask you again now. Here nothing happens.');
});

saves('#address', 'The address is noted, on this page only.', false);
saves('#password', 'The password of this made-up account is changed, on this page only.', true);
clearWhenFixed(signIn);
show();
