import { describe, expect, test } from 'vitest';
import type { PageEvent } from './page-events.ts';
import { KEPT_MAX_LENGTH, VisitorFrames, isPointer } from './visitor-frames.ts';

const META: PageEvent = {
  type: 4,
  timestamp: 1,
  data: { href: 'https://shop.test/', width: 800, height: 600 },
};
const snapshot = (text = ''): PageEvent => ({
  type: 2,
  timestamp: 2,
  data: {
    node: { type: 0, id: 1, childNodes: [{ type: 3, id: 2, textContent: text }] },
    initialOffset: { top: 0, left: 0 },
  },
});
const change = (y: number): PageEvent => ({ type: 3, timestamp: 3, data: { source: 3, id: 1, x: 0, y } });
const read = (messages: readonly string[] | undefined) =>
  messages?.map((message) => JSON.parse(message) as Record<string, unknown>) ?? [];

describe('frames of a shared page', () => {
  test('[CO7] are numbered from 1, and a snapshot stands first in a frame of its own', () => {
    const frames = new VisitorFrames('stm_1');
    const sent = [...read(frames.add([META])), ...read(frames.add([snapshot(), change(1), change(2)]))];
    expect(sent).toMatchObject([
      { type: 'frame', stream: 'stm_1', seq: 1, snapshot: true, events: [{ type: 4 }, { type: 2 }] },
      { type: 'frame', seq: 2, events: [{ type: 3 }, { type: 3 }] },
    ]);
    expect(sent[1]).not.toHaveProperty('snapshot');
  });

  test('[R28] are the same on a page whose library writes lists in its own way', () => {
    const library = Array.prototype as { toJSON?: () => string };
    library.toJSON = () => 'a list';
    try {
      const sent = new VisitorFrames('stm_1').add([META, snapshot()]) ?? [];
      expect(read(sent)).toMatchObject([{ type: 'frame', events: [META, snapshot()] }]);
    } finally {
      delete library.toJSON;
    }
  });

  test('[CO7] what is not acknowledged is kept and sent again, in order', () => {
    const frames = new VisitorFrames('stm_1');
    frames.add([META, snapshot()]);
    for (let y = 0; y < 3; y++) frames.add([change(y)]);
    frames.acknowledged(2);
    expect(read(frames.after(2)).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(frames.after(4)).toEqual([]);
    // The relay lacks what was let go, or names what never was.
    expect(frames.after(0)).toBeUndefined();
    expect(frames.after(9)).toBeUndefined();
  });

  test('[CO7] beyond the bound all is dropped, and the numbers go on', () => {
    const frames = new VisitorFrames('stm_1');
    frames.add([META, snapshot('x'.repeat(KEPT_MAX_LENGTH + 1_000))]);
    expect(frames.isFull).toBe(false);
    const replace = 'y'.repeat(KEPT_MAX_LENGTH);
    const long: PageEvent = { type: 3, timestamp: 3, data: { source: 8, id: 1, replace } };
    frames.add([long]);
    expect(frames.isFull).toBe(true);
    frames.drop();
    expect([frames.isFull, frames.last]).toEqual([false, 2]);
    expect(read(frames.add([META, snapshot()]))).toMatchObject([{ seq: 3, snapshot: true }]);
  });

  test('a long one goes in parts whose texts are the list of its events', () => {
    const frames = new VisitorFrames('stm_1');
    const events = [META, snapshot('ä"\n'.repeat(150_000))];
    const parts = read(frames.add(events));
    expect(parts.length).toBeGreaterThan(1);
    expect(
      parts.every(({ type, seq, parts: all }) => type === 'frame-part' && seq === 1 && all === parts.length),
    ).toBe(true);
    expect(JSON.parse(parts.map(({ text }) => text).join(''))).toEqual(events);
  });

  test('one that is longer than may be sent is refused', () => {
    expect(new VisitorFrames('stm_1').add([META, snapshot('z'.repeat(17_000_000))])).toBeUndefined();
  });

  test('[CO14] positions of the pointer are told apart from content', () => {
    const positions = [{ x: 1, y: 2, id: 1, timeOffset: 0 }];
    expect(isPointer({ type: 3, timestamp: 1, data: { source: 1, positions } })).toBe(true);
    expect(isPointer(change(1))).toBe(false);
  });
});
