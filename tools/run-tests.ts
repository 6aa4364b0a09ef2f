import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEBIAN_PACKAGE } from '../tests/support/programs.ts';
import { closingLine, type Counts, NONE, plus } from './run/counts.ts';
import { endWithUsage, optionsOf } from './run/options.ts';
import { provide } from './run/programs.ts';
import { runStage } from './run/run-stage.ts';
import { schedule } from './run/schedule.ts';
import { STAGES, type Stage } from './run/stages.ts';

/** Three were no quicker on two cores, and slow enough to fail what has a time limit. */
const STAGES_AT_ONCE = 2;
const NAME_WIDTH = 14;
const HELP = `Every check that a change must pass, two at a time, and one closing line.

  npm test -- [options]

  --only unit,lint   some stages only: ${STAGES.map(({ name }) => name).join(', ')}
  --long             makes seeded runs longer, and runs those that take hours
  --help             this text`;
const root = resolve(import.meta.dirname, '..');

function chosenStages(only: string | undefined): readonly Stage[] {
  if (only === undefined) return STAGES;
  const names = only.split(',');
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    endWithUsage(`No stage ${unknown.join(', ')}.`, HELP);
  }
  return STAGES.filter((stage) => names.includes(stage.name));
}

/** On a developer's machine a missing program skips its suites by name; on CI those suites run and fail. */
function sayWhatIsMissing(stages: readonly Stage[]): void {
  if (!stages.some((stage) => stage.suite)) return;
  for (const name of provide()) {
    const fate = process.env['CI'] === 'true' ? 'missing' : 'skipped';
    console.log(`${fate}: no ${name} (install ${DEBIAN_PACKAGE[name]})`);
  }
}

const values = optionsOf(HELP, { only: { type: 'string' }, long: { type: 'boolean' } });
const stages = chosenStages(values.only);
sayWhatIsMissing(stages);

const reports = join(root, 'test-output');
await mkdir(reports, { recursive: true });
const environment = { ...process.env, ...(values.long && { ALONGSIDE_LONG: '1' }) };
let sum: Counts = NONE;

await schedule(
  stages,
  STAGES_AT_ONCE,
  async (stage) => {
    const { counts, ok, seconds, output } = await runStage(root, stage, reports, environment);
    sum = plus(sum, counts);
    if (!ok) console.log(`\n──── ${stage.name} ────\n${output.trimEnd()}\n`);
    console.log(
      `${ok ? 'ok    ' : 'FAILED'} ${stage.name.padEnd(NAME_WIDTH)} ${seconds.toFixed(1).padStart(6)} s  ${closingLine(counts)}`,
    );
    return ok;
  },
  (stage) => {
    sum = plus(sum, { ...NONE, failed: 1 });
    console.log(`FAILED ${stage.name.padEnd(NAME_WIDTH)}    not run: ${stage.after ?? ''} failed`);
  },
);

console.log(`\n${closingLine(sum)}`);
process.exitCode = sum.failed > 0 ? 1 : 0;
