import type { Command } from 'commander';
import type { CommandPorts } from './command-line.ts';

export function administrationCommands(_ports: CommandPorts): Command[] {
  return [];
}
