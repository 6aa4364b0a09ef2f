import type { Plural } from '../shell/i18n/english.ts';

/** Every word of a shared page. `{name}`, `{names}` and `{label}` are filled in. */
export const english = {
  ask: 'Share this page with {name}?',
  askText:
    '{name} will see this page live, and the pages of this site that you go on to, until you stop sharing.',
  seen: 'Seen: the page as it is here, where you point and how far you scroll.',
  hidden:
    'Hidden: passwords, card numbers and what you type, except in fields that this site has chosen to show.',
  stoppable: 'You can stop at any time, at once.',
  preview: 'Preview',
  allow: 'Allow',
  notNow: 'Not now',
  askControl: 'Let {name} control this page?',
  controlText: '{name} will be able to click, scroll, choose and type on this page, for 15 minutes at most.',
  controlKept: 'Passwords, card numbers, hidden fields and sending a form stay yours.',
  controlEscape: 'Press Esc to take back control. When you type, {name} has to wait.',
  allowControl: 'Allow control',

  canSee: { one: '{names} can see this page', other: '{names} can see this page' } as Plural,
  stop: 'Stop sharing',
  controls: '{name} controls this page',
  takeBack: 'Take back control',
  waits: 'Waiting while you type',
  reconnecting: 'Reconnecting',
  otherTab: 'Another tab is being shown',
  move: 'Move',
  more: 'More',
  outline: 'Show what is hidden',
  block: 'Hide a part of the page',
  blockHint: 'Click on what should be hidden. Esc cancels.',
  private: 'Hidden',

  previewTitle: 'What {name} will see',
  previewText: 'Made on your device. Nothing has been sent.',
  back: 'Back',
  cannotStart: 'This page cannot be shared.',

  asked: '{name} asked to see this page',
  allowed: 'You share this page with {name}',
  declined: 'You did not share this page',
  askedControl: '{name} asked to control this page',
  allowedControl: 'You let {name} control this page',
  declinedControl: 'You kept control of this page',
  stopped: 'You stopped sharing',
  ended: 'The page is no longer shared',
  lapsed: 'The question was not answered',
  tookBack: 'You took back control',
  endedControl: 'Control of the page has ended',
  click: '{name} clicked “{label}”',
  type: '{name} typed in “{label}”',
  select: '{name} chose in “{label}”',
  scroll: '{name} scrolled “{label}”',
  navigate: '{name} opened “{label}”',
  refused: '{name} could not act on “{label}”',
  suggests: '{name} suggests a page',
  openPage: 'Open page',
  noThanks: 'No, thanks',
  opened: 'You opened the page',
  putAway: 'You did not open the page',
};

/** What every language has to say of a shared page. */
export type ShareWords = {
  readonly [Key in keyof typeof english]: (typeof english)[Key] extends string ? string : Plural;
};
