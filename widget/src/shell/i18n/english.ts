/** Every word of the panel. `{name}`, `{names}`, `{count}` and `{preview}` are filled in; plurals go by CLDR category. */
export const english = {
  back: 'Back',
  close: 'Close',
  menu: 'Menu',
  send: 'Send',
  message: 'Message',
  writeMessage: 'Write a message',
  conversation: 'Conversation',
  newMessages: 'New messages',
  chat: 'Chat',
  welcome: 'How can we help?',
  conversationWith: 'Conversation with {names}',
  yourConversation: 'Your conversation',
  yourself: 'You',
  you: 'You: {preview}',

  here: { one: '{names} is here', other: '{names} are here' },
  soonHere: 'Somebody will be with you soon',
  nobodyHere: 'Nobody is here right now. Leave a message; the answer will wait here.',
  connecting: 'Connecting',
  youAreOffline: 'You are offline',
  hereNow: 'Here now',

  waiting: 'Waiting for somebody to join. You can keep writing.',
  'agent.joined': '{name} has joined',
  'agent.left': '{name} has left',
  'sitting.closed': 'This chat was finished. Write any time to go on.',
  typing: { one: '{names} is writing', other: '{names} are writing' },
  erased: 'This message was deleted',
  unreadable: 'This entry cannot be shown',
  catchingUp: 'Fetching what is missing',

  saved: 'Saved on this device',
  savedHere: 'Kept until this page closes',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  tryAgain: 'Try again',
  delete: 'Delete',
  refused: 'Not sent: the server refused it.',
  refusedTooLarge: 'Not sent: this message is too long.',
  tooLong: 'This message is too long by {count}. It can have 8,000 characters.',
  notSaved: 'This message could not be saved; try again.',

  unread: { one: '{count} unread message', other: '{count} unread messages' },
  offlineWaiting: 'Not sent yet. It goes out when you are back online.',
  offline: 'You are offline. What you write goes out when you are back.',
  reconnectingWaiting: 'Not sent yet. Reconnecting.',
  reconnecting: 'The connection was lost. Reconnecting.',
  busy: 'Many people are writing. Your message goes out when there is room.',
  tryNow: 'Try now',
  storageDenied:
    'This browser does not let us save anything. What is not sent yet is lost when you leave this page.',
  restored: 'This conversation was restored from a backup. New messages may be missing.',
  version: 'This page is out of date. Reload it to go on.',
  origin: 'This chat is not set up for this address.',
  stopped: 'This chat was ended on this page. Reload it to go on.',
};

/** One form per plural category of the language (CLDR); `other` stands for those that are missing. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** What every language has to say. */
export type Words = {
  readonly [Key in keyof typeof english]: (typeof english)[Key] extends string ? string : Plural;
};
