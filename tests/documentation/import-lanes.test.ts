import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkLanes, laneReasons, type LaneReport } from '../../tools/lanes.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const house = resolve(import.meta.dirname, '../..');

/** One forbidden import for every lane: the file that is planted, and what it imports. */
const PLANTED: Record<string, readonly [file: string, source: string]> = {
  resolves: ['server/src/lib/lost.ts', `import './missing.ts';`],
  'no-circle': ['sdk/src/lib/first.ts', `import './second.ts'; export const first = 1;`],
  'run-time-dependencies-are-declared': ['server/src/lib/dev.ts', `import 'vitest';`],
  'server-folders-have-a-rank': ['server/src/app.ts', `import './misc/thing.ts';`],
  'protocol-imports-nothing': ['sdk/src/protocol/index.ts', `import type { A } from '../lib/thing.ts';`],
  'sdk-stands-alone': ['sdk/src/lib/up.ts', `import '../../../server/src/lib/thing.ts';`],
  'browsers-have-no-node': ['widget/src/ui/disk.ts', `import 'node:fs';`],
  'nobody-imports-the-top': ['console/src/ui/borrow.ts', `import '../../../widget/src/ui/thing.ts';`],
  'tests-use-support-only': [
    'server/src/lib/far.test.ts',
    `import '../../../widget/src/ui/thing.ts'; import '../../../tests/support/thing.ts';`,
  ],
  'source-imports-no-test': ['server/src/lib/uses-test.ts', `import './some.test.ts';`],
  'widget-enters-by-the-door': ['widget/src/ui/agent.ts', `import '@alongside/sdk/agent';`],
  'console-enters-by-the-door': ['console/src/ui/visitor.ts', `import '@alongside/sdk';`],
  'server-enters-by-the-door': ['server/src/lib/side.ts', `import '../../../sdk/src/lib/thing.ts';`],
  'server-rank-lib': ['server/src/lib/high.ts', `import '../storage/thing.ts';`],
  'server-rank-storage': ['server/src/events/high.ts', `import type { A } from '../identity/thing.ts';`],
  'server-rank-identity': ['server/src/customers/high.ts', `import '../routing/thing.ts';`],
  'server-rank-routing': ['server/src/rules/high.ts', `import '../chat/thing.ts';`],
  'server-rank-settings': ['server/src/settings/high.ts', `import '../chat/thing.ts';`],
  'server-rank-desk': ['server/src/desk/high.ts', `import '../call/thing.ts';`],
  'server-rank-chat': ['server/src/call/high.ts', `import '../reports/thing.ts';`],
  'server-rank-hooks': ['server/src/reports/high.ts', `import '../transport/thing.ts';`],
  'server-rank-transport': ['server/src/transport/high.ts', `import '../main.ts';`],
  'capabilities-do-not-meet': ['server/src/chat/meets.ts', `import type { A } from '../forms/thing.ts';`],
  'only-the-entry-lists-capabilities': ['console/src/inbox/lists.ts', `import '../chat/thing.ts';`],
  'connection-knows-no-capability': ['sdk/src/connection/knows.ts', `import '../chat/thing.ts';`],
  'transport-knows-no-capability': ['server/src/transport/knows.ts', `import '../call/thing.ts';`],
  'visitor-knows-no-agent': ['sdk/src/chat/visitor-chat.ts', `import './agent-thing.ts';`],
  'agent-knows-no-visitor': ['sdk/src/chat/agent-chat.ts', `import './visitor-thing.ts';`],
  'loader-imports-nothing': ['widget/src/loader/loader.ts', `import '@alongside/sdk/protocol';`],
  'lazy-panels': ['widget/src/shell/main.tsx', `import '../chat/panel.tsx';`],
  'lazy-recorder-player-media': ['sdk/src/visitor.ts', `import './co-browse/visitor-recorder.ts';`],
  'replay-stands-alone': ['console/src/replay/player.ts', `import '../ui/thing.ts';`],
  'wall-http': ['server/src/identity/web.ts', `import 'express';`],
  'wall-preact': ['sdk/src/lib/view.ts', `import 'preact';`],
  'wall-sql': ['server/src/chat/chat-service.ts', `import 'node:sqlite';`],
  'wall-redis': ['server/src/routing/cache.ts', `import 'ioredis';`],
  'wall-jose': ['server/src/transport/token.ts', `import 'jose';`],
  'wall-rrweb': ['widget/src/co-browse/frames.ts', `import 'rrweb';`],
  'wall-livekit-client': ['widget/src/call/room.ts', `import 'livekit-client';`],
  'wall-livekit-server': ['server/src/routing/room.ts', `import 'livekit-server-sdk';`],
};

/** Imports that look alike and are allowed. */
const ALLOWED: Record<string, string> = {
  'sdk/src/lib/second.ts': `import './first.ts'; export const second = 2;`,
  'sdk/src/visitor-lazy.ts': `export const load = () => import('./co-browse/visitor-recorder.ts');`,
  'widget/src/loader/types-only.ts': `import type { A } from '@alongside/sdk/protocol';`,
  'widget/src/chat/registration.ts': `export const panel = () => import('./panel.tsx');`,
  'server/src/transport/server.ts': `import 'express'; import 'ws'; import '../lib/thing.ts';`,
  'server/src/chat/chat-store.ts': `import 'kysely'; import 'node:sqlite'; import '../storage/thing.ts';`,
  'server/src/main.ts': `import './transport/thing.ts'; import './chat/thing.ts';`,
  'tests/e2e/any.test.ts': `import '../../server/src/lib/thing.ts'; import 'express';`,
};

const TARGETS = [
  ...['sdk/src/lib', 'sdk/src/chat', 'server/src/lib', 'server/src/storage', 'server/src/identity'],
  ...['server/src/routing', 'server/src/chat', 'server/src/forms', 'server/src/call', 'server/src/reports'],
  ...['server/src/transport', 'server/src/misc', 'widget/src/ui', 'console/src/ui', 'console/src/chat'],
  'tests/support',
].map((folder) => `${folder}/thing.ts`);

const OTHER_TARGETS = [
  ...['sdk/src/agent.ts', 'sdk/src/chat/agent-thing.ts', 'sdk/src/chat/visitor-thing.ts'],
  ...['sdk/src/co-browse/visitor-recorder.ts', 'widget/src/chat/panel.tsx', 'server/src/lib/some.test.ts'],
];

const PACKAGES = [
  ...['express', 'ws', 'preact', 'kysely', 'ioredis', 'jose', 'rrweb', 'livekit-client'],
  ...['livekit-server-sdk', 'vitest'],
];

async function write(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function plant(root: string): Promise<void> {
  for (const path of [...TARGETS, ...OTHER_TARGETS]) await write(root, path, 'export type A = 1;\n');
  for (const [path, source] of Object.entries(ALLOWED)) await write(root, path, source);
  for (const [path, source] of Object.values(PLANTED)) await write(root, path, source);
  for (const name of PACKAGES) {
    await write(root, `node_modules/${name}/index.js`, 'export {};\n');
    await write(root, `node_modules/${name}/package.json`, JSON.stringify({ name, type: 'module' }));
  }
  for (const path of ['tsconfig.base.json', 'package.json', 'sdk/package.json', 'server/package.json']) {
    await cp(join(house, path), join(root, path));
  }
  await mkdir(join(root, 'node_modules/@alongside'), { recursive: true });
  await symlink(join(root, 'sdk'), join(root, 'node_modules/@alongside/sdk'));
}

describe('import lanes', () => {
  let report: LaneReport;

  let root: TemporaryFolder;

  beforeAll(async () => {
    root = await temporaryFolder('lanes');
    await plant(root.path);
    report = await checkLanes(root.path);
  }, 60_000);

  afterAll(() => root.remove());

  test.each(Object.entries(PLANTED))('%s reports a planted import', (lane, [file]) => {
    expect(report.violations.filter((each) => each.from === file).map((each) => each.lane)).toContain(lane);
  });

  test('imports within their lanes are not reported', () => {
    const circle = ['sdk/src/lib/second.ts'];
    const wrong = report.violations.filter(({ from }) => from in ALLOWED && !circle.includes(from));
    expect(wrong).toEqual([]);
  });

  test('every lane has a planted import', async () => {
    const reasons = await laneReasons();
    expect([...reasons.keys()].toSorted()).toEqual(Object.keys(PLANTED).toSorted());
    for (const [lane, reason] of reasons) expect(reason.length, lane).toBeGreaterThan(10);
  });

  test('every planted file is read', () => {
    expect(report.unread).toEqual([]);
  });
});
