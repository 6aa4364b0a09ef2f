import { readFile } from 'node:fs/promises';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

/** The build turns a widget's style sheet into a string; tests get the same string, unminified. */
const cssAsText = {
  name: 'css-as-text',
  enforce: 'pre' as const,
  async load(id: string) {
    const [path = ''] = id.split('?');
    if (!path.endsWith('.css')) return null;
    return { code: `export default ${JSON.stringify(await readFile(path, 'utf8'))}`, moduleType: 'js' };
  },
};

const UNIT_TIMEOUT_MS = 10_000;
const PROCESS_TIMEOUT_MS = 60_000;
/** Two cores are what the smallest machine of CI has; browsers and databases run beside the workers. */
const WORKERS_MAX = 2;

/** Suites that start processes of their own and share one Postgres and one Redis for the whole run. */
function suite(name: string, include: string[], timeout = PROCESS_TIMEOUT_MS): TestProjectConfiguration {
  return {
    extends: true,
    test: {
      name,
      include,
      environment: 'node',
      testTimeout: timeout,
      hookTimeout: PROCESS_TIMEOUT_MS,
      globalSetup: ['tests/support/global-setup.ts'],
    },
  };
}

export default defineConfig({
  plugins: [cssAsText],
  // The build puts the hashed name here.
  define: { __SHELL_URL__: JSON.stringify('/assets/shell.js') },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', target: 'es2023' },
  test: {
    maxWorkers: WORKERS_MAX,
    passWithNoTests: true,
    restoreMocks: true,
    unstubGlobals: true,
    projects: [
      suite('node', ['{sdk,server}/src/**/*.test.ts', 'tools/**/*.test.ts'], UNIT_TIMEOUT_MS),
      {
        extends: true,
        test: {
          name: 'dom',
          include: ['{widget,console}/src/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          testTimeout: UNIT_TIMEOUT_MS,
        },
      },
      suite('documentation', ['tests/documentation/**/*.test.ts']),
      suite('properties', ['tests/properties/**/*.test.ts']),
      suite('integration', ['tests/{integration,support}/**/*.test.ts']),
      suite('faults', ['tests/faults/**/*.test.ts']),
      suite('e2e', ['tests/e2e/**/*.test.ts']),
    ],
  },
});
