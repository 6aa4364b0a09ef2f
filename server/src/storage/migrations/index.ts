import { initial } from './0001-initial.ts';
import { severalProcesses } from './0002-several-processes.ts';
import { settings } from './0003-settings.ts';
import { siteVersions } from './0004-site-versions.ts';
import type { Migration } from './migration.ts';

/** Every step, in order. */
export const migrations: readonly Migration[] = [initial, severalProcesses, settings, siteVersions];
