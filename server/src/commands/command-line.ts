import { Command, CommanderError } from 'commander';
import { ConfigError, type Environment } from '../lib/config.ts';
import { oneLine } from '../lib/report.ts';
import { StartError } from '../lib/start-error.ts';
import { SettingsFault } from '../settings/settings-fault.ts';
import { administrationCommands } from './administration-commands.ts';
import { serverCommands } from './server-commands.ts';

/** What the command line needs of its process. */
export interface CommandPorts {
  /** Without the program's own name. */
  readonly words: readonly string[];
  readonly environment: Environment;
  readonly out: (line: string) => void;
  readonly problem: (line: string) => void;
  /** All of standard input; absent: there is none. */
  readonly input?: () => Promise<string>;
  /** Calls `then` when the process is asked to stop. */
  readonly onStopSignal: (then: () => void) => void;
  /** Called once a server is ready, for what can wait until then. */
  readonly onReady?: () => void;
}

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Runs one command; answers the exit code: 1 for what the operator has to change, 2 for a wrong word or value. */
export async function runCommandLine(ports: CommandPorts): Promise<number> {
  const program = new Command('alongside')
    .description('A self-hosted web contact centre.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => ports.out(text.trimEnd()),
      writeErr: () => undefined,
    });
  for (const command of [...serverCommands(ports), ...administrationCommands(ports)]) {
    program.addCommand(command);
    inherit(command, program);
  }
  try {
    await program.parseAsync(ports.words, { from: 'user' });
    return EXIT_DONE;
  } catch (error) {
    return exitCodeOf(error, ports);
  }
}

/** Commands of commands too end with a {@link CommanderError} instead of ending the process. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent).exitOverride();
  for (const child of command.commands) inherit(child, command);
}

function exitCodeOf(error: unknown, { problem }: CommandPorts): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === EXIT_DONE) return EXIT_DONE;
    const isIncomplete = error.code === 'commander.help';
    problem(isIncomplete ? 'Say what to do: npx alongside --help.' : oneLine(error).replace(/^error: /, ''));
    return EXIT_USAGE;
  }
  if (error instanceof ConfigError) {
    problem(error.message);
    return EXIT_USAGE;
  }
  if (error instanceof SettingsFault) {
    problem(`${error.field === undefined ? '' : `${error.field}: `}${error.message}.`);
    return error.code === 'stale' ? EXIT_FAILED : EXIT_USAGE;
  }
  problem(error instanceof StartError ? error.message : `A fault: ${oneLine(error)}`);
  return EXIT_FAILED;
}
