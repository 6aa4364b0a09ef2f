// Over 300 lines: one client against one played server; a describe for each thing that an agent does.
import { describe, expect, test } from 'vitest';
import {
  ANA,
  BEN,
  CONVERSATION,
  EPOCH,
  PlayedServer,
  entryOf,
  openedWith,
} from '../../../tests/support/simulation/played-server.ts';
import { platformRandom } from '../lib/ids.ts';
import { RECONNECT_MAX_MS, agentUp } from '../protocol/index.ts';
import { connectAgent } from './agent-session.ts';
import { memoryOutboxStore } from './outbox-store.ts';
import { SignedOutError } from './relay-connection.ts';

const said = (seq: number, text: string, more: object = {}) =>
  entryOf(seq, { type: 'chat.message', text }, more);

function agent(server: PlayedServer, ticket = (): Promise<string> => Promise.resolve('ticket-1')) {
  return connectAgent({ server: 'http://relay.test', ticket }, server.ports);
}

/** Answers the `open` that the client has sent. */
async function openedFor(server: PlayedServer, opened = openedWith([])): Promise<Record<string, unknown>> {
  const asked = server.look().find(({ type }) => type === 'open');
  if (!asked) throw new Error('nothing was opened');
  await server.receive({ type: 'opened', request: asked['request'], opened });
  return asked;
}

describe('an agent signs in', () => {
  test('with a ticket of its own for each connection; then the desk is asked for', async () => {
    let tickets = 0;
    const server = new PlayedServer();
    const client = agent(server, () => Promise.resolve(`ticket-${++tickets}`));
    const hello = await server.hello();
    expect(agentUp.decode(hello, '')).toEqual(hello);
    expect(hello).toMatchObject({ role: 'agent', ticket: 'ticket-1' });
    await server.welcomeAgent();
    expect(client.me.value).toEqual({ agent: ANA, role: 'agent', site: { key: 'demo', name: 'Demo' } });
    expect(client.clockOffset.value).toBe(5_000);
    expect(server.look()).toEqual([{ type: 'desk.open' }]);
    await server.receive({
      type: 'desk',
      version: 1,
      rows: [{ type: 'queue', key: 'q', queue: 'all', waiting: 1 }],
    });
    expect(client.desk.value.get('q')).toMatchObject({ waiting: 1 });
    await server.receive({ type: 'desk.patch', from: 5, version: 6, put: [], remove: [] });
    expect(server.look()).toEqual([{ type: 'desk.open' }]);
    await server.breakConnection();
    expect(await server.hello()).toMatchObject({ ticket: 'ticket-2' });
  });

  test('signed out it stops; a ticket that fails for now is asked for again', async () => {
    const failures = [new Error('offline'), new SignedOutError()];
    const server = new PlayedServer();
    const client = agent(server, () => Promise.reject(failures.shift() ?? new Error('again')));
    await server.time.advance(10_000);
    expect(client.connection.value).toEqual({ state: 'stopped', reason: 'unauthenticated' });
  });
});

describe('desk commands', () => {
  test('[DL11] are answered by what became of them', async () => {
    const server = new PlayedServer();
    const client = agent(server);
    await server.hello();
    await server.welcomeAgent();
    server.look();
    const item = `itm_${'0'.repeat(26)}`;
    const offer = `off_${'0'.repeat(26)}`;
    const outcomes = [
      client.accept(item, offer),
      client.decline(item, offer),
      client.setPresence('break', 'lunch'),
    ];
    const sent = server.look();
    for (const frame of sent) expect(agentUp.decode(frame, '')).toEqual(frame);
    expect(sent.map(({ body }) => body)).toEqual([
      { type: 'desk.accept', item, offer },
      { type: 'desk.decline', item, offer },
      { type: 'desk.status', presence: 'break', reason: 'lunch' },
    ]);
    const [accept, decline, status] = sent.map(({ id }) => id);
    await server.receive(
      { type: 'refused', id: accept, code: 'stale', message: 'taken' },
      { type: 'ack', id: decline, seq: 4, head: 4 },
      { type: 'ack', id: status, seq: 5, head: 5 },
    );
    expect(await Promise.all(outcomes)).toEqual([
      { ok: false, refusal: { code: 'stale', message: 'taken' } },
      { ok: true, seq: 4 },
      { ok: true, seq: 5 },
    ]);
  });

  test('[RT13] pass work on, write it up and put it into hands', async () => {
    const server = new PlayedServer();
    const client = agent(server);
    await server.hello();
    await server.welcomeAgent();
    server.look();
    const item = `itm_${'0'.repeat(26)}`;
    const asked = [
      client.transfer(item, { agent: BEN.id, warm: true }),
      client.transfer(item, { queue: 'repairs', keepsPlace: false }),
      client.withdrawTransfer(item),
      client.endConsult(item, true),
      client.endWrapUp(item, 'sold'),
      client.assign(item, BEN.id),
    ];
    const sent = server.look();
    for (const frame of sent) expect(agentUp.decode(frame, '')).toEqual(frame);
    expect(sent.map(({ body }) => body)).toEqual([
      { type: 'desk.transfer', item, agent: BEN.id, warm: true },
      { type: 'desk.transfer', item, queue: 'repairs', keepsPlace: false },
      { type: 'desk.transfer-withdraw', item },
      { type: 'desk.consult-end', item, handOver: true },
      { type: 'desk.wrap-up-end', item, code: 'sold' },
      { type: 'desk.assign', item, agent: BEN.id },
    ]);
    for (const { id } of sent) await server.receive({ type: 'ack', id, seq: 1, head: 1 });
    for (const outcome of asked) expect(await outcome).toEqual({ ok: true, seq: 1 });
  });

  test('[DL2] one whose answer was lost is given again under its id', async () => {
    const server = new PlayedServer();
    const client = agent(server);
    await server.hello();
    await server.welcomeAgent();
    server.look();
    const outcome = client.setPresence('available');
    const [first] = server.look();
    await server.breakConnection();
    await server.hello();
    await server.welcomeAgent();
    expect(server.look().filter(({ type }) => type === 'command')).toEqual([first]);
    await server.receive({ type: 'ack', id: first?.['id'], seq: 1, head: 1 });
    expect(await outcome).toEqual({ ok: true, seq: 1 });
  });

  test('[DL11] without any connection for 30 s it is unavailable', async () => {
    const server = new PlayedServer();
    const client = agent(server);
    const outcome = client.setPresence('available');
    await server.time.advance(30_000);
    expect(await outcome).toMatchObject({ ok: false, refusal: { code: 'unavailable' } });
  });
});

describe("an agent's conversations", () => {
  async function signedIn(server = new PlayedServer()) {
    const client = agent(server);
    await server.hello();
    await server.welcomeAgent();
    server.look();
    return { server, client };
  }

  test('are opened once however many hold them, and left when nobody does', async () => {
    const { server, client } = await signedIn();
    const [one, other] = [client.open(CONVERSATION), client.open(CONVERSATION)];
    const asked = await openedFor(server, openedWith([said(1, 'hi')]));
    expect(agentUp.decode(asked, '')).toEqual(asked);
    expect(one.view).toBe(other.view);
    expect(one.view.value.entries).toHaveLength(1);
    one.close();
    one.close();
    expect(server.look()).toEqual([]);
    other.close();
    expect(server.look()).toEqual([{ type: 'leave', conversation: CONVERSATION }]);
    await server.receive({ type: 'entry', conversation: CONVERSATION, entry: said(2, 'late') });
    expect(one.view.value.entries).toHaveLength(1);
  });

  test('[DL4] are resumed after a reconnect, each from where it stands', async () => {
    const { server, client } = await signedIn();
    const { view } = client.open(CONVERSATION);
    await openedFor(server, openedWith([said(1, 'hi')]));
    await server.breakConnection();
    await server.hello();
    await server.welcomeAgent();
    const asked = await openedFor(server, openedWith([], { resumed: true, head: 1 }));
    expect(asked['position']).toEqual({ conversation: CONVERSATION, epoch: EPOCH, seq: 1 });
    expect([view.value.entries.length, view.value.catchingUp]).toEqual([1, false]);
  });

  test('one that the server does not show says so; one that it cannot show now is asked for again', async () => {
    const { server, client } = await signedIn();
    const conversation = client.open(CONVERSATION);
    const { view } = conversation;
    const refuse = async (code: string, more: object = {}): Promise<void> => {
      const asked = server.look().find(({ type }) => type === 'open');
      await server.receive({ type: 'refused', request: asked?.['request'], code, message: '', ...more });
    };
    const { hindered } = conversation;
    await refuse('unavailable', { retryAfter: 1_000 });
    expect(hindered.value).toBe('unavailable');
    // Asked again after what the server said and a part of a step that doubles.
    await server.time.advance(999);
    expect(server.look().filter(({ type }) => type === 'open')).toEqual([]);
    await server.time.advance(1 + RECONNECT_MAX_MS);
    await refuse('not-found');
    expect([view.value.refused, hindered.value]).toEqual(['not-found', undefined]);
    await server.time.advance(20_000);
    expect(server.look().filter(({ type }) => type === 'open')).toEqual([]);
  });

  test('what waits in one is told to its own readers only', async () => {
    const { server, client } = await signedIn();
    const [own, others] = [client.open(CONVERSATION), client.open(`cnv_${'9'.repeat(26)}`)];
    const shown = { own: 0, others: 0 };
    own.view.subscribe(() => shown.own++);
    others.view.subscribe(() => shown.others++);
    const { id } = await own.send('hello');
    expect(own.view.value.pending).toMatchObject([{ id, state: 'saved' }]);
    await server.receive({ type: 'refused', id, code: 'not-found', message: '' });
    expect(own.view.value.pending).toMatchObject([{ id, state: 'refused' }]);
    expect(shown).toEqual({ own: 2, others: 0 });
  });

  test('[DL5] messages and notes go out by themselves, counted per conversation', async () => {
    const { server, client } = await signedIn();
    const other = `cnv_${'9'.repeat(26)}`;
    const one = client.open(CONVERSATION);
    server.look();
    await one.send('hello');
    await one.note('be kind');
    await client.open(other).send('hello there');
    const commands = server.look().filter(({ type }) => type === 'command');
    for (const command of commands) expect(agentUp.decode(command, '')).toEqual(command);
    expect(commands).toMatchObject([
      { conversation: CONVERSATION, n: 1, body: { type: 'chat.send', text: 'hello' } },
      { conversation: CONVERSATION, n: 2, body: { type: 'chat.note', text: 'be kind' } },
      { conversation: other, n: 1, body: { type: 'chat.send', text: 'hello there' } },
    ]);
    expect(one.view.value.pending).toMatchObject([{ kind: 'message' }, { kind: 'note' }]);
    const [id] = commands.map((command) => String(command['id']));
    await server.receive({ type: 'ack', id, conversation: CONVERSATION, seq: 1, head: 1 });
    expect(one.view.value.pending.map(({ seq }) => seq)).toEqual([1, undefined]);
  });

  test('[DL5] what was written before the first welcome is saved once it is known who writes', async () => {
    const server = new PlayedServer();
    const client = agent(server);
    const saved = client.open(CONVERSATION).send('early');
    await server.hello();
    await server.welcomeAgent();
    await saved;
    expect(server.look().filter(({ type }) => type === 'command')).toMatchObject([
      { body: { text: 'early' } },
    ]);
  });

  test('what one agent left unsent in a browser is not sent as another', async () => {
    const disk = memoryOutboxStore(platformRandom);
    const first = await signedIn(new PlayedServer(disk));
    await first.client.open(CONVERSATION).send('by Ana');
    await first.client.stop();
    const server = new PlayedServer(disk);
    const client = agent(server);
    await server.hello();
    await server.welcomeAgent(BEN);
    const { view } = client.open(CONVERSATION);
    await server.time.advance(0);
    expect([server.look().filter(({ type }) => type === 'command'), view.value.pending]).toEqual([[], []]);
    await server.breakConnection();
    await server.hello();
    await server.welcomeAgent(ANA);
    expect(server.look().filter(({ type }) => type === 'command')).toMatchObject([
      { body: { text: 'by Ana' } },
    ]);
  });

  test('the page, the connection and the typing of the visitor are shown, the own typing is not', async () => {
    const { server, client } = await signedIn();
    const { view } = client.open(CONVERSATION);
    await openedFor(server);
    const visitor = { kind: 'visitor', id: `vis_${'0'.repeat(26)}` };
    const page = { url: 'https://shop.test/', title: 'Shop' };
    const signal = (author: object, body: object): object => ({
      type: 'signal',
      conversation: CONVERSATION,
      author,
      body,
    });
    await server.receive(
      signal(visitor, { type: 'page', page }),
      signal(visitor, { type: 'online', on: false }),
      signal(visitor, { type: 'typing', on: true }),
      signal({ kind: 'agent', ...ANA }, { type: 'typing', on: true }),
    );
    expect(view.value).toMatchObject({ page, online: false, typing: [visitor] });
  });

  test('finish, marks and typing name their conversation', async () => {
    const { server, client } = await signedIn();
    const conversation = client.open(CONVERSATION);
    await openedFor(server, openedWith([said(1, 'hi')]));
    conversation.typing(true);
    conversation.markRead(1);
    await server.time.advance(300);
    const finished = conversation.finish();
    const frames = server.look();
    for (const frame of frames) expect(agentUp.decode(frame, '')).toEqual(frame);
    expect(frames.map(({ body, conversation: its }) => [its, body])).toEqual([
      [CONVERSATION, { type: 'typing', on: true }],
      [CONVERSATION, { type: 'chat.receipt', delivered: 1, read: 1 }],
      [CONVERSATION, { type: 'sitting.finish' }],
    ]);
    await server.receive({ type: 'ack', id: frames[2]?.['id'], conversation: CONVERSATION, seq: 2, head: 2 });
    expect(await finished).toEqual({ ok: true, seq: 2 });
  });

  test('drafts are kept per conversation', async () => {
    const { server, client } = await signedIn();
    const other = client.open(`cnv_${'9'.repeat(26)}`);
    const one = client.open(CONVERSATION);
    one.writeDraft('for one');
    await server.time.advance(500);
    expect([await one.readDraft(), await other.readDraft()]).toEqual(['for one', '']);
  });
});

test('stop closes the connection and leaves nothing behind', async () => {
  const server = new PlayedServer();
  const client = agent(server);
  await server.hello();
  await server.welcomeAgent();
  client.open(CONVERSATION).typing(true);
  await client.stop();
  expect([server.line.closed, server.surroundings.watchers]).toEqual([true, 0]);
  await server.time.advance(120_000);
  expect(server.lines).toHaveLength(1);
});
