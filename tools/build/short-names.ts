import type { Plugin } from 'rollup';

/**
 * Names of properties that only the widget's own modules use. The minifier writes them shorter, in every chunk the
 * same, which saves half a kilobyte of the open panel. None may be a field of the wire, of what is stored or told to
 * another page of the browser, a name of the platform, or of the handover between loader and shell: those have
 * another side that does not know the short ones (tests: tools/build.test.ts, tests/e2e/widget.test.ts).
 */
export const OWN_NAMES: readonly string[] = [
  ...[
    'shell',
    'registrations',
    'homeRow',
    'cards',
    'composer',
    'menuOpen',
    'openMenu',
    'setDraft',
    'setSound',
  ],
  ...['described', 'drawn', 'isForced', 'forceUpdate', 'setState', 'shouldComponentUpdate'],
  ...[
    'getSnapshotBeforeUpdate',
    'componentDidMount',
    'componentDidUpdate',
    'componentWillUnmount',
    'newBelow',
  ],
  ...[
    'surroundings',
    'monotonic',
    'durableStore',
    'tokenStore',
    'textAtOnce',
    'outbox',
    'lastDraft',
    'laneKnown',
  ],
  ...['readDraft', 'writeDraft', 'markDelivered', 'markRead', 'loadOlder', 'showPage', 'headIs'],
  ...['denials', 'tries', 'notBefore', 'deadline', 'heardAt', 'owed', 'signedOut', 'lasting', 'windowMax'],
  ...['catchingUp', 'conversationWith', 'yourConversation', 'youAreOffline', 'nobodyHere', 'refusedTooLarge'],
  ...[
    'storageDenied',
    'savedHere',
    'writeMessage',
    'newMessages',
    'soonHere',
    'notSaved',
    'yourself',
    'hereNow',
    'tryNow',
  ],
  ...['tellPage', 'overtaken', 'tryAgain', 'restored', 'receipt', 'applied', 'received', 'client'],
];

const BASE = 36;

/** For esbuild: `mangleProps` with the short name of each, fixed so that all chunks agree. */
export const shortNames = {
  mangleProps: new RegExp(`^(${OWN_NAMES.join('|')})$`),
  mangleCache: Object.fromEntries(OWN_NAMES.map((name, index) => [name, `$${index.toString(BASE)}`])),
};

/**
 * Writes `let` for `const`, before all is minified, so that neighbours become one declaration: one word instead of two
 * for the compressor. The sources keep the difference, and the compiler has checked it.
 */
export function oneWordForNames(): Plugin {
  return {
    name: 'one-word-for-names',
    renderChunk: (code) => ({ code: code.replace(/\bconst(?=[ [{])/g, 'let'), map: null }),
  };
}

/** Fails where one of the names also stands in quotes: what is reached by a text would not be found. */
export function refuseQuotedNames(): Plugin {
  const quoted = new RegExp(`(['"\`])(${OWN_NAMES.join('|')})\\1`);
  return {
    name: 'refuse-quoted-names',
    renderChunk(code) {
      const [, , name] = quoted.exec(code) ?? [];
      if (name !== undefined)
        this.error(`${name} stands in quotes and cannot be shortened (tools/build/short-names.ts)`);
      return null;
    },
  };
}
