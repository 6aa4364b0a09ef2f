import { endWithUsage, optionsOf } from '../../tools/run/options.ts';
import { VARIANTS } from './centre-plan.ts';
import type { DayFigures } from './day-meter.ts';
import { SimulatedDay } from './simulated-day.ts';

/**
 * `npm run simulate -- --seed 7 --days 5`: days of a shop over the engine of the server, with the rules as they
 * are and with others, over the same visitors. The same seed prints the same table.
 */

const DAYS_MAX = 100;
const HELP = `Simulates days of a shop over the routing of the server: with the rules as they are, and with others over
the same visitors, so that they can be compared. The plans stand in tests/centre/centre-plan.ts.

  npm run simulate -- [--seed <number>] [--days <1 to ${DAYS_MAX}>]

  --seed   which days: the same number prints the same table (1)
  --days   how many days the figures are the mean of (5)
  --help   this text`;

interface Words {
  seed: number;
  days: number;
}

function wordsOf(): Words {
  const type = 'string';
  const values = optionsOf(HELP, { seed: { type }, days: { type } });
  const words = { seed: Number(values.seed ?? 1), days: Number(values.days ?? 5) };
  const isMeant = Number.isInteger(words.seed) && Number.isInteger(words.days);
  if (isMeant && words.days >= 1 && words.days <= DAYS_MAX) return words;
  return endWithUsage(`--seed is a whole number, --days one from 1 to ${DAYS_MAX}`, HELP);
}

const { seed, days } = wordsOf();
console.info(`seed ${seed}, ${days} days`);
for (const [name, plan] of Object.entries(VARIANTS)) {
  const figures = Array.from({ length: days }, (_, day) => new SimulatedDay(plan, seed + day).run());
  console.info(`\n${name}\n${lines(figures).join('\n')}`);
}

function lines(figures: readonly DayFigures[]): string[] {
  const mean = (of: (each: DayFigures) => number): number =>
    figures.reduce((sum, each) => sum + of(each), 0) / figures.length;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const each: [string, string][] = [
    ['came a day', mean((day) => day.came).toFixed(0)],
    ['answered', percent(mean((day) => day.answered / day.came))],
    ['gave up', percent(mean((day) => day.abandoned / day.came))],
    ['answered within 20 s', percent(mean((day) => day.serviceLevel))],
    ['waited, on average', seconds(mean((day) => day.meanWaitMs))],
    ['of 20 one waited longer than', seconds(mean((day) => day.highWaitMs))],
    ['occupancy', percent(mean((day) => day.occupancy))],
    ['offers missed a day', mean((day) => day.misses).toFixed(1)],
    ['offers that passed somebody a day', mean((day) => day.bypasses).toFixed(1)],
  ];
  return each.map(([what, value]) => `  ${what.padEnd(34)}${value}`);
}
