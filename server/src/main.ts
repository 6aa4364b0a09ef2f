#!/usr/bin/env node
import './lib/node-version.ts';
import { runCommandLine } from './commands/command-line.ts';

process.exitCode = await runCommandLine({
  words: process.argv.slice(2),
  environment: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  problem: (line) => process.stderr.write(`${line}\n`),
  onStopSignal: (then) => {
    process.once('SIGTERM', then);
    process.once('SIGINT', then);
  },
});
