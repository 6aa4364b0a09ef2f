import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const WORKSPACE_FOLDERS = ['sdk', 'widget', 'console', 'server', 'tools', 'tests'];
const OUTPUT_MAX_BYTES = 256 * 1024 * 1024;
const house = resolve(import.meta.dirname, '..');
const configuration = join(house, '.dependency-cruiser.mjs');

/** One import that leaves its lane. */
export interface LaneViolation {
  readonly lane: string;
  readonly from: string;
  readonly to: string;
}

/** What a look at all imports below a root found. */
export interface LaneReport {
  readonly modules: readonly string[];
  readonly violations: readonly LaneViolation[];
  /** Source files that the check did not read; it would pass whatever they import. */
  readonly unread: readonly string[];
}

interface CruiseResult {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

async function sourceFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of WORKSPACE_FOLDERS.filter((each) => existsSync(join(root, each)))) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
      if (entry.isFile() && /\.tsx?$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
        found.push(path);
    }
  }
  return found;
}

/**
 * Checks every import below `root` against `.dependency-cruiser.mjs`.
 *
 * dependency-cruiser reports success when it could read nothing, so the files that it did not see are reported too.
 */
export async function checkLanes(root: string): Promise<LaneReport> {
  const folders = WORKSPACE_FOLDERS.filter((each) => existsSync(join(root, each)));
  const cruise = join(house, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [cruise, '--no-progress', '--config', configuration, '--output-type', 'json', ...folders],
    { cwd: root, maxBuffer: OUTPUT_MAX_BYTES },
  );
  const result = JSON.parse(stdout) as CruiseResult;
  const modules = result.modules.map((module) => module.source);
  const read = new Set(modules);
  return {
    modules,
    violations: result.summary.violations.map(({ rule, from, to }) => ({ lane: rule.name, from, to })),
    unread: (await sourceFiles(root)).filter((path) => !read.has(path)),
  };
}

/** Every lane's name and the reason for it. */
export async function laneReasons(): Promise<ReadonlyMap<string, string>> {
  const { default: config } = (await import(pathToFileURL(configuration).href)) as {
    default: { forbidden: readonly { readonly name: string; readonly comment: string }[] };
  };
  return new Map(config.forbidden.map((lane) => [lane.name, lane.comment]));
}
