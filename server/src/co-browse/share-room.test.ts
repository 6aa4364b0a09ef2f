import { describe, expect, test } from 'vitest';
import type { ConversationState } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type { FromPage, PageHello, ShareWire, ToPage, ToViewer } from '../events/share-ports.ts';
import { defaultShareLimits } from '../lib/share-limits.ts';
import { ShareMetrics } from '../lib/share-metrics.ts';
import { ShareRoom } from './share-room.ts';

const STREAM = 'stm_00000000000000000000000000';
const MB = 1024 * 1024;
/** Additions of one frame of a large page, and frames of a page of 50,000 nodes. */
const NODES_PER_FRAME = 500;
const FRAMES = 100;
/** Tens of megabytes go through the firewall. */
const TEST_MS = 120_000;
const HEADER = { agents: [{ id: 'agt_1', name: 'Ana' }] } as unknown as ConversationState;

type Frame = Extract<FromPage, { type: 'frame' }>;

/** A socket whose other side reads as much as the test says. */
class FakeWire<Down> implements ShareWire<Down> {
  unsentBytes = 0;
  sent: (Down | Buffer)[] = [];
  send(frame: Down | Buffer): void {
    this.sent.push(frame);
  }
  close(): void {
    this.sent.push(Buffer.from('closed'));
  }
  pauseFor(): void {
    // A page that is read from all the time.
  }
}

/** A page of 50,000 nodes in a room with one viewer, by a clock that the test moves. */
class LargePage {
  readonly wire = new FakeWire<ToPage>();
  readonly viewer = new FakeWire<ToViewer>();
  readonly room: ShareRoom;
  readonly #page;
  #now = 1_000;
  #seq = 0;
  #id = 0;

  constructor() {
    const clock: Clock = { now: () => this.#now, monotonic: () => this.#now, after: () => () => undefined };
    const nothing = (): void => undefined;
    this.room = new ShareRoom(
      {
        share: 'shr_1',
        assetOrigins: [],
        limits: defaultShareLimits,
        metrics: new ShareMetrics(),
        clock,
        onPages: nothing,
        onHome: nothing,
      },
      HEADER,
    );
    const hello = { tab: 'tab-1', stream: STREAM } as PageHello;
    this.#page = this.room.pageArrives(hello, this.wire);
  }

  /** How often the page was asked for a snapshot. */
  get asked(): number {
    return this.wire.sent.filter((frame) => 'type' in frame && frame.type === 'snapshot-asked').length;
  }

  #send(events: object[], isSnapshot = false): void {
    this.#seq += 1;
    const frame: Frame = { type: 'frame', stream: STREAM, seq: this.#seq, events };
    const weight = { characters: 1_000, wireBytes: 100 };
    this.room.fromPage(this.#page, isSnapshot ? { ...frame, snapshot: true } : frame, weight);
  }

  /** The snapshot of its beginning, then all that is in it, as the recorder tells it. */
  tell(): void {
    const body = { type: 2, id: 5, tagName: 'body', attributes: {}, childNodes: [] };
    const html = { type: 2, id: 3, tagName: 'html', attributes: {}, childNodes: [body] };
    const node = { type: 0, id: 1, childNodes: [html] };
    this.#send([{ type: 2, timestamp: 1, data: { node, initialOffset: { top: 0, left: 0 } } }], true);
    this.#id = 5;
    this.grow(FRAMES);
  }

  /** More of it. */
  grow(frames: number): void {
    for (let frame = 0; frame < frames; frame++) {
      const adds = Array.from({ length: NODES_PER_FRAME }, () => {
        const attributes = { class: 'a row of a long list' };
        const node = { type: 2, id: (this.#id += 1), tagName: 'p', attributes, childNodes: [] };
        return { parentId: 5, nextId: null, node };
      });
      this.#send([
        { type: 3, timestamp: 2, data: { source: 0, texts: [], attributes: [], removes: [], adds } },
      ]);
    }
  }

  watch(): void {
    const agent = { id: 'agt_1', name: 'Ana' };
    this.room.viewerArrives({ agent, mayAct: true, isSupervisor: false }, this.viewer, 'https://view.test/');
  }

  /** The viewer's socket stands still while the page goes on, and is free again some time later. */
  viewerFallsBehind(): void {
    this.viewer.unsentBytes = 100 * MB;
    this.grow(1);
    this.after(1_000);
    this.viewer.unsentBytes = 0;
    this.after(1_000);
  }

  after(milliseconds: number): void {
    this.#now += milliseconds;
    this.room.tick();
  }
}

describe('[CO6] a page of 50,000 nodes that is told in pieces', { timeout: TEST_MS }, () => {
  test('is not asked for again because of its own pieces', () => {
    const page = new LargePage();
    page.watch();
    page.tell();
    expect(page.room.heldBytes).toBeGreaterThan(4 * MB);
    expect(page.room.heldBytes).toBeLessThan(defaultShareLimits.tailAskBytes);
    page.after(1_000);
    expect(page.asked).toBe(0);
  });

  test('is asked for once where its tail is too long, and not again while it tells that', () => {
    const page = new LargePage();
    page.tell();
    page.grow(2 * FRAMES);
    expect(page.room.heldBytes).toBeGreaterThan(defaultShareLimits.tailAskBytes);
    expect(page.asked).toBe(1);
    page.after(3_000);
    page.tell();
    page.grow(2 * FRAMES);
    expect(page.asked).toBe(1);
    page.after(defaultShareLimits.tailAskEveryMs);
    page.grow(1);
    expect(page.asked).toBe(2);
  });

  test('is asked for once by a viewer that falls behind again and again, which else gets what is kept', () => {
    const page = new LargePage();
    page.watch();
    page.tell();
    page.viewerFallsBehind();
    expect(page.asked).toBe(1);
    page.tell();
    page.after(1_000);
    for (let time = 0; time < 5; time++) {
      page.viewer.sent = [];
      page.viewerFallsBehind();
      expect(page.viewer.sent.length).toBeGreaterThan(FRAMES);
    }
    expect(page.asked).toBe(1);
  });
});
