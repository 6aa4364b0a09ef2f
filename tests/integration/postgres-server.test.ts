import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectAgent } from '../../sdk/src/agent.ts';
import { connectVisitor } from '../../sdk/src/visitor.ts';
import { newTicket, signIn } from '../support/agent-session.ts';
import { freshDatabase, sharedPostgres } from '../support/postgres.ts';
import { lacks } from '../support/programs.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';

describe.skipIf(lacks('postgres'))('a server on Postgres', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let server: ServerProcess;

  beforeAll(async () => {
    database = await freshDatabase(await sharedPostgres());
    server = await startServer({ environment: { DATABASE_URL: database.url } });
  });
  afterAll(async () => {
    await server.remove();
    await database.drop();
  });

  test('carries a chat from sign-in to search, over a restart', async () => {
    const { cookie } = await signIn(server.url, server.signInLinks.get('Ana') ?? '');
    const agent = connectAgent({
      server: server.url,
      storage: 'memory',
      ticket: () => newTicket(server.url, cookie),
    });
    const taken = new Promise<string>((resolve) => {
      agent.desk.subscribe((rows) => {
        for (const row of rows.values()) {
          if (row.type !== 'offer') continue;
          void agent.accept(row.item, row.offer).then((outcome) => {
            if (outcome.ok) resolve(row.conversation);
          });
        }
      });
    });
    expect(await agent.setPresence('available')).toMatchObject({ ok: true });
    const visitor = connectVisitor({ server: server.url, site: 'demo', storage: 'memory' });
    await visitor.send('where is my parcel');
    const conversation = agent.open(await taken);
    await conversation.send('on its way');
    const texts = (): string[] =>
      visitor.conversation.value.entries.flatMap((entry) =>
        'body' in entry && entry.body.type === 'chat.message' ? entry.body.text : [],
      );
    await expect.poll(texts).toEqual(['where is my parcel', 'on its way']);

    await server.stop();
    server = await startServer({
      environment: { DATABASE_URL: database.url },
      dataFolder: server.dataFolder,
      port: server.port,
    });
    await visitor.send('thank you');
    await expect.poll(texts, { timeout: 20_000 }).toEqual(['where is my parcel', 'on its way', 'thank you']);
    const search = async (): Promise<unknown> => {
      const answer = await fetch(`${server.url}/v1/search?q=parcel`, { headers: { cookie } });
      return answer.json();
    };
    await expect.poll(search).toMatchObject({ hits: [{ author: { kind: 'visitor' } }] });
    await Promise.all([visitor.stop(), agent.stop()]);
  });
});
