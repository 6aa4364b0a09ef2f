import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LogEntry, logEntry } from '../../sdk/src/protocol/index.ts';
import {
  Browser,
  type RawClient,
  type TestServer,
  agentHello,
  newCommand,
  say,
  startTestServer,
  welcomedVisitor,
} from './transport-harness.ts';

/** What an agent's client of version 2 knows: frames, and bodies of entries. */
const FRAMES = ['welcome', 'ack', 'refused', 'entry', 'page', 'opened', 'signal', 'desk', 'desk.patch'];
const CONTROL = ['ping', 'pong', 'error'];
const BODIES = [
  ...['chat.message', 'chat.noted', 'chat.received', 'sitting.opened', 'sitting.joined', 'sitting.left'],
  ...['sitting.closed', 'sitting.finished'],
];
const SIGNALS = ['typing', 'page', 'online'];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function agentOfVersion(version: number, name: string): Promise<{ client: RawClient; id: string }> {
  const browser = await new Browser(server).signIn(name);
  const client = await server.connect({ cookie: browser.cookie, origin: server.url });
  client.send({ ...agentHello(await browser.ticket()), protocol: { min: 1, max: version } });
  const welcome = await client.next('welcome');
  expect(welcome['protocol']).toBe(version);
  return { client, id: (welcome['agent'] as { id: string }).id };
}

/** An entry as a client reads it that was built before its body was thought of. */
function asThen(entry: object): LogEntry {
  const { body } = entry as { body?: { type: string } };
  const isKnown = body === undefined || BODIES.includes(body.type);
  return logEntry.decode(isKnown ? entry : { ...entry, body: { ...body, type: 'not.yet' } }, '');
}

test('[DL4] an agent of version 2 beside one of version 3 reads every entry in turn, those it does not know as unreadable, and is sent no other frame', async () => {
  const { client: visitor, conversation } = await welcomedVisitor(server);
  say(visitor, 1, 'Hello?');
  await visitor.next('ack');
  const { client: older, id } = await agentOfVersion(2, 'Ana');
  const { client: newer } = await agentOfVersion(3, 'Ben');
  for (const client of [older, newer]) {
    client.send({ type: 'open', request: 1, conversation });
    await client.next('opened');
  }
  let n = 0;
  const does = async (body: object): Promise<void> => {
    // Messages and notes are counted, other commands are not.
    const isCounted = ['chat.note', 'chat.send'].includes((body as { type: string }).type);
    newer.send({ type: 'command', id: newCommand(), ...(isCounted && { n: ++n }), conversation, body });
    expect((await newer.next(({ type }) => type === 'ack' || type === 'refused')).type).toBe('ack');
  };
  await does({ type: 'conversation.tag', tag: 'big-order', on: true });
  await does({ type: 'chat.note', text: 'Look at this.', mentions: [id] });
  await does({ type: 'conversation.tag', tag: 'big-order', on: false });
  await does({ type: 'chat.send', text: 'Good morning' });
  say(visitor, 2, 'Thank you');
  const isLast = (frame: object): boolean => JSON.stringify(frame).includes('Thank you');
  await older.next(isLast);
  await newer.next(isLast);

  const opened = (older.frames.find(({ type }) => type === 'opened')?.['opened'] ?? {}) as {
    head: number;
    entries: object[];
  };
  for (const entry of opened.entries) asThen(entry);
  const entries = older.frames
    .filter(({ type }) => type === 'entry')
    .map(({ entry }) => asThen(entry as object));
  let last = opened.head;
  for (const entry of entries) {
    expect(entry.prev).toBe(last);
    last = entry.seq;
  }
  const types = entries.map((entry) => ('body' in entry ? entry.body.type : 'erased'));
  expect(types.filter((type) => type === 'unreadable').length).toBeGreaterThanOrEqual(2);
  expect(types).toContain('chat.noted');
  expect(types.at(-1)).toBe('chat.message');
  // The one of today reads the same numbers, and knows all of them.
  const today = newer.frames.filter(({ type }) => type === 'entry').map(({ entry }) => entry as LogEntry);
  expect(today.slice(-4).map(({ seq }) => seq)).toEqual(entries.slice(-4).map(({ seq }) => seq));

  for (const frame of older.frames) {
    expect([...FRAMES, ...CONTROL]).toContain(frame.type);
    if (frame.type === 'signal') expect(SIGNALS).toContain((frame['body'] as { type: string }).type);
  }
});
