#!/usr/bin/env node
import './lib/node-version.ts';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

// Stripping types and compiling is most of a start; what is kept of it halves the next one.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/alongside'));
const { runCommandLine } = await import('./commands/command-line.ts');

process.exitCode = await runCommandLine({
  words: process.argv.slice(2),
  environment: process.env,
  out: (line) => process.stdout.write(`${line}\n`),
  problem: (line) => process.stderr.write(`${line}\n`),
  input: () => text(process.stdin),
  onStopSignal: (then) => {
    process.once('SIGTERM', then);
    process.once('SIGINT', then);
  },
  onReady: flushCompileCache,
});
