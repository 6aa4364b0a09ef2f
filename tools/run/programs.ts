import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { DEBIAN_PACKAGE, missingPrograms, type ProgramName } from '../../tests/support/programs.ts';

const INSTALL_TIMEOUT_MS = 5 * 60 * 1000;

const canInstall = (): boolean => existsSync('/etc/debian_version') && process.getuid?.() === 0;

function aptGet(...parameters: string[]): boolean {
  const { status } = spawnSync('apt-get', ['-qq', '-y', ...parameters], {
    stdio: 'ignore',
    timeout: INSTALL_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

/**
 * Installs what tests drive and this machine lacks, where that is one command that needs no question: on Debian, as
 * root. Answers what is still missing.
 */
export function provide(): ProgramName[] {
  const missing = missingPrograms();
  if (missing.length === 0 || !canInstall()) return missing;
  const packages = missing.map((name) => DEBIAN_PACKAGE[name]);
  if (aptGet('update')) aptGet('install', '--no-install-recommends', ...packages);
  return missingPrograms();
}
