import { parseArgs, type ParseArgsConfig } from 'node:util';

const EXIT_CODE_USAGE = 2;

/** Ends the program: the reason, and what can be asked of it. */
export function endWithUsage(reason: string, help: string): never {
  console.error(`${reason}\n\n${help}`);
  process.exit(EXIT_CODE_USAGE);
}

/** The options of this program; `--help` prints the text and ends it, what cannot be read ends it with the reason. */
export function optionsOf<Options extends NonNullable<ParseArgsConfig['options']>>(
  help: string,
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options }>>['values'] {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.info(help);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return endWithUsage(error instanceof Error ? error.message : String(error), help);
  }
}
