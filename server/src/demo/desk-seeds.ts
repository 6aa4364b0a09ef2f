import type { CannedReply, TagSettings, WrapUpCodeSettings } from '@alongside/sdk/shared';

/** What the shop's agents have at hand, so that the first look at the console is not an empty one. */

export const DEMO_REPLIES: readonly CannedReply[] = [
  {
    shortcut: 'hello',
    title: 'Greeting',
    text: 'Hello {{visitor.name}}, this is {{agent.name}}. How can I help?',
  },
  {
    shortcut: 'workshop',
    title: 'Workshop appointment',
    text: 'The workshop usually has a free place within three days. Which day would suit you?',
  },
  {
    shortcut: 'returns',
    title: 'Returns',
    text: 'You can send anything back within 30 days, unused and with its receipt. Shall I send you the label?',
  },
  { shortcut: 'bye', title: 'Goodbye', text: 'Thank you for writing to us. Have a good ride!' },
];

export const DEMO_TAGS: readonly TagSettings[] = [
  { name: 'Order', colour: 'blue' },
  { name: 'Workshop', colour: 'green' },
  { name: 'Complaint', colour: 'red' },
];

export const DEMO_CODES: readonly WrapUpCodeSettings[] = [
  { name: 'Question answered' },
  { name: 'Sale' },
  { name: 'Return' },
  { name: 'Passed on by mail' },
];
