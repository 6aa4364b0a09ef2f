import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../server/src/commands/command-line.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const MAIN = resolve(import.meta.dirname, '../../server/src/main.ts');
const END_MS = 50_000;

interface Ended {
  code: number | null;
  out: string[];
  problem: string[];
}

/** Runs one command inside of this process, for what fails before anything is started. */
async function inProcess(words: string[], environment: Record<string, string>): Promise<Ended> {
  const out: string[] = [];
  const problem: string[] = [];
  const code = await runCommandLine({
    words,
    environment: { PORT: '0', LOG_LEVEL: 'silent', ...environment },
    out: (line) => void out.push(line),
    problem: (line) => void problem.push(line),
    onStopSignal: (then) => then(),
  });
  return { code, out, problem };
}

/** Runs one command to its end; the environment has nothing but what the test says. */
async function alongside(words: string[], environment: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ...environment },
    timeout: END_MS,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let problem = '';
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => (problem += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
  return { code, out: lines(out), problem: lines(problem) };
}

let folder: TemporaryFolder;
let dataFolder: string;
beforeEach(async () => {
  folder = await temporaryFolder('command-line');
  dataFolder = join(folder.path, 'data');
});
afterEach(() => folder.remove());

describe('a value that cannot be used is one line and exit code 2', () => {
  test.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['HOST', 'not a host'],
    ['HOST', '1.2.3'],
    ['PUBLIC_URL', 'chat.test'],
    ['PUBLIC_URL', 'https://chat.test/path'],
    ['PUBLIC_URL', 'ftp://chat.test'],
    ['DATABASE_URL', 'mysql://db'],
    ['DATABASE_URL', 'nonsense'],
    ['SECRET', 'short'],
    ['SECRET', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaa,b'],
    ['TRUST_PROXY', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['REDIS_URL', 'redis://127.0.0.1'],
    ['REDIS_URL', '127.0.0.1'],
    ['SMTP_URL', 'http://mail.test'],
    ['LIVEKIT_URL', 'mail'],
    ['VIEWER_PORT', '1e4'],
    ['VIEWER_ORIGIN', 'view'],
    ['ALONGSIDE_PORT', '1'],
  ])('%s=%s', async (name, value) => {
    const ended = await inProcess(['serve'], { DATA_DIR: dataFolder, [name]: value });
    expect(ended).toMatchObject({ code: 2, out: [], problem: [expect.stringContaining(name)] });
    if (name === 'SECRET') expect(ended.problem.join('')).not.toContain(value);
  });

  test('the demo on an address that others reach', async () => {
    const ended = await inProcess(['demo'], { DATA_DIR: dataFolder, HOST: '0.0.0.0' });
    expect(ended).toMatchObject({ code: 2, problem: [expect.stringContaining('0.0.0.0')] });
  });

  test.each([
    [[]],
    [['nonsense']],
    [['export']],
    [['erase']],
    [['serve', 'extra']],
    [['serve', '--port', '1']],
    [['site', 'add', 'shop']],
    [['site', 'add', 'shop', '--origin', 'https://*.test']],
    [['site', 'add', 'SHOP', '--origin', 'https://shop.test']],
    [['agent', 'add', 'shop', 'Zoe', '--role', 'root']],
  ])('words %j', async (words) => {
    const ended = await inProcess(words, { DATA_DIR: dataFolder });
    expect(ended.code).toBe(2);
    expect(ended.problem).toHaveLength(1);
  });
});

describe('what the operator has to change is one line and exit code 1', () => {
  const fails = async (
    words: string[],
    environment: Record<string, string>,
    expected: RegExp,
  ): Promise<void> => {
    const ended = await inProcess(words, environment);
    expect(ended).toMatchObject({ code: 1, out: [], problem: [expect.stringMatching(expected)] });
  };

  test('an occupied port, and the process ends by itself', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const ended = await alongside(['serve'], { DATA_DIR: dataFolder, PORT: port });
    expect(ended).toMatchObject({
      code: 1,
      out: [],
      problem: [expect.stringContaining(`Port ${port} is in use`)],
    });
    other.close();
  });

  test('an address of another machine', () =>
    fails(
      ['serve'],
      { DATA_DIR: dataFolder, HOST: '192.0.2.1' },
      /HOST 192\.0\.2\.1 is not an address of this machine/,
    ));

  test('a data folder that cannot be made', async () => {
    await writeFile(join(folder.path, 'file'), '');
    await fails(['serve'], { DATA_DIR: join(folder.path, 'file', 'data') }, /Cannot make the data folder/);
  });

  test('a file that is no database', async () => {
    await mkdir(dataFolder);
    await writeFile(join(dataFolder, 'alongside.db'), 'x'.repeat(5_000));
    await fails(['serve'], { DATA_DIR: dataFolder }, /is damaged or not a SQLite file/);
  });

  test('a database that does not answer, without its password', async () => {
    const place = 'postgres://alongside:verysecret@127.0.0.1:1/alongside';
    const ended = await inProcess(['serve'], { DATA_DIR: dataFolder, DATABASE_URL: place });
    expect(ended.code).toBe(1);
    expect(ended.problem).toHaveLength(1);
    expect(ended.problem.join('')).not.toContain('verysecret');
  });

  test('an unknown site or person', async () => {
    await fails(['agent', 'add', 'shop', 'Zoe'], { DATA_DIR: dataFolder }, /There is no site shop/);
  });

  test('a secret of the data folder that is too short', async () => {
    await mkdir(dataFolder);
    await writeFile(join(dataFolder, 'secret'), 'short');
    await fails(['serve'], { DATA_DIR: dataFolder }, /secret/);
  });
});

describe('beside a running server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ command: 'serve' });
  });
  afterAll(() => server.remove());

  test('a second server on the same folder is one line and exit code 1, and the first one lives on', async () => {
    const ended = await alongside(['serve'], { DATA_DIR: server.dataFolder });
    expect(ended).toMatchObject({ code: 1, problem: [expect.stringContaining('Another Alongside server')] });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  test('a site and a person are added, and the link signs in at the running server', async () => {
    const environment = { DATA_DIR: server.dataFolder, PORT: String(server.port) };
    const words = ['site', 'add', 'shop', '--origin', 'https://shop.test', '--name', 'The shop'];
    const added = await alongside(words, environment);
    expect(added).toMatchObject({ code: 0, problem: [] });
    expect(added.out).toEqual([`<script async src="${server.url}/embed/shop.js"></script>`]);
    expect((await fetch(`${server.url}/embed/shop.js`)).status).not.toBe(404);
    expect(await alongside(words, environment)).toMatchObject({ code: 1 });

    const zoe = await alongside(['agent', 'add', 'shop', 'Zoe', '--role', 'admin'], environment);
    const link = /^Sign in as Zoe: (\S+)$/.exec(zoe.out[0] ?? '')?.[1] ?? '';
    const [where, code] = link.split('#sign-in=');
    expect(where).toBe(`${server.url}/console/`);
    const response = await fetch(`${server.url}/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    expect(await response.json()).toMatchObject({ agent: { name: 'Zoe' }, role: 'admin' });
    const again = await alongside(['agent', 'link', 'shop', 'Zoe'], environment);
    expect(again.out[0]).toMatch(/^Sign in as Zoe: /);
    expect(again.out[0]).not.toBe(zoe.out[0]);
  });

  test('serve has neither the demo’s site nor its people', async () => {
    expect(server.signInLinks.size).toBe(0);
    expect((await fetch(`${server.url}/embed/demo.js`)).status).toBe(404);
    expect((await fetch(`${server.url}/demo/`)).status).toBe(404);
  });

  test('the doctor finds all well, and finds what is wrong', async () => {
    const well = await alongside(['doctor'], { DATA_DIR: server.dataFolder });
    expect(well).toMatchObject({ code: 0, problem: [] });
    expect(well.out.join('\n')).toContain('the data is whole');
    const secret = join(server.dataFolder, 'secret');
    await chmod(secret, 0o644);
    const ill = await alongside(['doctor'], { DATA_DIR: server.dataFolder, HOST: '0.0.0.0' });
    expect(ill.code).toBe(1);
    expect(ill.out.filter((line) => line.startsWith('BAD'))).toHaveLength(2);
    await chmod(secret, 0o600);
  });
});

test('the secret is made once, for its owner only', async () => {
  const server = await startServer({ command: 'serve', dataFolder });
  await server.stop();
  const { mode, mtimeMs } = await stat(join(dataFolder, 'secret'));
  expect(mode & 0o777).toBe(0o600);
  const again = await startServer({ command: 'serve', dataFolder });
  await again.stop();
  expect((await stat(join(dataFolder, 'secret'))).mtimeMs).toBe(mtimeMs);
});

test('help names what there is, and only that', async () => {
  const { code, out } = await inProcess(['--help'], {});
  expect(code).toBe(0);
  const commands = out.join('\n').split('Commands:')[1] ?? '';
  const names = [...commands.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
  expect(names).toEqual([
    'demo',
    'serve',
    'site',
    'agent',
    'settings',
    'migrate',
    'restore',
    'doctor',
    'help',
  ]);
});
