import { join } from 'node:path';

/** One runner that `npm test` starts. */
export interface Stage {
  readonly name: string;
  /** Started with this process' own Node. */
  readonly command: readonly string[];
  /** A stage that must have passed before, because this one reads what it leaves. */
  readonly after?: string;
  /** Counts come from vitest's report; otherwise the stage counts as one test. */
  readonly suite: boolean;
}

const bin = (path: string): string => join('node_modules', path);

const check = (name: string, ...command: string[]): Stage => ({ name, command, suite: false });

function suite(name: string, projects: readonly string[], after?: string): Stage {
  const selection = projects.flatMap((project) => ['--project', project]);
  const command = [bin('vitest/vitest.mjs'), 'run', ...selection];
  return { name, command, suite: true, ...(after !== undefined && { after }) };
}

/**
 * All checks, in the order in which they start: the long ones early, so that those at one time end together. Suites
 * that need the browser bundles wait for the build.
 */
export const STAGES: readonly Stage[] = [
  check('build', 'tools/build.ts'),
  check('types', bin('typescript/bin/tsc'), '-b'),
  suite('properties', ['properties']),
  suite('e2e', ['e2e'], 'build'),
  suite('faults', ['faults'], 'build'),
  suite('integration', ['integration'], 'build'),
  suite('unit', ['node', 'dom']),
  check('lint', bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'),
  suite('documentation', ['documentation'], 'build'),
  check('lanes', 'tools/check-lanes.ts'),
  check('format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
];
