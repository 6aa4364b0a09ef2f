import { describe, expect, test } from 'vitest';
import { RECONNECT_MAX_MS } from '../protocol/index.ts';
import {
  type ConnectionEvent,
  type ConnectionState,
  statusOf,
  transition,
  wakeAt,
} from './connection-machine.ts';

type Happened = ConnectionEvent extends infer E
  ? E extends ConnectionEvent
    ? Omit<E, 'now' | 'jitter'>
    : never
  : never;

/** Plays events one after the other; times are what the tests need, jitter is the whole step. */
class Play {
  state: ConnectionState = { name: 'idle' };
  effects: string[] = [];
  now = 1_000;
  jitter = 1;

  happens(...events: Happened[]): this {
    for (const event of events) {
      const [state, effects] = transition(this.state, { ...event, now: this.now, jitter: this.jitter });
      this.state = state;
      this.effects = effects;
    }
    return this;
  }

  after(milliseconds: number, ...events: Happened[]): this {
    this.now += milliseconds;
    return this.happens(...events);
  }

  get wake(): number {
    return (wakeAt(this.state) ?? Infinity) - this.now;
  }

  get status(): string {
    return statusOf(this.state, (time) => time).state;
  }
}

const start: Happened = { type: 'start', network: true };
const opened: Happened = { type: 'opened' };
const welcomed: Happened = { type: 'welcomed', heartbeatMs: 25_000 };
const tick: Happened = { type: 'tick' };
const lost: Happened = { type: 'closed', code: 1006, reason: '' };
const online = (): Play => new Play().happens(start, opened, welcomed);

describe('connecting', () => {
  test('start opens, the open socket is greeted, the welcome is online', () => {
    const play = new Play().happens(start);
    expect([play.effects, play.status]).toEqual([['open'], 'connecting']);
    play.happens(opened);
    expect([play.effects, play.status]).toEqual([['greet'], 'connecting']);
    play.happens(welcomed);
    expect([play.effects, play.status]).toEqual([[], 'online']);
  });

  test.for([[[start]], [[start, opened]]] as const)(
    '%j without an answer for 10 s is given up',
    ([steps]) => {
      const play = new Play().happens(...steps);
      expect(play.wake).toBe(10_000);
      expect(play.after(9_999, tick).state.name).not.toBe('waiting');
      expect(play.after(1, tick).effects).toEqual(['drop']);
      expect(play.status).toBe('reconnecting');
    },
  );

  test('a hello that cannot be made now is tried again, one of a person who is signed out is not', () => {
    const later = new Play().happens(start, { type: 'unprepared', signedOut: false });
    expect([later.state.name, later.effects]).toEqual(['waiting', ['drop']]);
    const never = new Play().happens(start, { type: 'unprepared', signedOut: true });
    expect(never.state).toEqual({ name: 'stopped', reason: 'unauthenticated' });
  });
});

describe('[DL7] backoff', () => {
  test('doubles from 250 ms to 8 s, with full jitter', () => {
    const play = new Play().happens(start);
    const steps: number[] = [];
    for (let times = 0; times < 8; times++) {
      steps.push(play.happens(lost).wake);
      play.after(play.wake, tick);
    }
    expect(steps).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    play.jitter = 0.25;
    expect(play.happens(lost).wake).toBe(RECONNECT_MAX_MS / 4);
    play.jitter = 0;
    expect(play.after(2_000, tick).happens(lost).wake).toBe(0);
  });

  test('begins anew after a connection that lasted, not after one that broke at once', () => {
    expect(online().after(10_000, lost).wake).toBe(250);
    const flapping = online().happens(lost);
    flapping.after(flapping.wake, tick, opened, welcomed, lost);
    expect(flapping.wake).toBe(500);
  });

  test.for([{ type: 'shown' }, { type: 'hurry' }, { type: 'network', on: true }] as const)(
    '%j while waiting connects at once',
    (event) => {
      expect(online().happens(lost).happens(event).effects).toEqual(['open']);
    },
  );

  test('the wait that the server asked for is kept, also in a hurry', () => {
    const play = online().happens({ type: 'closed', code: 1013, reason: 'retry-after=3000' });
    expect(play.wake).toBe(3_250);
    expect(statusOf(play.state, (time) => time)).toMatchObject({ busy: true });
    expect(play.after(1_000, { type: 'hurry' }).state.name).toBe('waiting');
    expect(play.wake).toBe(2_000);
    expect(play.after(2_000, tick).effects).toEqual(['open']);
  });
});

describe('[DL7] half-open sockets', () => {
  test('silence of a heartbeat and 10 s drops the connection', () => {
    const play = online();
    expect(play.wake).toBe(35_000);
    play.after(20_000, { type: 'heard' });
    expect(play.wake).toBe(35_000);
    expect(play.after(34_999, tick).status).toBe('online');
    expect(play.after(1, tick).effects).toEqual(['drop']);
  });

  test('a question that is not answered in 10 s drops it, whatever else is answered', () => {
    const play = online().happens({ type: 'asked', key: 'a' }).after(4_000, { type: 'asked', key: 'b' });
    expect(play.wake).toBe(6_000);
    play.happens({ type: 'answered', key: 'b' }, { type: 'answered', key: 'b' }, { type: 'heard' });
    expect(play.wake).toBe(6_000);
    expect(play.after(6_000, tick).effects).toEqual(['drop']);
  });

  test('answers that came let it be', () => {
    const play = online().happens({ type: 'asked', key: 1 }, { type: 'asked', key: 2 });
    play.after(5_000, { type: 'answered', key: 1 }, { type: 'answered', key: 2 });
    expect(play.wake).toBe(30_000);
  });

  test('a page that is seen again asks whether the connection lives', () => {
    expect(online().happens({ type: 'shown' }).effects).toEqual(['ping']);
    expect(online().happens({ type: 'network', on: true }).effects).toEqual(['ping']);
  });
});

describe('the network that the browser reports', () => {
  test('none: dropped, said, and still tried now and then, because browsers err', () => {
    const play = online().happens({ type: 'network', on: false });
    expect([play.effects, play.status]).toEqual([['drop'], 'offline']);
    play.after(play.wake, tick);
    expect([play.effects, play.status]).toEqual([['open'], 'offline']);
    play.happens(opened, welcomed);
    expect(play.status).toBe('online');
  });

  test('begun without a network it is offline from the start', () => {
    expect(new Play().happens({ type: 'start', network: false }).status).toBe('offline');
  });

  test('back while a try runs: the try goes on', () => {
    const play = new Play().happens({ type: 'start', network: false }, { type: 'network', on: true });
    expect([play.effects, play.status]).toEqual([[], 'connecting']);
  });
});

describe('close codes', () => {
  test.for([
    [1007, 'protocol'],
    [1009, 'protocol'],
    [4000, 'protocol'],
    [4002, 'version'],
    [4003, 'origin'],
    [4010, 'revoked'],
  ] as const)('%i stops for good: %s', ([code, reason]) => {
    const play = online().happens({ type: 'closed', code, reason: '' });
    expect(play.state).toEqual({ name: 'stopped', reason });
    expect(play.happens({ type: 'hurry' }, { type: 'network', on: true }).state.name).toBe('stopped');
    expect(wakeAt(play.state)).toBeUndefined();
  });

  test.for([1001, 1006, 1011, 1013, 4008, 4009, 4012, 4029])('%i comes back', (code) => {
    expect(online().happens({ type: 'closed', code, reason: '' }).state.name).toBe('waiting');
  });

  test('an identity that is refused is renewed twice, then it stops', () => {
    const denied: Happened = { type: 'closed', code: 4001, reason: '' };
    const play = new Play().happens(start, opened, denied);
    expect(play.effects).toEqual(['renew']);
    play.after(play.wake, tick, opened, denied);
    expect(play.effects).toEqual(['renew']);
    play.after(play.wake, tick, opened, denied);
    expect(play.state).toEqual({ name: 'stopped', reason: 'unauthenticated' });
  });

  test('a welcome in between forgets the refusals', () => {
    const denied: Happened = { type: 'closed', code: 4001, reason: '' };
    const play = new Play().happens(start);
    for (let times = 0; times < 4; times++) {
      play.happens(opened, welcomed, denied);
      expect(play.effects).toEqual(['renew']);
      play.after(play.wake, tick);
    }
  });
});

describe('stop', () => {
  test.for([[start], [start, opened], [start, opened, welcomed], [start, lost]])(
    'after %j drops the socket and waits for nothing',
    (steps) => {
      const play = new Play().happens(...steps).happens({ type: 'stop' });
      expect([play.state, play.effects, wakeAt(play.state)]).toEqual([{ name: 'idle' }, ['drop'], undefined]);
    },
  );

  test('what comes late changes nothing', () => {
    const play = new Play().happens(start, { type: 'stop' });
    play.happens(opened, welcomed, lost, tick, { type: 'hurry' }, { type: 'shown' });
    expect([play.state, play.effects]).toEqual([{ name: 'idle' }, []]);
  });
});
