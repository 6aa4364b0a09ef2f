// Over 300 lines: one share and who may do what with it; a describe for each right.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCapabilities } from '../../server/src/capabilities.ts';
import { newId } from '../../sdk/src/shared.ts';
import { type Frame, type Wire, Agent, ShareServer } from './co-browse-harness.ts';
import { type Scene, asked, begun, bodyOf, meet, shared, snapshotEvents } from './co-browse-scene.ts';

let scene: Scene;
let ben: Agent;
let sam: Agent;

beforeAll(async () => {
  scene = await begun({ shares: { viewerReturnsMs: 300 } });
  ben = await Agent.signIn(scene.server, 'Ben');
  sam = await Agent.signIn(scene.server, 'Sam');
});
afterAll(async () => {
  const { problems } = scene.server;
  await scene.server.stop();
  expect(problems).toEqual([]);
});

const entry = (type: string) => (frame: Frame) => bodyOf(frame)?.type === type;

async function endOf(share: string): Promise<void> {
  await scene.visitor.command({ type: 'co-browse.end', share, scope: 'view' });
}

/** A page under control, with Ana's viewer. */
async function controlled(own = scene) {
  const { share, page, stream } = await shared(own);
  page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
  const viewer = await own.ana.view(share, own.conversation);
  await viewer.next('frame');
  await asked(own, 'control');
  await own.visitor.answer(share, 'control');
  const told = await page.next((frame) => frame.type === 'grant' && 'grant' in frame);
  const { id: grant } = told['grant'] as { id: string };
  return { share, page, stream, viewer, grant };
}

const act = (stream: string, grant: string, request: number, more: object = {}): Frame => ({
  type: 'act',
  ...{ request, grant, stream, kind: 'click', at: { node: 6, x: 500, y: 500 } },
  ...more,
});

describe('[DL17] consent before any frame', () => {
  test('a page is let in after the consent only', async () => {
    const share = await asked(scene);
    const early = await scene.visitor.page(share);
    expect(await early.closed).toMatchObject({ code: 4010 });
    expect(early.frames).toEqual([{ type: 'ended', reason: 'ended' }]);
    await scene.visitor.answer(share, 'view', false);
    const declined = await scene.visitor.page(share);
    expect(await declined.closed).toMatchObject({ code: 4010 });
  });

  test('a consent that could not be stored is none: no page is let in, no frame is taken', async () => {
    let isBroken = false;
    const held: (() => void)[] = [];
    const server = await ShareServer.start({
      capabilities: (ports) => {
        const log = new Proxy(ports.log, {
          get(target, name) {
            if (name === 'transact' && isBroken) {
              return async () => {
                await new Promise<void>((resolve) => held.push(resolve));
                return { ok: false, code: 'unavailable', message: 'no room on the disk', conflict: false };
              };
            }
            const value: unknown = Reflect.get(target, name);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        });
        return openCapabilities({ ...ports, log });
      },
    });
    const own = await meet(server, await Agent.signIn(server, 'Ana'));
    const share = await asked(own);
    isBroken = true;
    const answer = own.visitor.answer(share, 'view');
    await expect.poll(() => held.length).toBe(1);
    const tries = async (): Promise<void> => {
      const stream = newId('stm');
      const page = await own.visitor.page(share, { stream });
      expect(await page.closed).toMatchObject({ code: 4010 });
    };
    await tries();
    for (const release of held) release();
    expect(await answer).toMatchObject({ type: 'refused', code: 'unavailable' });
    await tries();
    expect((await server.metrics()).get('alongside_share_frames_in_total')).toBe(0);
    isBroken = false;
    expect(await own.visitor.answer(share, 'view')).toMatchObject({ type: 'ack' });
    const page = await own.visitor.page(share);
    await page.next('welcome');
    await server.stop();
  });

  test('a consent survives a restart, and the page goes on without a question', async () => {
    const first = await begun();
    const { share } = await shared(first);
    const { dataFolder } = first.server;
    await first.server.close();
    const second = await ShareServer.start({ dataFolder });
    const visitor = first.visitor.movedTo(second);
    const page = await visitor.page(share);
    expect(await page.next('welcome')).toMatchObject({ acknowledged: 0, followed: true });
    await second.stop();
    await first.server.stop();
  });
});

describe('[T9] [T11] who is let in', () => {
  test('a page of another visitor is not', async () => {
    const { share, page } = await shared(scene);
    const other = await meet(scene.server, scene.ana);
    const stranger = await other.visitor.page(share);
    expect(await stranger.closed).toMatchObject({ code: 4010 });
    const { conversation } = scene;
    const pretender = await other.visitor.page(share, { conversation });
    expect(await pretender.closed).toMatchObject({ code: 4010 });
    expect(page.frames.map(({ type }) => type)).toEqual(['welcome']);
    await endOf(share);
  });

  test('a page of an origin that the site does not list is not', async () => {
    const { share } = await shared(scene);
    const foreign = await scene.visitor.page(share, {}, { origin: 'https://evil.example' });
    expect(await foreign.closed).toMatchObject({ code: 4003 });
    const cookies = await scene.visitor.page(share, {}, { cookie: 'sid=1' });
    expect(await cookies.closed).toMatchObject({ code: 4003 });
    await endOf(share);
  });

  test('nor one with a token of another origin, a wrong one, or none', async () => {
    const { share } = await shared(scene);
    const moved = await scene.visitor.page(share, {}, { origin: 'http://localhost:8080' });
    expect(await moved.closed).toMatchObject({ code: 4001 });
    const wrong = await scene.visitor.page(share, { access: 'abc' });
    expect(await wrong.closed).toMatchObject({ code: 4001 });
    const none = await scene.visitor.page(share, { access: undefined });
    expect(await none.closed).toMatchObject({ code: 4000 });
    await endOf(share);
  });

  test('an agent without a good ticket, from another origin, or for another conversation is not', async () => {
    const { share } = await shared(scene);
    const { server, ana, conversation } = scene;
    const used = await ana.ticket();
    const hello = { type: 'hello', role: 'agent', ticket: used, conversation, share };
    const headers = { cookie: ana.cookie, origin: server.url };
    const first = server.wire('/v1/co-browse', headers, 'agent');
    await first.opened;
    first.send(hello);
    await first.next('welcome');
    const again = server.wire('/v1/co-browse', headers, 'agent');
    await again.opened;
    again.send(hello);
    expect(await again.closed).toMatchObject({ code: 4001 });
    const foreign = server.wire('/v1/co-browse', { ...headers, origin: 'https://evil.example' }, 'agent');
    await foreign.opened;
    foreign.send({ ...hello, ticket: await ana.ticket() });
    expect(await foreign.closed).toMatchObject({ code: 4003 });
    const unknown = await ana.view(share, newId('cnv'));
    expect(await unknown.closed).toMatchObject({ code: 4010 });
    const other = await ana.view(newId('shr'), conversation);
    expect(await other.closed).toMatchObject({ code: 4010 });
    expect(other.frames).toEqual([{ type: 'ended', reason: 'ended' }]);
    await endOf(share);
  });

  test('[T24] signing out closes the view at once, and ends control', async () => {
    const own = await begun();
    const { viewer, page } = await controlled(own);
    await own.ana.signOut();
    expect(await viewer.closed).toMatchObject({ code: 4010 });
    expect(await page.next((frame) => frame.type === 'grant' && !('grant' in frame))).toBeDefined();
    const isEnd = entry('co-browse.ended');
    expect(bodyOf(await own.visitor.relay.next(isEnd))).toMatchObject({
      scope: 'control',
      reason: 'signed-out',
    });
    await own.server.stop();
  });
});

describe('[CO10] control through the relay', () => {
  let under: Awaited<ReturnType<typeof controlled>>;
  beforeAll(async () => {
    under = await controlled();
  });
  afterAll(() => endOf(under.share));

  const refusal = async (wire: Wire, frame: Frame): Promise<unknown> => {
    wire.send(frame);
    const answer = await wire.next((each) => each.type === 'acted' && each['request'] === frame['request']);
    return answer['refused'];
  };

  test('the visitor’s page and every viewer hear of the grant', async () => {
    const told = under.page.all('grant').at(-1);
    expect(told).toMatchObject({
      grant: { agent: { name: 'Ana' }, scopes: ['click', 'type', 'select', 'scroll'] },
    });
    await expect.poll(() => under.viewer.all('grant').at(-1)).toEqual(told);
  });

  test('an act reaches the page and its answer comes back to the screen that asked', async () => {
    const { viewer, page, stream, grant } = under;
    const second = await scene.ana.view(under.share, scene.conversation);
    await second.next('frame');
    viewer.send(act(stream, grant, 7));
    const first = await page.next('act');
    second.send(act(stream, grant, 7, { kind: 'scroll', by: { x: 0, y: 100 } }));
    const other = await page.next('act');
    expect(other['request']).not.toBe(first['request']);
    page.send({ type: 'acted', request: other['request'], refused: 'covered' });
    page.send({ type: 'acted', request: first['request'] });
    expect(await second.next('acted')).toEqual({ type: 'acted', request: 7, refused: 'covered' });
    expect(await viewer.next('acted')).toEqual({ type: 'acted', request: 7 });
    await second.close();
  });

  test('is refused under another grant, by another agent, and for what is no scope', async () => {
    const { viewer, page, stream, grant, share } = under;
    const before = page.all('act').length;
    expect(await refusal(viewer, act(stream, newId('grt'), 20))).toBe('no-grant');
    const watcher = await sam.view(share, scene.conversation);
    await watcher.next('frame');
    expect(await refusal(watcher, act(stream, grant, 21))).toBe('no-grant');
    expect(await refusal(viewer, act(stream, grant, 22, { kind: 'navigate' }))).toBe('denied');
    expect(await refusal(viewer, act(newId('stm'), grant, 23))).toBe('changed');
    expect(page.all('act')).toHaveLength(before);
    await watcher.close();
  });

  test('is refused when it comes too fast', async () => {
    const { viewer, stream, grant } = under;
    // Which of them it is depends on how long the machine takes for all.
    for (let request = 100; request < 300; request++) viewer.send(act(stream, grant, request));
    const refused = await viewer.next((frame) => frame.type === 'acted' && frame['refused'] === 'too-fast');
    expect(Number(refused['request'])).toBeGreaterThan(100);
  });

  test('[CO11] what the page did is in the conversation, under the grant only', async () => {
    const { share, grant } = under;
    const acted = { type: 'co-browse.acted', share, grant, action: 'click', label: 'Continue' };
    expect(await scene.visitor.command(acted)).toMatchObject({ type: 'ack' });
    expect(bodyOf(await scene.ana.relay.next(entry('co-browse.action')))).toMatchObject({
      agent: { name: 'Ana' },
      label: 'Continue',
    });
    const other = { ...acted, grant: newId('grt') };
    expect(await scene.visitor.command(other)).toMatchObject({ type: 'refused', code: 'invalid' });
  });

  test('[CO2] Esc ends it: no act reaches the page any more', async () => {
    const { viewer, page, stream, grant, share } = under;
    await scene.visitor.command({ type: 'co-browse.end', share, scope: 'control', why: 'escape' });
    await page.next((frame) => frame.type === 'grant' && !('grant' in frame));
    const before = page.all('act').length;
    expect(await refusal(viewer, act(stream, grant, 500))).toBe('no-grant');
    expect(page.all('act')).toHaveLength(before);
  });
});

test('[CO10] a grant runs out on the relay, whatever the page does', async () => {
  const own = await begun();
  const { viewer, page, stream, grant } = await controlled(own);
  own.server.clock.skip(15 * 60_000);
  await page.next((frame) => frame.type === 'grant' && !('grant' in frame));
  viewer.send(act(stream, grant, 1));
  expect(await viewer.next('acted')).toMatchObject({ refused: 'no-grant' });
  expect(page.all('act')).toEqual([]);
  await own.server.stop();
});

test('[CO16] on a transfer viewing goes along with a notice; control does not', async () => {
  const own = await begun();
  const other = await Agent.signIn(own.server, 'Ben');
  other.relay.send({ type: 'desk.open' });
  await other.command({ type: 'desk.status', presence: 'available' });
  const { share, page, viewer } = await controlled(own);
  const item = await own.itemOf();
  const passed = await own.ana.command({ type: 'desk.transfer', item, agent: other.id });
  expect(passed).toMatchObject({ type: 'ack' });
  const offer = await own.offerTo(other);
  expect(await other.command({ type: 'desk.accept', ...offer })).toMatchObject({ type: 'ack' });
  expect(await viewer.closed).toMatchObject({ code: 4010 });
  expect(viewer.frames.at(-1)).toEqual({ type: 'ended', reason: 'transferred' });
  await page.next((frame) => frame.type === 'grant' && !('grant' in frame));
  const isEnd = (frame: Frame): boolean => bodyOf(frame)?.type === 'co-browse.ended';
  expect(bodyOf(await own.visitor.relay.next(isEnd))).toMatchObject({
    scope: 'control',
    reason: 'transferred',
  });
  const theirs = await other.view(share, own.conversation);
  expect(await theirs.next('frame')).toMatchObject({ snapshot: true });
  const isNotice = (frame: Frame): boolean =>
    bodyOf(frame)?.type === 'co-browse.viewed' && bodyOf(frame)?.['on'] === true;
  const notices = (): unknown[] =>
    own.visitor.relay.frames.filter(isNotice).map((frame) => bodyOf(frame)?.['agent']);
  await expect.poll(notices).toMatchObject([{ name: 'Ana' }, { name: 'Ben' }]);
  expect(page.frames.every(({ type }) => type !== 'ended')).toBe(true);
  await own.server.stop();
});

describe('[T8] proposed pages', () => {
  test('are shown with their whole host; only the site’s own', async () => {
    const { ana, conversation, visitor } = scene;
    const suggest = (url: string) => ana.command({ type: 'co-browse.suggest', url }, conversation);
    expect(await suggest('http://localhost:3000/shop?a=1')).toMatchObject({ type: 'ack' });
    const card = bodyOf(await visitor.relay.next(entry('co-browse.suggested')));
    expect(card).toMatchObject({ host: 'localhost:3000', url: 'http://localhost:3000/shop?a=1' });
    for (const url of [
      'https://evil.example/',
      'http://localhost.evil.example/',
      'http://user:password@localhost/',
      'javascript:alert(1)',
      'http://',
    ]) {
      expect(await suggest(url)).toMatchObject({ type: 'refused' });
    }
    const url = 'http://localhost:3000/shop?a=1';
    expect(await visitor.command({ type: 'co-browse.followed', url, opened: true })).toMatchObject({
      type: 'ack',
    });
    expect(bodyOf(await ana.relay.next(entry('co-browse.was-followed')))).toMatchObject({ opened: true });
  });

  test('are proposed by who has the conversation', async () => {
    const { conversation } = scene;
    const url = 'http://localhost:3000/';
    const answer = await ben.command({ type: 'co-browse.suggest', url }, conversation);
    expect(answer).toMatchObject({ type: 'refused', code: 'forbidden' });
    expect(await ben.command({ type: 'co-browse.ask', scope: 'view' }, conversation)).toMatchObject({
      code: 'forbidden',
    });
    expect(await ben.command({ type: 'co-browse.ask', scope: 'view' })).toMatchObject({ code: 'invalid' });
  });
});

test('[CO3] a site’s policy is there for its pages, and for pages of any origin', async () => {
  const response = await fetch(`${scene.server.url}/v1/sites/demo/co-browse`, {
    headers: { origin: 'https://shop.example' },
  });
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const policy = (await response.json()) as { preset: string; show: string[] };
  expect(policy.preset).toBe('balanced');
  expect(policy.show).toContain('[autocomplete~="name"]');
  const missing = await fetch(`${scene.server.url}/v1/sites/nobody/co-browse`);
  expect(missing.status).toBe(404);
});
