// Over 300 lines: one outbox in tabs that share a browser; a describe for each promise of its.
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../tests/support/simulation/seeded-random.ts';
import { MachineClock, VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import type { ErrorCode } from '../protocol/index.ts';
import { FailoverOutboxStore } from './failover-outbox-store.ts';
import type { RefusedFrame } from './lane-sender.ts';
import { Outbox } from './outbox.ts';
import type { OutboxEntry } from './outbox-box.ts';
import { type OutboxStore, memoryOutboxStore } from './outbox-store.ts';

interface Browser {
  time: VirtualTime;
  random: SeededRandom;
  disk: OutboxStore;
}

function browser(): Browser {
  const random = new SeededRandom(7);
  return { time: new VirtualTime(), random, disk: memoryOutboxStore(random.bytes) };
}

/** One tab: an outbox over the browser's disk, whose commands the test answers by hand. */
class Tab {
  readonly sent: OutboxEntry[] = [];
  readonly stored: [string, number][] = [];
  readonly outbox: Outbox;
  readonly time: VirtualTime;

  constructor({ time, random, disk }: Browser = browser(), durable = true) {
    this.time = time;
    const clock = new MachineClock(time);
    const store = new FailoverOutboxStore(durable ? disk : undefined, clock, random.bytes);
    this.outbox = new Outbox({
      store,
      clock,
      random: random.bytes,
      send: (entry) => this.sent.push(entry),
      stored: ({ body }, seq) => this.stored.push([body.text, seq]),
    });
  }

  save(...texts: string[]): Promise<{ id: string }[]> {
    return Promise.all(
      texts.map((text) => this.outbox.save({ lane: 'visitor' }, { type: 'chat.send', text }, false)),
    );
  }

  async online(counter?: number): Promise<void> {
    await this.outbox.online('visitor', counter);
  }

  /** What was sent since the last look, as number and text. */
  look(): string[] {
    return this.sent.splice(0).map(({ n, body }) => `${n} ${body.text}`);
  }

  idOf(text: string): string {
    const found = this.outbox.entries.value.find(({ body }) => body.text === text);
    if (!found) throw new Error(`${text} is not in the outbox`);
    return found.id;
  }

  ack(text: string, seq: number): void {
    this.outbox.stored(this.idOf(text), seq);
  }

  refuse(text: string, code: ErrorCode, more: Partial<RefusedFrame> = {}): void {
    this.outbox.refused({ id: this.idOf(text), code, message: code, ...more });
  }

  get waiting(): string[] {
    return this.outbox.entries.value.map(({ n, body, refused }) => `${n} ${body.text}${refused ? '!' : ''}`);
  }
}

describe('[DL5] saving', () => {
  test('a message is on the disk before send resolves, and the device is the disk’s', async () => {
    const shared = browser();
    const tab = new Tab(shared);
    await tab.save('one');
    expect(await shared.disk.change((box) => box.entries.map(({ body }) => body.text))).toEqual(['one']);
    expect(await tab.outbox.open()).toBe(await shared.disk.change((box) => box.device));
  });

  test('what was saved without a connection goes out in order when there is one, also from another page', async () => {
    const shared = browser();
    await new Tab(shared).save('one', 'two');
    const later = new Tab(shared);
    await later.online(0);
    expect(later.look()).toEqual(['1 one', '2 two']);
  });
});

describe('[DL2] acknowledged', () => {
  test('it leaves the outbox and the disk, and is not sent again', async () => {
    const shared = browser();
    const tab = new Tab(shared);
    await tab.online(0);
    await tab.save('one');
    tab.ack('one', 5);
    expect([tab.waiting, tab.stored]).toEqual([[], [['one', 5]]]);
    await shared.time.advance(0);
    expect(await shared.disk.change((box) => box.entries)).toEqual([]);
    tab.look();
    await tab.online(1);
    expect(tab.look()).toEqual([]);
  });

  test('unanswered at the end of a connection, it is sent again under the same id and number', async () => {
    const tab = new Tab();
    await tab.online(0);
    await tab.save('one', 'two');
    const first = [...tab.sent];
    tab.look();
    tab.outbox.lost();
    await tab.online(1);
    // What the server may have comes first and alone: the rest must not overtake it.
    expect(tab.sent.map(({ id, n }) => [id, n])).toEqual([[first[0]?.id, 1]]);
    tab.ack('one', 1);
    expect(tab.look()).toEqual(['1 one', '2 two']);
  });

  test('an answer to what is not ours is told apart', () => {
    const tab = new Tab();
    expect(tab.outbox.stored('019b76da-b665-7149-9c08-576b8e7fa304', 1)).toBe(false);
    expect(tab.outbox.refused({ id: 'x', code: 'invalid', message: '' })).toBe(false);
    expect(tab.outbox.refused({ code: 'invalid', message: '' })).toBe(false);
  });
});

describe('[DL3] in order', () => {
  test('at most 32 are under way at once', async () => {
    const tab = new Tab();
    await tab.online(0);
    await tab.save(...Array.from({ length: 40 }, (_, index) => `m${index}`));
    expect(tab.look()).toHaveLength(32);
    tab.ack('m0', 1);
    expect(tab.look()).toEqual(['33 m32']);
  });

  test('in memory they go one by one', async () => {
    const tab = new Tab(browser(), false);
    await tab.online(0);
    await tab.save('one', 'two');
    expect(tab.look()).toEqual(['1 one']);
    tab.ack('one', 1);
    expect(tab.look()).toEqual(['2 two']);
  });

  test('a refusal for now stops the lane until all is answered and the wait is over', async () => {
    const tab = new Tab();
    await tab.online(0);
    await tab.save('one', 'two', 'three');
    tab.look();
    tab.refuse('one', 'rate-limited', { retryAfter: 2_000 });
    tab.refuse('two', 'out-of-order', { expected: 1 });
    await tab.time.advance(10_000);
    expect(tab.look()).toEqual([]);
    tab.refuse('three', 'out-of-order', { expected: 1 });
    await tab.time.advance(1_999);
    expect(tab.look()).toEqual([]);
    await tab.time.advance(300);
    expect(tab.look()).toEqual(['1 one']);
    tab.ack('one', 1);
    expect(tab.look()).toEqual(['2 two', '3 three']);
  });

  test.for(['unavailable', 'internal'] as const)('%s is tried again with growing patience', async (code) => {
    const tab = new Tab();
    await tab.online(0);
    await tab.save('one');
    const tries: number[] = [];
    for (let times = 0; times < 6; times++) {
      tab.look();
      tab.refuse('one', code);
      const from = tab.time.now;
      while (tab.sent.length === 0) await tab.time.advance(50);
      tries.push(tab.time.now - from);
    }
    expect(Math.max(...tries)).toBeGreaterThan(1_000);
    expect(Math.max(...tries)).toBeLessThanOrEqual(8_050);
  });

  test('other lanes go on while one waits', async () => {
    const tab = new Tab();
    await tab.outbox.online('ana ');
    const say = (conversation: string, text: string) =>
      tab.outbox.save({ lane: `ana ${conversation}`, conversation }, { type: 'chat.send', text }, false);
    await say('a', 'one');
    tab.refuse('one', 'unavailable');
    await say('b', 'two');
    await say('a', 'three');
    expect(tab.look()).toEqual(['1 one', '1 two']);
  });

  test('what somebody else left in this browser is not sent', async () => {
    const shared = browser();
    const ana = new Tab(shared);
    await ana.outbox.save({ lane: 'ana c' }, { type: 'chat.note', text: 'hers' }, false);
    const ben = new Tab(shared);
    await ben.outbox.online('ben ');
    expect(ben.look()).toEqual([]);
    await ana.outbox.online('ana ');
    expect(ana.look()).toEqual(['1 hers']);
  });
});

describe('[DL3] numbers that do not fit', () => {
  test('a server that counted more than this store knows: numbered anew, under the same ids', async () => {
    const tab = new Tab();
    await tab.online(4);
    await tab.save('one', 'two');
    const ids = tab.sent.map(({ id }) => id);
    expect(tab.look()).toEqual(['1 one', '2 two']);
    tab.refuse('one', 'out-of-order', { expected: 5 });
    tab.refuse('two', 'out-of-order', { expected: 5 });
    await tab.time.advance(1);
    expect(tab.sent.map(({ id }) => id)).toEqual([ids[0]]);
    expect(tab.look()).toEqual(['5 one']);
    tab.ack('one', 1);
    expect(tab.look()).toEqual(['6 two']);
    await tab.save('three');
    expect(tab.waiting).toEqual(['6 two', '7 three']);
  });

  test('a server that lost some (an older backup): asked twice, then numbered anew', async () => {
    const tab = new Tab();
    await tab.online(0);
    await tab.save('one', 'two');
    tab.ack('one', 1);
    tab.look();
    tab.refuse('two', 'out-of-order', { expected: 1 });
    await tab.time.advance(1);
    expect(tab.look()).toEqual(['2 two']);
    tab.refuse('two', 'out-of-order', { expected: 1 });
    await tab.time.advance(1);
    expect(tab.look()).toEqual(['1 two']);
  });

  test('what another tab saved before is sent first, and fills the gap', async () => {
    const shared = browser();
    const [one, other] = [new Tab(shared), new Tab(shared)];
    await other.online(0);
    await one.save('first');
    await other.save('second');
    // It saw the other's entry in the store.
    expect(other.look()).toEqual(['1 first', '2 second']);
  });

  test('what another tab got acknowledged vanishes here', async () => {
    const shared = browser();
    const [one, other] = [new Tab(shared), new Tab(shared)];
    await one.save('first');
    await other.outbox.open();
    expect(other.waiting).toEqual(['1 first']);
    await one.online(0);
    one.ack('first', 1);
    await shared.time.advance(0);
    await other.online(1);
    expect([other.waiting, other.look()]).toEqual([[], []]);
  });

  test('a server that never agrees is not asked without end', async () => {
    const tab = new Tab();
    await tab.online(0);
    await tab.save('one');
    let times = 0;
    for (; tab.time.now < 60_000 && times < 1_000; times++) {
      tab.look();
      tab.refuse('one', 'out-of-order', { expected: 2 + times });
      while (tab.sent.length === 0) await tab.time.advance(10);
    }
    expect(times).toBeLessThan(60);
  });
});

describe('[DL11] refused for good', () => {
  test('it stays with its reason, over a reload, and is not sent again', async () => {
    const shared = browser();
    const tab = new Tab(shared);
    await tab.online(0);
    await tab.save('one', 'two');
    tab.look();
    tab.refuse('one', 'forbidden');
    tab.ack('two', 1);
    await tab.time.advance(0);
    expect(tab.waiting).toEqual(['1 one!']);
    const later = new Tab(shared);
    await later.online(2);
    expect([later.waiting, later.look()]).toEqual([['1 one!'], []]);
    expect(later.outbox.entries.value[0]?.refused).toEqual({ code: 'forbidden', message: 'forbidden' });
  });

  test('tried again, it goes out last and under an id of its own', async () => {
    const tab = new Tab();
    await tab.online(0);
    const [{ id } = { id: '' }] = await tab.save('one', 'two');
    tab.refuse('one', 'forbidden');
    await tab.time.advance(0);
    tab.look();
    await tab.outbox.tryAgain(id);
    expect(tab.idOf('one')).not.toBe(id);
    expect(tab.look()).toEqual(['3 one']);
  });

  test('discarded, it is gone; one that is on its way is not', async () => {
    const tab = new Tab();
    await tab.online(0);
    await tab.save('one', 'two');
    tab.refuse('one', 'invalid');
    await tab.time.advance(0);
    await tab.outbox.discard(tab.idOf('one'));
    await tab.outbox.discard(tab.idOf('two'));
    expect(tab.waiting).toEqual(['2 two']);
  });
});
