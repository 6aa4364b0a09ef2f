/**
 * Who may import whom. Each lane has a name and its reason, and `tests/documentation/import-lanes.test.ts` plants
 * a violation of every one of them, so that a lane is known to be able to fail.
 */

const CAPABILITY = '(chat|callback|forms|co-browse|call)';
const TEST_FILE = '\\.(test|bench)\\.tsx?$';
/** What tests of one or several workspaces share; it is not shipped either. */
const TESTING = '^(sdk|widget|console|server)/src/testing/';
/** A test stands in no lane; only what is shipped does. */
const NOT_SHIPPED = [TEST_FILE, '^(tests|tools)/'];

/** The server's folders from low to high; one may import its own rank and those below. */
const SERVER_RANKS = [
  ['lib'],
  ['storage', 'events', 'bus'],
  ['identity', 'customers'],
  ['routing', 'rules'],
  ['settings'],
  ['desk'],
  ['chat', 'callback', 'forms', 'co-browse', 'call'],
  ['hooks', 'reports'],
  ['transport'],
];
/** What stands beside app.ts and main.ts in the top rank. */
const SERVER_TOP = ['commands', 'demo'];

const folders = (names) => `^server/src/(${names.join('|')})/`;

const serverRanks = SERVER_RANKS.map((rank, index) => ({
  name: `server-rank-${rank[0]}`,
  comment:
    'The server has ranks: a low one declares the interface it needs, a high one implements it and app.ts joins them. ' +
    `${rank.join(', ')} may not know what stands above.`,
  severity: 'error',
  from: { path: folders(rank), pathNot: TEST_FILE },
  to: {
    path: [folders([...SERVER_RANKS.slice(index + 1).flat(), ...SERVER_TOP]), '^server/src/[^/]+\\.ts$'],
  },
}));

/** A package that only one place may know, so that it can be replaced there. */
const wall = (name, packages, allowed, comment) => ({
  name: `wall-${name}`,
  comment,
  severity: 'error',
  from: { path: '^(sdk|widget|console|server)/', pathNot: [...allowed, TEST_FILE] },
  to: { path: packages },
});

const door = (name, from, doors, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: [TEST_FILE, TESTING] },
  to: { path: '^sdk/src/', pathNot: `^sdk/src/(${doors})\\.ts$` },
});

const workspaces = [
  {
    name: 'protocol-imports-nothing',
    comment: 'The wire is what all sides share; whatever it imported, all of them would carry.',
    severity: 'error',
    from: { path: '^sdk/src/protocol/', pathNot: TEST_FILE },
    to: { pathNot: '^sdk/src/protocol/' },
  },
  {
    name: 'sdk-stands-alone',
    comment:
      'The sdk runs in browsers and in Node, in other people’s programs: nothing of Node, nothing of ours.',
    severity: 'error',
    from: { path: '^sdk/src/', pathNot: TEST_FILE },
    to: { path: '^(widget|console|server|tests|tools|demo-site)/' },
  },
  {
    name: 'browsers-have-no-node',
    comment: 'sdk, widget and console run in browsers, where Node’s own modules do not exist.',
    severity: 'error',
    from: { path: '^(sdk|widget|console)/src/', pathNot: TEST_FILE },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'nobody-imports-the-top',
    comment: 'widget, console, server and tests are ends; what two of them need belongs into the sdk.',
    severity: 'error',
    from: { path: '^(widget|console|server)/', pathNot: TEST_FILE },
    to: { path: '^(widget|console|server|tests|tools)/', pathNot: '^$1/' },
  },
  {
    name: 'tests-use-support-only',
    comment:
      'A test beside the source may use tests/support, never another suite or another workspace’s insides.',
    severity: 'error',
    from: { path: `^(sdk|widget|console|server)/.*${TEST_FILE}` },
    to: { path: '^(widget|console|server|tests)/', pathNot: ['^$1/', '^tests/support/'] },
  },
  {
    name: 'source-imports-no-test',
    comment: 'What a test needs is not shipped.',
    severity: 'error',
    from: { path: '^(sdk|widget|console|server)/', pathNot: [TEST_FILE, TESTING] },
    to: { path: [TEST_FILE, TESTING] },
  },
  door(
    'widget-enters-by-the-door',
    '^widget/',
    'visitor|shared|embed|sharing|protocol/index',
    'The widget is a visitor: it uses the sdk by its public entries and knows nothing of agents.',
  ),
  door(
    'console-enters-by-the-door',
    '^console/',
    'agent|shared',
    'The console uses the sdk as any agent’s program would: by @alongside/sdk/agent and /shared.',
  ),
  door(
    'server-enters-by-the-door',
    '^server/',
    'shared|protocol/index',
    'The server shares the wire and the reducers with its clients, and none of their connection code.',
  ),
];

const capabilities = [
  {
    name: 'capabilities-do-not-meet',
    comment:
      'Capabilities meet through events, work items, treatments and the timeline; so each can be read alone.',
    severity: 'error',
    from: { path: `^(sdk|widget|console|server)/src/${CAPABILITY}/` },
    to: { path: `^$1/src/${CAPABILITY}/`, pathNot: '^$1/src/$2/' },
  },
  {
    name: 'only-the-entry-lists-capabilities',
    comment:
      'Each capability exports one registration; only the entry file lists them, so a sixth changes one file.',
    severity: 'error',
    from: {
      path: '^(widget|console)/src/',
      pathNot: [
        `^(widget|console)/src/${CAPABILITY}/`,
        '^(widget|console)/src/(shell/)?main\\.tsx?$',
        TEST_FILE,
      ],
    },
    to: { path: `^(widget|console)/src/${CAPABILITY}/` },
  },
  {
    name: 'connection-knows-no-capability',
    comment: 'The connection carries every capability alike: it takes handlers and knows none of them.',
    severity: 'error',
    from: { path: '^sdk/src/(lib|connection)/', pathNot: TEST_FILE },
    to: { path: `^sdk/src/${CAPABILITY}/` },
  },
  {
    name: 'transport-knows-no-capability',
    comment: 'transport gets a map from type to handler; app.ts fills it.',
    severity: 'error',
    from: { path: '^server/src/transport/', pathNot: TEST_FILE },
    to: { path: `^server/src/${CAPABILITY}/` },
  },
  {
    name: 'visitor-knows-no-agent',
    comment: 'A visitor’s bundle must not carry an agent’s code; what both need has a neutral name.',
    severity: 'error',
    from: { path: '^sdk/src/(|.*/)visitor[^/]*$' },
    to: { path: '^sdk/src/(|.*/)agent[^/]*$' },
  },
  {
    name: 'agent-knows-no-visitor',
    comment: 'An agent’s bundle must not carry a visitor’s code; what both need has a neutral name.',
    severity: 'error',
    from: { path: '^sdk/src/(|.*/)agent[^/]*$' },
    to: { path: '^sdk/src/(|.*/)visitor[^/]*$' },
  },
];

const browserBundles = [
  {
    name: 'loader-imports-nothing',
    comment:
      'The snippet has 2 KB on every page view; it is one file that stands for itself (types cost nothing).',
    severity: 'error',
    from: { path: '^widget/src/loader/', pathNot: TEST_FILE },
    to: { pathNot: '^widget/src/loader/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'lazy-panels',
    comment: 'Who never opens a panel never loads it: panels are reached by import() only.',
    severity: 'error',
    from: { path: '^widget/', pathNot: TEST_FILE },
    to: {
      path: `^widget/src/${CAPABILITY}/(|[^/]*-)panel\\.tsx?$`,
      dynamic: false,
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'lazy-recorder-player-media',
    comment: 'Recorder, player and media are the largest parts and are rarely needed: import() only.',
    severity: 'error',
    // The entry of the recorder's own bundle, which only import() reaches.
    from: { path: '^(sdk|widget|console)/', pathNot: [TEST_FILE, '^sdk/src/co-browse/recorder-chunk\\.ts$'] },
    to: {
      path: [
        '^sdk/src/co-browse/(|[^/]*-)recorder\\.ts$',
        '^console/src/replay/(|[^/]*-)player\\.tsx?$',
        '^sdk/src/call/(|[^/]*-)media\\.ts$',
      ],
      dynamic: false,
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'replay-stands-alone',
    comment:
      'A hostile page is shown in a sandboxed document of its own, which must not share code paths with the console.',
    severity: 'error',
    from: { path: '^console/src/replay/', pathNot: TEST_FILE },
    to: { path: '^console/src/', pathNot: '^console/src/replay/' },
  },
];

const packages = (...names) => `node_modules/(@types/)?(${names.join('|')})/`;

const walls = [
  wall('http', packages('express', 'ws'), ['^server/src/transport/'], 'express and ws only in transport.'),
  wall(
    'preact',
    packages('preact', '@preact/[^/]+'),
    ['^(widget|console)/src/'],
    'The sdk is headless and the server draws nothing: preact only in widget and console.',
  ),
  wall(
    'sql',
    ['^(node:)?sqlite$', packages('kysely', 'pg')],
    ['^server/src/storage/', '^server/src/[^/]+/(|[^/]*-)store\\.ts$'],
    'SQL only in storage/ and in files named *-store.ts, where two dialects are kept equal.',
  ),
  wall('redis', packages('ioredis'), ['^server/src/bus/'], 'Redis carries only what may be lost: the bus.'),
  wall('jose', packages('jose'), ['^server/src/identity/'], 'Tokens are made and checked in identity only.'),
  wall(
    'rrweb',
    packages('rrweb', '@rrweb/[^/]+', 'rrweb-[^/]+'),
    ['^sdk/src/co-browse/', '^console/src/replay/'],
    'rrweb only in the recorder and the player.',
  ),
  wall('livekit-client', packages('livekit-client'), ['^sdk/src/call/'], 'Media in one place.'),
  wall('livekit-server', packages('livekit-server-sdk'), ['^server/src/call/'], 'Rooms in one place.'),
];

const hygiene = [
  {
    name: 'resolves',
    comment: 'An import that cannot be resolved stands in no lane, so all others would be blind to it.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-circle',
    comment: 'Modules in a circle can only be understood, loaded and tested together.',
    severity: 'error',
    from: { pathNot: NOT_SHIPPED },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'run-time-dependencies-are-declared',
    comment: 'A development dependency is not there when the server is installed without them.',
    severity: 'error',
    from: { path: '^(sdk|server)/src/', pathNot: TEST_FILE },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only', 'npm', 'npm-optional'],
      pathNot: '@types/',
    },
  },
  {
    name: 'server-folders-have-a-rank',
    comment: 'A folder without a rank would be outside of all lanes: give it one in .dependency-cruiser.mjs.',
    severity: 'error',
    from: {},
    to: {
      path: '^server/src/[^/]+/',
      pathNot: `^server/src/(${[...SERVER_RANKS.flat(), ...SERVER_TOP].join('|')})/`,
    },
  },
];

export default {
  forbidden: [...hygiene, ...workspaces, ...serverRanks, ...capabilities, ...browserBundles, ...walls],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|data|test-output)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts'],
    },
  },
};
