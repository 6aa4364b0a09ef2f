import { describe, expect, test } from 'vitest';
import { FrameOrder } from './agent-frames.ts';

const STREAM = `stm_${'0'.repeat(26)}`;
const OTHER = `stm_${'1'.repeat(26)}`;
const frame = (seq: number, more: { snapshot?: boolean; stream?: string } = {}) => ({
  type: 'frame' as const,
  stream: STREAM,
  seq,
  events: [{ seq }],
  ...more,
});
const part = (seq: number, number: number, text: string, more: object = {}) => ({
  type: 'frame-part' as const,
  stream: STREAM,
  seq,
  part: number,
  parts: 3,
  snapshot: true,
  text,
  ...more,
});
const shown = (seq: number, snapshot = false) => ({ kind: 'show', text: `[{"seq":${seq}}]`, snapshot });

describe('frames of a shared page', () => {
  test('[CO7] are shown from a snapshot on, each once and in order', () => {
    const order = new FrameOrder();
    expect(order.take(frame(4))).toEqual({ kind: 'wait' });
    expect(order.take(frame(5, { snapshot: true }))).toEqual(shown(5, true));
    expect(order.take(frame(6))).toEqual(shown(6));
    expect(order.take(frame(6))).toEqual({ kind: 'wait' });
    expect(order.take(frame(7))).toEqual(shown(7));
    expect(order.shown).toEqual({ stream: STREAM, seq: 7 });
  });

  test('[CO7] one that is missing is a gap, once; then only a snapshot is shown', () => {
    const order = new FrameOrder();
    order.take(frame(1, { snapshot: true }));
    expect(order.take(frame(3))).toEqual({ kind: 'gap', reason: 'a frame did not come' });
    expect(order.take(frame(4))).toEqual({ kind: 'wait' });
    expect(order.take(frame(9, { snapshot: true }))).toEqual(shown(9, true));
    expect(order.take(frame(10))).toEqual(shown(10));
  });

  test('[CO7] of another stream are a gap, unless they begin with a snapshot', () => {
    const order = new FrameOrder();
    order.take(frame(1, { snapshot: true }));
    expect(order.take(frame(2, { stream: OTHER })).kind).toBe('gap');
    expect(order.take(frame(1, { stream: OTHER, snapshot: true }))).toEqual(shown(1, true));
    expect(order.take(frame(2, { stream: OTHER }))).toEqual(shown(2));
  });

  test('parts are joined in their order', () => {
    const order = new FrameOrder();
    expect(order.take(part(1, 0, '[{"a"'))).toEqual({ kind: 'wait' });
    expect(order.newestIs(STREAM, 1)).toBeUndefined();
    expect(order.take(part(1, 1, ':1'))).toEqual({ kind: 'wait' });
    expect(order.take(part(1, 2, '}]'))).toEqual({ kind: 'show', text: '[{"a":1}]', snapshot: true });
    expect(order.take(frame(2))).toEqual(shown(2));
  });

  test('[CO7] a part that is missing, or a frame between parts, is a gap', () => {
    const order = new FrameOrder();
    order.take(part(1, 0, '['));
    expect(order.take(part(1, 2, ']')).kind).toBe('gap');
    order.take(part(2, 0, '['));
    expect(order.take(frame(3)).kind).toBe('gap');
    order.take(part(4, 0, '['));
    expect(order.take(frame(5, { snapshot: true }))).toEqual(shown(5, true));
  });

  test('[T4] parts that are too long together are a gap, and are let go of', () => {
    const order = new FrameOrder();
    const long = 'x'.repeat(256 * 1024);
    const kinds = Array.from({ length: 70 }, (_, index) =>
      order.take(part(1, index, long, { parts: 100 })),
    ).map(({ kind }) => kind);
    expect(kinds.indexOf('gap')).toBe(64);
  });

  test('[CO7] the last frame is missed by what the relay says of its newest', () => {
    const order = new FrameOrder();
    order.take(frame(1, { snapshot: true }));
    expect(order.newestIs(STREAM, 1)).toBeUndefined();
    expect(order.newestIs(STREAM, 2)).toBe('the newest frame did not come');
    expect(order.shown).toBeUndefined();
  });

  test('[T4] events that nest too deep to be written are a gap', () => {
    const order = new FrameOrder();
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level++) deep = [deep];
    expect(order.take({ ...frame(1), snapshot: true, events: [deep] }).kind).toBe('gap');
  });
});
