import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../tests/support/temporary-folder.ts';
import type { Manifest } from './build/manifest.ts';

const house = resolve(import.meta.dirname, '..');
const SENTENCE = 'A sentence that only the documentation needs.';
const BUILD_TIMEOUT_MS = 60_000;

const SOURCES: Record<string, string> = {
  'sdk/src/protocol/schema.ts': `export function message(type: string, since: number, doc: string) { return { type, since, doc }; }`,
  'sdk/src/protocol/chat.ts': `import { message } from './schema.ts';
    export const send = message('chat.send', 1, '${SENTENCE}');
    export const errors = { malformed: { duty: 'stop', doc: '${SENTENCE}' } };`,
  'sdk/src/co-browse/recorder-chunk.ts': `export const start = () => 'recording';`,
  'widget/src/co-browse/owner-preview.ts': `declare const __RECORDER_URL__: string;
    export const recorder = () => import(new URL(__RECORDER_URL__, import.meta.url).href);`,
  'widget/src/loader/loader.ts': `declare const __SHELL_URL__: string;
    declare const __PREVIEW_URL__: string;
    void import(new URL(__PREVIEW_URL__, (document.currentScript as HTMLScriptElement).src).href);
    void import(new URL(__SHELL_URL__, (document.currentScript as HTMLScriptElement).src).href);`,
  'widget/src/shell/main.tsx': `import css from './shell.css';
    import { errors, send } from '../../../sdk/src/protocol/chat.ts';
    export const start = (root: ShadowRoot) => { root.append(css, JSON.stringify([send, errors])); };
    declare const __RECORDER_URL__: string;
    export const panel = () => import('../chat/panel.tsx');
    export const recorder = (server: string) => import(server + __RECORDER_URL__);`,
  'widget/src/shell/shell.css': `.panel {\n  color: var(--alongside-text);\n  &:hover { opacity: 0.5; }\n}\n`,
  'widget/src/chat/panel.tsx': `export const Panel = () => <p>panel</p>;`,
  'console/src/main.tsx': `import './base.css';
    import { Inbox } from './inbox.tsx';
    document.querySelector('#console')?.append(String(Inbox));`,
  'console/src/base.css': `body { margin: 0 }`,
  'console/src/inbox.tsx': `import './inbox.css'; export const Inbox = () => <main />;`,
  'console/src/inbox.css': `main { display: grid }`,
  'console/index.html': `<!doctype html><head><!-- assets --></head>`,
  'console/view.html': `<!doctype html><head><!-- assets --></head>`,
  'console/src/replay/main.ts': `document.body.append('a page');`,
  'widget/package.json': `{"type":"module","sideEffects":false}`,
  'console/package.json': `{"type":"module","sideEffects":false}`,
};

async function write(root: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

async function build(root: string): Promise<{ output: string; failed: boolean; milliseconds: number }> {
  const begin = performance.now();
  const run = promisify(execFile)(process.execPath, [join(house, 'tools/build.ts'), root]);
  const { output, failed } = await run.then(
    ({ stdout, stderr }) => ({ output: stdout + stderr, failed: false }),
    (error: unknown) => ({ output: (error as { stderr: string }).stderr, failed: true }),
  );
  return { output, failed, milliseconds: performance.now() - begin };
}

const manifestOf = async (root: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(root, 'dist/manifest.json'), 'utf8')) as Manifest;

async function contentOf(root: string, name: string): Promise<string> {
  const { files } = await manifestOf(root);
  return readFile(join(root, 'dist', files[name]?.file ?? `no ${name}`), 'utf8');
}

describe('build', () => {
  let folder: TemporaryFolder;
  let root: string;

  beforeAll(async () => {
    folder = await temporaryFolder('build');
    root = folder.path;
    await symlink(join(house, 'node_modules'), join(root, 'node_modules'));
    for (const [path, text] of Object.entries(SOURCES)) await write(root, path, text);
    const first = await build(root);
    expect(first).toMatchObject({ failed: false });
  }, BUILD_TIMEOUT_MS);

  afterAll(() => folder.remove());

  test('the manifest names loader, shell, console, its styles and each lazy panel', async () => {
    const { files } = await manifestOf(root);
    expect(Object.keys(files).toSorted()).toEqual(
      [
        ...['console', 'console.css', 'loader', 'preview', 'recorder', 'replay', 'shell'],
        'widget/src/chat/panel',
      ].toSorted(),
    );
    expect(files['shell']).toMatchObject({ dynamicImports: [files['widget/src/chat/panel']?.file] });
    for (const { bytes, gzipBytes, integrity } of Object.values(files)) {
      expect(bytes).toBeGreaterThan(0);
      expect(gzipBytes).toBeGreaterThan(0);
      expect(integrity).toMatch(/^sha384-[\w+/]{64}$/);
    }
  });

  test('the loader is one plain script that knows the hashed addresses of the shell and the preview', async () => {
    const { files } = await manifestOf(root);
    const loader = await contentOf(root, 'loader');
    expect(files['loader']?.file).toBe('loader.js');
    expect(loader).toContain(`"/${files['shell']?.file ?? ''}"`);
    expect(loader).toContain(`"/${files['preview']?.file ?? ''}"`);
    expect(loader).not.toMatch(/__\w+_URL__|^import |export /);
  });

  test('the shell knows the hashed address of the recorder, which is a file of its own', async () => {
    const { files } = await manifestOf(root);
    expect(await contentOf(root, 'shell')).toContain(`"/${files['recorder']?.file ?? ''}"`);
    expect(files['shell']?.imports).toEqual([]);
  });

  test('a widget style sheet is minified text inside the shell', async () => {
    expect(await contentOf(root, 'shell')).toContain('.panel{color:var(--alongside-text)');
  });

  test('the console has one page that links its files with their integrity', async () => {
    const { files } = await manifestOf(root);
    const page = await readFile(join(root, 'dist/console/index.html'), 'utf8');
    for (const name of ['console', 'console.css']) {
      expect(page).toContain(`/${files[name]?.file ?? ''}" integrity="${files[name]?.integrity ?? ''}"`);
    }
    expect(await contentOf(root, 'console.css')).toBe('body{margin:0}\nmain{display:grid}\n');
  });

  test('sentences of the wire are not in any bundle', async () => {
    const shell = await contentOf(root, 'shell');
    expect(shell).toContain('chat.send');
    expect(shell).not.toContain(SENTENCE);
  });

  test('a build without changes leaves all files alone', async () => {
    const path = join(root, 'dist/manifest.json');
    const before = await readFile(path, 'utf8');
    await writeFile(path, `${before}\n`);
    expect(await build(root)).toMatchObject({ failed: false, output: '' });
    expect(await readFile(path, 'utf8')).toBe(`${before}\n`);
  });

  test(
    'after a change the older files stay for 30 days',
    async () => {
      const old = await contentOf(root, 'shell');
      const { files } = await manifestOf(root);
      await write(root, 'dist/assets/ancient.js', '');
      await utimes(join(root, 'dist/assets/ancient.js'), 0, 0);
      await write(root, 'widget/src/shell/shell.css', '.panel { color: red }');

      expect(await build(root)).toMatchObject({ failed: false });

      expect(await contentOf(root, 'shell')).not.toBe(old);
      expect(await readFile(join(root, 'dist', files['shell']?.file ?? ''), 'utf8')).toBe(old);
      await expect(readFile(join(root, 'dist/assets/ancient.js'))).rejects.toThrow('ENOENT');
    },
    BUILD_TIMEOUT_MS,
  );

  test.each([
    ['an import that cannot be resolved', 'widget/src/ui/wrong.ts', `export * from './gone.ts';`, 'gone.ts'],
    ['a style sheet with a mistake', 'widget/src/shell/shell.css', '.panel { color: red; }}', 'shell.css'],
    [
      'a sentence of the wire written in another way',
      'sdk/src/protocol/chat.ts',
      `import { message as declare } from './schema.ts';
       export const send = declare('chat.send', 1, 'x'); export const errors = [\`doc: 'x'\`];`,
      'documentation',
    ],
  ])(
    '%s fails the build and leaves the last one in place',
    async (_case, path, source, named) => {
      const before = await manifestOf(root);
      await write(root, path, source);
      await write(
        root,
        'widget/src/shell/main.tsx',
        `${SOURCES['widget/src/shell/main.tsx'] ?? ''}
        export * from '../ui/wrong.ts';`,
      );
      if (!path.endsWith('wrong.ts')) await write(root, 'widget/src/ui/wrong.ts', 'export const right = 1;');

      const { failed, output } = await build(root);

      expect(failed).toBe(true);
      expect(output).toContain(named);
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(await manifestOf(root)).toEqual(before);
      if (path in SOURCES) await write(root, path, SOURCES[path] ?? '');
    },
    BUILD_TIMEOUT_MS,
  );
});
