import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectVisitor } from '../../sdk/src/visitor.ts';
import { runCommandLine } from '../../server/src/commands/command-line.ts';
import { until } from '../faults/support/until.ts';
import { freshDatabase, sharedPostgres } from '../support/postgres.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';

async function restore(environment: Record<string, string>): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const code = await runCommandLine({
    words: ['restore'],
    environment,
    out: say,
    problem: say,
    onStopSignal: (then) => then(),
  });
  return { code, lines };
}

const STORES = [
  { name: 'SQLite', isMissing: false },
  { name: 'Postgres', isMissing: lacks('postgres') },
] as const;

describe.each(STORES)('npx alongside restore, on $name', ({ name, isMissing }) => {
  let environment: Record<string, string> = {};
  let server: ServerProcess;
  let drop = (): Promise<void> => Promise.resolve();

  beforeAll(async () => {
    if (isMissing) return;
    if (name === 'Postgres') {
      const database = await freshDatabase(await sharedPostgres());
      environment = { DATABASE_URL: database.url };
      drop = () => database.drop();
    }
    server = await startServer({ environment });
    environment = { ...environment, DATA_DIR: server.dataFolder };
  });
  afterAll(async () => {
    if (isMissing) return;
    await server.remove();
    await drop();
  });

  test.skipIf(isMissing)(
    '[DL3] renews the epoch of every log: a client that has seen one loads it anew and says so',
    async () => {
      const visitor = connectVisitor({ server: server.url, site: 'demo', storage: 'memory' });
      await visitor.send('before');
      await until(visitor.conversation, ({ entries }) => entries.length > 0, 'stored');

      const refused = await restore(environment);
      expect(refused).toMatchObject({ code: 1, lines: [expect.stringMatching(/server|in use|running/i)] });
      expect(visitor.conversation.value.restored).toBe(false);

      await server.stop();
      const done = await restore(environment);
      expect(done).toMatchObject({ code: 0, lines: [expect.stringMatching(/^Done: 2 logs/)] });
      server = await startServer({
        environment,
        dataFolder: environment['DATA_DIR'] ?? '',
        port: server.port,
      });
      visitor.hurry();
      const view = await until(visitor.conversation, ({ restored }) => restored, 'the visitor is told');
      expect(view.entries.length).toBeGreaterThan(0);
      await visitor.stop();
    },
  );
});
