/**
 * The server's own demo with other limits: an entry file for runs that test limits, or that must not meet them.
 * `FAULT_LIMITS` is JSON of those that differ from what visitors meet in production.
 */
import { resolve } from 'node:path';
import { startApp } from '../../../server/src/app.ts';
import { readConfig } from '../../../server/src/lib/config.ts';
import { defaultLimits, type Limits } from '../../../server/src/lib/limits.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const limits = { ...defaultLimits, ...(JSON.parse(process.env['FAULT_LIMITS'] ?? '{}') as Partial<Limits>) };

const app = await startApp({
  config: readConfig(process.env),
  mode: 'demo',
  limits,
  distFolder: resolve(ROOT, 'dist'),
  demoFolder: resolve(ROOT, 'demo-site'),
});
for (const name of app.people) console.log(`Sign in as ${name}: ${await app.signInLink(name)}`);
console.log(`Alongside ready on ${app.url}`);
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
