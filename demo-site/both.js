/**
 * Both sides at once. `POST /demo/session` (demo mode, loopback only) signs this browser in as Ana and sets her to
 * Available; only then is the console loaded, so that it never opens on its sign-in page.
 */

const SHARE_MIN = 20;
const SHARE_MAX = 80;
const SHARE_STEP = 2;

const sides = document.querySelector('[data-sides]');
const divider = document.querySelector('[data-divider]');
const left = document.querySelector('[data-left]');
const right = document.querySelector('[data-right]');
const waiting = document.querySelector('[data-waiting]');
const state = document.querySelector('[data-state]');
const again = document.querySelector('[data-again]');

/** @returns {Promise<string | null>} what is wrong, in one sentence; `null` when Ana is signed in */
async function signInAsAna() {
  try {
    const answer = await fetch('/demo/session', { method: 'POST', credentials: 'same-origin' });
    if (answer.ok) return null;
    if (answer.status === 403 || answer.status === 404) {
      return 'Signing in as Ana works in demo mode only, and only under this computer’s own address, such as 127.0.0.1.';
    }
    return `The server could not sign in as Ana (it answered ${answer.status}). The shop still works.`;
  } catch {
    return 'The server does not answer. Start it again, then try once more.';
  }
}

async function openConsole() {
  again.hidden = true;
  state.textContent = 'Signing in as Ana…';
  const problem = await signInAsAna();
  if (problem !== null) {
    state.textContent = problem;
    again.hidden = false;
    return;
  }
  right.src = '/console/';
  right.hidden = false;
  waiting.hidden = true;
}

function setShare(percent) {
  const share = Math.min(SHARE_MAX, Math.max(SHARE_MIN, Math.round(percent)));
  sides.style.setProperty('--share', `${share}%`);
  divider.setAttribute('aria-valuenow', String(share));
}

function drag({ clientX }) {
  const { left: start, width } = sides.getBoundingClientRect();
  setShare(((clientX - start) / width) * 100);
}

divider.addEventListener('pointerdown', (event) => {
  event.preventDefault();
  divider.focus();
  divider.setPointerCapture(event.pointerId);
  document.body.classList.add('dragging');
  divider.addEventListener('pointermove', drag);
});

divider.addEventListener('lostpointercapture', () => {
  document.body.classList.remove('dragging');
  divider.removeEventListener('pointermove', drag);
});

divider.addEventListener('keydown', (event) => {
  const now = Number(divider.getAttribute('aria-valuenow'));
  const to = { ArrowLeft: now - SHARE_STEP, ArrowRight: now + SHARE_STEP, Home: SHARE_MIN, End: SHARE_MAX }[
    event.key
  ];
  if (to === undefined) return;
  event.preventDefault();
  setShare(to);
});

document.querySelector('[data-left-page]').addEventListener('change', ({ target }) => {
  left.src = target.value;
});

again.addEventListener('click', () => void openConsole());
void openConsole();
