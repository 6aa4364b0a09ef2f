import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectAgent } from '../../sdk/src/agent.ts';
import { absolute } from '../../tools/generate-docs.ts';
import { newTicket, signIn } from '../support/agent-session.ts';
import { ended } from '../support/child.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What the start may take on a fresh machine, its build included. */
const START_MAX_MS = 180_000;

const EXAMPLE_LINES_MAX = 30;

/** A newcomer's environment: nothing of this test run. */
const ownEnvironment = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** The first block of a language in a document. */
function block(document: string, language: string): string {
  const text = readFileSync(absolute(document), 'utf8');
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text);
  if (!found) throw new Error(`${document} has no block of ${language}`);
  return found[1] ?? '';
}

describe('examples that documents give', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.remove());

  test("docs/embedding.md's script chats as a visitor, in 30 lines", async () => {
    const script = block('docs/embedding.md', 'js');
    expect(script.trim().split('\n').length).toBeLessThanOrEqual(EXAMPLE_LINES_MAX);
    const { cookie } = await signIn(server.url, server.signInLinks.get('Ana') ?? '');
    const agent = connectAgent({
      server: server.url,
      storage: 'memory',
      ticket: () => newTicket(server.url, cookie),
    });
    const take = async (item: string, offer: string, conversation: string): Promise<void> => {
      const outcome = await agent.accept(item, offer);
      if (outcome.ok) await agent.open(conversation).send('Yes, Ana is.');
    };
    agent.desk.subscribe((rows) => {
      for (const row of rows.values()) {
        if (row.type !== 'offer') continue;
        void take(row.item, row.offer, row.conversation);
      }
    });
    await agent.setPresence('available');
    try {
      // Read from standard input, so that its imports are found from the workspace as a user's would be.
      const child = spawn(process.execPath, ['--input-type=module'], {
        cwd: absolute(''),
        env: { ...ownEnvironment, SERVER: server.url },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      child.stdin.end(script);
      let output = '';
      child.stdout.on('data', (data: Buffer) => (output += data.toString()));
      expect(await ended(child)).toMatchObject({ code: 0 });
      expect(output).toMatch(/^Visitor \w+: Hello, is anybody there\?\nAna: Yes, Ana is\.\n$/);
    } finally {
      await agent.stop();
    }
  });

  test(
    "README's quick start: the start prints what it says, and the pages that it names answer",
    async () => {
      const readme = readFileSync(absolute('README.md'), 'utf8');
      const commands = block('README.md', 'sh').trim().split('\n');
      expect(commands).toEqual(['npm ci', 'npm start']);
      const folder = await temporaryFolder('quick-start');
      const child = spawn('npm', ['start', '--silent'], {
        cwd: absolute(''),
        env: { ...ownEnvironment, PORT: '0', DATA_DIR: join(folder.path, 'data'), LOG_LEVEL: 'warn' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: string[] = [];
      let text = '';
      const ready = new Promise<string>((resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`npm start ended with ${String(code)}`)));
        child.stdout.on('data', (data: Buffer) => {
          text += data.toString();
          lines.splice(0, lines.length, ...text.split('\n').slice(0, -1));
          const url = /^Alongside ready on (\S+)$/.exec(lines.at(-1) ?? '')?.[1];
          if (url !== undefined) resolve(url);
        });
      });
      const url = await ready;
      const printed = lines.slice(-4).map((line) => line.replace(/: http\S+|http\S+/, ''));
      expect(printed).toEqual(['Sign in as Ana', 'Sign in as Ben', 'Sign in as Sam', 'Alongside ready on ']);
      for (const name of ['Ana', 'Ben', 'Sam']) expect(readme).toContain(`Sign in as ${name}: `);
      for (const path of ['/demo/both', '/demo/', '/embed/demo.js', '/console/', '/healthz']) {
        expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
      }
      child.kill('SIGTERM');
      expect(await ended(child)).toMatchObject({ code: 0 });
      await folder.remove();
    },
    START_MAX_MS,
  );
});
