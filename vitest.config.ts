import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { widgetRenderer } from './tools/build/renderer.ts';

const CSS_TEXT = '\0css-text:';

/**
 * The build turns a style sheet into text; tests get the same text, unminified. The module is named as a script,
 * because Vite and vitest each take what ends in `.css` for themselves and leave it empty.
 */
const cssAsText = {
  name: 'css-as-text',
  enforce: 'pre' as const,
  resolveId: (source: string, importer?: string) =>
    source.endsWith('.css') && importer !== undefined
      ? `${CSS_TEXT}${resolve(dirname(importer), source)}.js`
      : undefined,
  async load(id: string) {
    if (!id.startsWith(CSS_TEXT)) return undefined;
    const path = id.slice(CSS_TEXT.length, -'.js'.length);
    return `export default ${JSON.stringify(await readFile(path, 'utf8'))}`;
  },
};

const UNIT_TIMEOUT_MS = 10_000;
const PROCESS_TIMEOUT_MS = 60_000;
/** What is looked at again and again comes at once, on a machine that has time; one that has none gets this. */
const POLL_MAX_MS = 30_000;
/** Two cores are what the smallest machine of CI has; browsers and databases run beside the workers. */
const WORKERS_MAX = 2;

/**
 * Suites that start processes of their own and share one Postgres and one Redis for the whole run. `shared`: the files
 * of a worker share its modules, so that each is loaded once; loading took two thirds of the time.
 */
function suite(
  name: string,
  include: string[],
  { timeout = PROCESS_TIMEOUT_MS, shared = false } = {},
): TestProjectConfiguration {
  return {
    extends: true,
    test: {
      name,
      include,
      isolate: !shared,
      environment: 'node',
      testTimeout: timeout,
      hookTimeout: PROCESS_TIMEOUT_MS,
      expect: { poll: { timeout: POLL_MAX_MS } },
      globalSetup: ['tests/support/global-setup.ts'],
    },
  };
}

export default defineConfig({
  plugins: [cssAsText, widgetRenderer()],
  // The build puts the hashed name here.
  define: {
    __SHELL_URL__: JSON.stringify('/assets/shell.js'),
    __PREVIEW_URL__: JSON.stringify('/assets/preview.js'),
    __RECORDER_URL__: JSON.stringify('/assets/recorder.js'),
  },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', target: 'es2023' },
  test: {
    maxWorkers: WORKERS_MAX,
    passWithNoTests: true,
    restoreMocks: true,
    unstubGlobals: true,
    projects: [
      suite('node', ['{sdk,server}/src/**/*.test.ts', 'tools/**/*.test.ts'], {
        timeout: UNIT_TIMEOUT_MS,
        shared: true,
      }),
      {
        extends: true,
        test: {
          name: 'dom',
          include: ['{widget,console}/src/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          setupFiles: ['tests/support/dom-setup.ts'],
          testTimeout: UNIT_TIMEOUT_MS,
        },
      },
      suite('documentation', ['tests/documentation/**/*.test.ts']),
      suite('properties', ['tests/properties/**/*.test.ts']),
      suite('integration', ['tests/{integration,support}/**/*.test.ts'], { shared: true }),
      suite('faults', ['tests/faults/**/*.test.ts']),
      suite('e2e', ['tests/e2e/**/*.test.ts']),
    ],
  },
});
