import { describe, expect, test } from 'vitest';
import { FakeSurroundings } from '../../../tests/support/simulation/fake-surroundings.ts';
import { handPlayedSockets } from '../../../tests/support/simulation/line.ts';
import { SeededRandom } from '../../../tests/support/simulation/seeded-random.ts';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import { SignedOutError } from '../connection/relay-connection.ts';
import { coBrowseAgentUp } from '../protocol/index.ts';
import { watchPage } from './agent-view.ts';

const id = (prefix: string, letter = '0'): string => `${prefix}_${letter.repeat(26)}`;
const STREAM = id('stm');
const ANA = { id: id('agt'), name: 'Ana' };
const BEN = { id: id('agt', '1'), name: 'Ben' };
const GRANT = { id: id('grt'), agent: ANA, until: 9_000, scopes: ['click', 'type'] };
const WELCOME = {
  type: 'welcome',
  share: id('shr'),
  viewers: [ANA],
  assetOrigins: ['https://shop.test'],
  viewer: 'https://view.test/view/demo',
  state: { type: 'page-state', state: 'live', url: 'https://shop.test/', title: 'Shop' },
};
const frame = (seq: number, snapshot = false) => ({
  type: 'frame',
  stream: STREAM,
  seq,
  events: [seq],
  ...(snapshot && { snapshot }),
});

function watching(ticket: () => Promise<string> = () => Promise.resolve('ticket-1')) {
  const time = new VirtualTime();
  const { port, lines } = handPlayedSockets();
  const shown: string[] = [];
  const view = watchPage(
    { server: 'http://relay.test', conversation: id('cnv'), share: id('shr'), ticket },
    {
      clock: new MachineClock(time),
      random: new SeededRandom(1).bytes,
      socket: port,
      surroundings: new FakeSurroundings(),
    },
  );
  view.start({
    frame: (text, snapshot) => shown.push(`${snapshot ? '*' : ''}${text}`),
    pointer: (text) => shown.push(`pointer ${text}`),
    asset: ({ asset }) => shown.push(asset),
  });
  const line = () => {
    const last = lines.at(-1);
    if (!last) throw new Error('nothing was opened');
    return last;
  };
  const welcomed = async (): Promise<void> => {
    await time.advance(0);
    line().opened();
    line().receive(WELCOME);
  };
  /** What was sent since the last look; all of it is of the wire. */
  const sent = (): Record<string, unknown>[] => {
    const frames = line().sent.splice(0);
    for (const each of frames) expect(coBrowseAgentUp.decode(each, '')).toEqual(each);
    return frames;
  };
  return { time, lines, line, view, shown, welcomed, sent };
}

describe('watching a shared page', () => {
  test('says hello with a ticket and shows checkpoint, tail and what follows', async () => {
    const { view, line, shown, welcomed, sent } = watching();
    expect(view.status.value).toMatchObject({ link: 'connecting', hasPicture: false });
    await welcomed();
    expect(line().url).toBe('http://relay.test/v1/co-browse');
    expect(sent()).toEqual([
      { type: 'hello', role: 'agent', ticket: 'ticket-1', conversation: id('cnv'), share: id('shr') },
    ]);
    expect(view.status.value).toMatchObject({
      link: 'online',
      page: { state: 'live', title: 'Shop' },
      viewer: { url: 'https://view.test/view/demo', assetOrigins: ['https://shop.test'] },
    });
    line().receive(frame(7, true));
    line().receive(frame(8));
    line().receive({ type: 'pointer', stream: STREAM, events: [1] });
    expect(shown).toEqual(['*[7]', '[8]', 'pointer [1]']);
    expect(view.status.value.hasPicture).toBe(true);
  });

  test('[CO7] a gap asks for one snapshot, again only where none comes for a while', async () => {
    const { view, line, shown, welcomed, sent, time } = watching();
    await welcomed();
    line().receive(frame(1, true));
    sent();
    line().receive(frame(3));
    line().receive(frame(4));
    line().receive({ type: 'ping', stream: STREAM, seq: 4, age: 0 });
    expect(sent().filter(({ type }) => type === 'resync')).toEqual([
      { type: 'resync', reason: 'a frame did not come' },
    ]);
    expect(view.status.value.isBehind).toBe(true);
    await time.advance(5_000);
    expect(sent().filter(({ type }) => type === 'resync')).toHaveLength(1);
    line().receive(frame(9, true));
    expect(view.status.value.isBehind).toBe(false);
    expect(shown).toEqual(['*[1]', '*[9]']);
    await time.advance(5_000);
    expect(sent().filter(({ type }) => type === 'resync')).toEqual([]);
  });

  test('[CO7] a lost last frame is found by the ping, whose age is the age of the picture', async () => {
    const { view, line, welcomed, sent, time } = watching();
    await welcomed();
    line().receive(frame(1, true));
    sent();
    line().receive({ type: 'ping', stream: STREAM, seq: 1, age: 0 });
    expect(sent()).toEqual([{ type: 'pong' }]);
    await time.advance(4_000);
    line().receive({ type: 'ping', stream: STREAM, seq: 2, age: 1_500 });
    expect(sent()).toEqual([{ type: 'pong' }, { type: 'resync', reason: 'the newest frame did not come' }]);
    expect(view.age()).toBe(1_500);
  });

  test('[CO6] a new connection, or a new viewer, gets everything from the relay and asks the page for nothing', async () => {
    const { view, line, lines, shown, welcomed, sent, time } = watching();
    await welcomed();
    line().receive(frame(5, true));
    line().close(1006);
    expect(view.status.value).toMatchObject({ link: 'reconnecting', hasPicture: true });
    await time.advance(3_000);
    await welcomed();
    line().receive(frame(5, true));
    line().receive(frame(6));
    expect(lines).toHaveLength(2);
    view.showAgain();
    await welcomed();
    line().receive(frame(5, true));
    expect(lines).toHaveLength(3);
    expect(shown).toEqual(['*[5]', '*[5]', '[6]', '*[5]']);
    expect(sent().map(({ type }) => type)).toEqual(['hello']);
  });

  test('viewers, control, the state of the page and its end are told', async () => {
    const { view, line, welcomed, lines, time } = watching();
    await welcomed();
    line().receive({ type: 'viewers', agents: [ANA, BEN] });
    line().receive({ type: 'grant', grant: GRANT });
    line().receive({ type: 'page-state', state: 'leaving' });
    expect(view.status.value).toMatchObject({
      viewers: [ANA, BEN],
      grant: GRANT,
      page: { state: 'leaving', url: 'https://shop.test/', title: 'Shop' },
    });
    line().receive({ type: 'page-state', state: 'live', url: 'https://shop.test/basket' });
    expect(view.status.value.page).toEqual({ state: 'live', url: 'https://shop.test/basket' });
    line().receive({ type: 'grant' });
    expect(view.status.value.grant).toBeUndefined();
    line().receive({ type: 'ended', reason: 'visitor' });
    line().close(4010);
    expect(view.status.value).toMatchObject({ link: 'ended', reason: 'visitor', hasPicture: false });
    await time.advance(60_000);
    expect(lines).toHaveLength(1);
  });

  test('[T24] who may not watch any more is not let in again', async () => {
    const { view, line, lines, welcomed, time } = watching();
    await welcomed();
    line().close(4010);
    expect(view.status.value).toMatchObject({ link: 'stopped', reason: 'revoked' });
    await time.advance(60_000);
    expect(lines).toHaveLength(1);
    const signedOut = watching(() => Promise.reject(new SignedOutError()));
    await signedOut.time.advance(0);
    expect(signedOut.view.status.value).toMatchObject({ link: 'stopped', reason: 'unauthenticated' });
  });
});

describe('an agent on a shared page', () => {
  test('[CO14] of marks the newest goes, at most sixty times a second', async () => {
    const { view, welcomed, sent, time } = watching();
    await welcomed();
    sent();
    for (let x = 0; x < 50; x++) view.mark({ kind: 'point', at: { node: 1, x, y: 0 } });
    view.mark({ kind: 'highlight', at: { node: 2, x: 0, y: 0 } });
    await time.advance(17);
    expect(sent()).toEqual([
      { type: 'mark', kind: 'point', at: { node: 1, x: 49, y: 0 } },
      { type: 'mark', kind: 'highlight', at: { node: 2, x: 0, y: 0 } },
    ]);
  });

  test('[CO9] acts under the grant and hears what became of it', async () => {
    const { view, line, welcomed, sent } = watching();
    await welcomed();
    line().receive(frame(1, true));
    sent();
    const at = { node: 12, x: 500, y: 500 };
    expect(await view.act({ kind: 'click', at })).toEqual({ kind: 'refused', reason: 'no-grant' });
    line().receive({ type: 'grant', grant: GRANT });
    const outcomes = [view.act({ kind: 'click', at }), view.act({ kind: 'click', at })];
    expect(sent()).toEqual([
      { type: 'act', request: 1, grant: GRANT.id, stream: STREAM, kind: 'click', at },
      { type: 'act', request: 2, grant: GRANT.id, stream: STREAM, kind: 'click', at },
    ]);
    line().receive({ type: 'acted', request: 2, refused: 'masked' });
    line().receive({ type: 'acted', request: 1, version: 3 });
    expect(await Promise.all(outcomes)).toEqual([
      { kind: 'done', version: 3 },
      { kind: 'refused', reason: 'masked' },
    ]);
  });

  test('[CO9] an action without an answer is said to be lost, after a while or with the connection', async () => {
    const { view, line, welcomed, time } = watching();
    await welcomed();
    line().receive(frame(1, true));
    line().receive({ type: 'grant', grant: GRANT });
    const at = { node: 12, x: 500, y: 500 };
    const late = view.act({ kind: 'click', at });
    await time.advance(10_000);
    expect(await late).toEqual({ kind: 'lost' });
    const cut = view.act({ kind: 'click', at });
    line().close(1006);
    expect(await cut).toEqual({ kind: 'lost' });
  });
});
