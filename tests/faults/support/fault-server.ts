/**
 * The server's own demo with other limits or a wrong clock: an entry file for runs that test them, or that must not
 * meet them. `FAULT_LIMITS` is JSON of the limits that differ from what visitors meet in production;
 * `FAULT_CLOCK_SHIFT_MS` is how far its wall clock is off, and each SIGUSR2 puts that clock back by an hour. Each SIGWINCH
 * collects garbage and says how many bytes are in use then.
 */
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../../sdk/src/lib/clock.ts';
import { startApp } from '../../../server/src/app.ts';
import { readConfig } from '../../../server/src/lib/config.ts';
import { defaultLimits, type Limits } from '../../../server/src/lib/limits.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const HOUR_MS = 60 * 60_000;
let clockShiftMs = 0;

function shiftClock(milliseconds: number): void {
  clockShiftMs += milliseconds;
  console.log(`the clock is off by ${clockShiftMs} ms`);
}

const shiftAtStart = Number(process.env['FAULT_CLOCK_SHIFT_MS'] ?? 0);
if (shiftAtStart !== 0) shiftClock(shiftAtStart);
process.on('SIGUSR2', () => shiftClock(-HOUR_MS));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
process.on('SIGWINCH', () => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  console.log(`memory in use: ${heapUsed + external}`);
});

const limits = { ...defaultLimits, ...(JSON.parse(process.env['FAULT_LIMITS'] ?? '{}') as Partial<Limits>) };

const app = await startApp({
  config: readConfig(process.env),
  mode: 'demo',
  clock: { ...systemClock, now: () => Date.now() + clockShiftMs },
  limits,
  distFolder: resolve(ROOT, 'dist'),
  demoFolder: resolve(ROOT, 'demo-site'),
});
for (const name of app.people) console.log(`Sign in as ${name}: ${await app.signInLink(name)}`);
console.log(`Alongside ready on ${app.url}`);
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
