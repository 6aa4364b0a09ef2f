import { resolve } from 'node:path';
import { Command } from 'commander';
import { startApp } from '../app.ts';
import { isLoopbackHost } from '../identity/origins.ts';
import { ConfigError, readConfig } from '../lib/config.ts';
import type { CommandPorts } from './command-line.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** `demo` and `serve`: they run until the process is asked to stop. */
export function serverCommands(ports: CommandPorts): Command[] {
  return [
    new Command('demo')
      .description('Run with a demo site and three people, on this machine only; what npm start does.')
      .action(() => run(ports, 'demo')),
    new Command('serve')
      .description('Run for real: no demo site, no seeds.')
      .action(() => run(ports, 'serve')),
  ];
}

async function run(ports: CommandPorts, mode: 'demo' | 'serve'): Promise<void> {
  const config = readConfig(ports.environment);
  if (mode === 'demo' && !isLoopbackHost(config.host === '::1' ? '[::1]' : config.host)) {
    throw new ConfigError(
      `The demo runs on this machine's own addresses only, and HOST is ${config.host}: use npm run serve.`,
    );
  }
  const stopped = new Promise<void>((resolvePromise) => ports.onStopSignal(resolvePromise));
  const app = await startApp({
    config,
    mode,
    distFolder: resolve(ROOT, 'dist'),
    demoFolder: resolve(ROOT, 'demo-site'),
  });
  for (const name of app.people) ports.out(`Sign in as ${name}: ${await app.signInLink(name)}`);
  ports.out(`Alongside ready on ${app.url}`);
  ports.onReady?.();
  await stopped;
  await app.close();
}
