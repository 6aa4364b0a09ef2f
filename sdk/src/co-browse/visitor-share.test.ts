import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import type { PageEvent } from './page-events.ts';
import type { ShareSocketListener, ShareStatus, Told } from './visitor-share-ports.ts';
import { VisitorShare } from './visitor-share.ts';

class FakeSocket {
  readonly sent: Record<string, unknown>[] = [];
  readonly listener: ShareSocketListener;
  readonly url: string;
  buffered = 0;
  isClosed = false;

  constructor(url: string, listener: ShareSocketListener) {
    this.url = url;
    this.listener = listener;
  }

  send(text: string): void {
    if (!this.isClosed) this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  says(message: object): void {
    this.listener.message(JSON.stringify(message));
  }

  types(): unknown[] {
    return this.sent.map(({ type, seq }) => (type === 'frame' ? seq : type));
  }
}

const id = (prefix: string): string => `${prefix}_${'0'.repeat(26)}`;
const SHARE = id('shr');
const META: PageEvent = { type: 4, timestamp: 1, data: { href: 'https://shop.test/', width: 8, height: 6 } };
const SNAPSHOT: PageEvent = {
  type: 2,
  timestamp: 2,
  data: { node: { type: 0, id: 1, childNodes: [] }, initialOffset: { top: 0, left: 0 } },
};
const change = (y: number): PageEvent => ({ type: 3, timestamp: 3, data: { source: 3, id: 1, x: 0, y } });
const pointer: PageEvent = {
  type: 3,
  timestamp: 4,
  data: { source: 1, positions: [{ x: 1, y: 1, id: 1, timeOffset: 0 }] },
};

let clock: ManualClock;
let sockets: FakeSocket[];
let statuses: ShareStatus[];
let snapshots: boolean[];
let asked: Told<'mark' | 'act' | 'asset-asked'>[];
let access: string | undefined;
let renewals: number;
let share: VisitorShare;

const socket = (): FakeSocket => sockets.at(-1) as FakeSocket;
const status = (): ShareStatus | undefined => statuses.at(-1);

function welcome(more: object = {}): void {
  socket().listener.opened();
  socket().says({ type: 'welcome', share: SHARE, acknowledged: 0, viewers: [], followed: true, ...more });
}

beforeEach(() => {
  clock = new ManualClock(0);
  sockets = [];
  statuses = [];
  snapshots = [];
  asked = [];
  access = 'token';
  renewals = 0;
  share = new VisitorShare({
    server: 'https://chat.test',
    site: 'demo',
    conversation: id('cnv'),
    share: SHARE,
    tab: 'tab-1',
    stream: id('stm'),
    access: () => access,
    renew: () => {
      renewals++;
    },
    clock,
    random: (length) => new Uint8Array(length).fill(255),
    socket: (url, listener) => {
      const made = new FakeSocket(url, listener);
      sockets.push(made);
      return made;
    },
    snapshot: (urgent) => snapshots.push(urgent),
    changed: (now) => statuses.push(now),
    asked: (message) => asked.push(message),
  });
  share.start();
});

describe('the socket of a shared page', () => {
  test('[CO1] says hello first, and sends nothing before it is welcomed', () => {
    share.send([META, SNAPSHOT]);
    socket().listener.opened();
    expect(socket().url).toBe('https://chat.test/v1/co-browse');
    expect(socket().sent).toMatchObject([
      {
        type: 'hello',
        role: 'visitor',
        site: 'demo',
        share: SHARE,
        tab: 'tab-1',
        access: 'token',
        acknowledged: 0,
      },
    ]);
    socket().says({ type: 'welcome', share: SHARE, acknowledged: 0, viewers: [], followed: true });
    expect(socket().types()).toEqual(['hello', 1]);
    expect(status()).toMatchObject({ state: 'live', followed: true });
  });

  test('[CO7] a lost connection comes back by itself and goes on after what is held', () => {
    welcome();
    share.send([META, SNAPSHOT]);
    share.send([change(1)]);
    share.send([change(2)]);
    socket().says({ type: 'ack', stream: id('stm'), seq: 1 });
    socket().listener.closed(1006);
    expect(status()).toEqual({ state: 'waiting' });
    share.send([change(3)]);
    clock.advance(1_000);
    expect(sockets).toHaveLength(2);
    welcome({ acknowledged: 2 });
    expect(socket().types()).toEqual(['hello', 3, 4]);
  });

  test('[CO7] where the relay has let go of what it held, a snapshot is made', () => {
    welcome();
    share.send([META, SNAPSHOT]);
    share.send([change(1)]);
    socket().says({ type: 'ack', stream: id('stm'), seq: 2 });
    socket().listener.closed(1006);
    clock.advance(1_000);
    welcome({ acknowledged: 0 });
    expect(snapshots).toEqual([true]);
    share.send([change(2)]);
    share.send([META, SNAPSHOT]);
    expect(socket().sent.slice(1)).toMatchObject([{ type: 'frame', seq: 3, snapshot: true }]);
  });

  test('[CO7] a snapshot is made when it is asked for, in idle time or at once', () => {
    welcome();
    socket().says({ type: 'snapshot-asked' });
    socket().says({ type: 'snapshot-asked', urgent: true });
    expect(snapshots).toEqual([false, true]);
  });

  test('[CO14] pointers are dropped while the socket is behind, content is not', () => {
    welcome();
    share.send([META, SNAPSHOT]);
    socket().buffered = 100_000;
    share.send([pointer, change(1)]);
    socket().buffered = 0;
    share.send([pointer]);
    expect(socket().types()).toEqual(['hello', 1, 2, 'pointer']);
  });

  test('[CO7] a socket that is far behind gets a snapshot once it is free again', () => {
    welcome();
    share.send([META, SNAPSHOT]);
    socket().buffered = 3_000_000;
    share.send([change(1)]);
    share.send([change(2)]);
    clock.advance(1_000);
    expect(snapshots).toEqual([]);
    socket().buffered = 0;
    clock.advance(300);
    expect(snapshots).toEqual([false]);
  });

  test('[CO2] after stop nothing is sent, whatever comes', () => {
    welcome();
    share.stop();
    share.send([META, SNAPSHOT]);
    share.tell({ type: 'page-state', state: 'live' });
    expect(socket().types()).toEqual(['hello']);
    expect(socket().isClosed).toBe(true);
    clock.advance(120_000);
    expect(sockets).toHaveLength(1);
    expect(status()).toEqual({ state: 'ended', reason: 'stopped' });
  });

  test('[CO2] the end that the relay tells of is an end, and so is a refusal for good', () => {
    welcome();
    socket().says({ type: 'ended', reason: 'agent' });
    expect(status()).toEqual({ state: 'ended', reason: 'agent' });
    clock.advance(120_000);
    expect(sockets).toHaveLength(1);
  });

  test.each([4000, 4003, 4010])('a close with %i is not tried again', (code) => {
    socket().listener.closed(code);
    clock.advance(120_000);
    expect(sockets).toHaveLength(1);
    expect(status()).toMatchObject({ state: 'ended' });
  });

  test('a token that is not good asks for a newer one and tries again', () => {
    socket().listener.closed(4001);
    clock.advance(1_000);
    expect([renewals, sockets.length]).toEqual([1, 2]);
    access = undefined;
    socket().listener.opened();
    expect(socket().sent).toEqual([]);
    expect(renewals).toBe(2);
  });

  test('pings are answered, silence and a missing welcome are a lost connection', () => {
    welcome();
    socket().says({ type: 'ping' });
    expect(socket().types()).toEqual(['hello', 'pong']);
    clock.advance(59_000);
    socket().says({ type: 'ping' });
    clock.advance(59_000);
    expect(sockets).toHaveLength(1);
    clock.advance(2_000);
    expect(sockets).toHaveLength(2);
    clock.advance(11_000);
    expect(sockets.length).toBeGreaterThan(2);
  });

  test('[CO8] what the page does is told again after a reconnect; another tab may be followed', () => {
    share.tell({ type: 'page-state', state: 'live' });
    welcome();
    socket().says({ type: 'followed', followed: false });
    expect(status()).toMatchObject({ state: 'live', followed: false });
    share.send([pointer]);
    expect(socket().types()).toEqual(['hello', 'page-state']);
    socket().listener.closed(1006);
    clock.advance(1_000);
    welcome();
    expect(socket().types()).toEqual(['hello', 'page-state']);
  });

  test('[CO10] grants and viewers are shown as the relay says them', () => {
    const agent = { id: id('agt'), name: 'Ana' };
    welcome({ viewers: [agent] });
    const grant = { id: id('grt'), agent, until: 5, scopes: ['click'] };
    socket().says({ type: 'grant', grant });
    expect(status()).toMatchObject({ viewers: [agent], grant });
    socket().says({ type: 'grant' });
    expect(status()).toMatchObject({ state: 'live', grant: undefined });
  });

  test('what agents ask is handed on; what does not decode is passed over', () => {
    welcome();
    socket().says({ type: 'mark', kind: 'clear' });
    socket().says({ type: 'mark', kind: 'explode' });
    socket().listener.message('not json');
    expect(asked).toEqual([{ type: 'mark', kind: 'clear' }]);
  });
});
