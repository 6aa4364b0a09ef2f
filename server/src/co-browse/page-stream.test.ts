import { describe, expect, test } from 'vitest';
import type { FromPage } from '../events/share-ports.ts';
import { type ShareLimits, defaultShareLimits } from '../lib/share-limits.ts';
import { PageStream, type Taken } from './page-stream.ts';

const STREAM = 'stm_00000000000000000000000000';
const yes = (): boolean => true;

type Frame = Extract<FromPage, { type: 'frame' }>;
type Part = Extract<FromPage, { type: 'frame-part' }>;

const element = (id: number, tagName: string, childNodes: object[] = [], attributes: object = {}) => ({
  type: 2,
  id,
  tagName,
  attributes,
  childNodes,
});

function snapshot(text = 'hello', ...more: object[]): object[] {
  const body = element(5, 'body', [element(6, 'p', [{ type: 3, id: 7, textContent: text }]), ...more]);
  const node = { type: 0, id: 1, childNodes: [element(3, 'html', [element(4, 'head'), body])] };
  return [{ type: 2, timestamp: 1, data: { node, initialOffset: { top: 0, left: 0 } } }];
}

const says = (value: string): object => ({
  type: 3,
  timestamp: 2,
  data: { source: 0, texts: [{ id: 7, value }], attributes: [], removes: [], adds: [] },
});

function frame(seq: number, events: object[], isSnapshot = false): Frame {
  return { type: 'frame', stream: STREAM, seq, events, ...(isSnapshot && { snapshot: true }) };
}

function inParts(seq: number, events: object[], parts: number): Part[] {
  const text = JSON.stringify(events);
  const size = Math.ceil(text.length / parts);
  return Array.from({ length: parts }, (_, part) => ({
    type: 'frame-part' as const,
    ...{ stream: STREAM, seq, part, parts, snapshot: true },
    text: text.slice(part * size, (part + 1) * size),
  }));
}

function opened(limits: Partial<ShareLimits> = {}): PageStream {
  return new PageStream(STREAM, [], { ...defaultShareLimits, ...limits });
}

function begun(limits: Partial<ShareLimits> = {}): PageStream {
  const stream = opened(limits);
  expect(stream.frame(frame(1, snapshot(), true), 100, yes).kind).toBe('held');
  return stream;
}

const textsOf = (taken: Taken): string[] =>
  taken.kind === 'held' ? taken.frames.map((bytes) => bytes.toString()) : [];

describe('[CO7] frames of a page', () => {
  test('are held in order, from a snapshot on', () => {
    const stream = opened();
    expect(stream.frame(frame(1, [says('too early')]), 100, yes).kind).toBe('gap');
    expect(stream.frame(frame(2, snapshot(), true), 100, yes)).toMatchObject({
      kind: 'held',
      checkpoint: true,
    });
    expect(stream.frame(frame(3, [says('one')]), 100, yes)).toMatchObject({
      kind: 'held',
      checkpoint: false,
    });
    expect(stream.seq).toBe(3);
    expect(stream.tail).toHaveLength(1);
  });

  test('that come again are passed over', () => {
    const stream = begun();
    stream.frame(frame(2, [says('one')]), 100, yes);
    expect(stream.frame(frame(2, [says('again')]), 100, yes).kind).toBe('nothing');
    expect(stream.frame(frame(1, snapshot('old'), true), 100, yes).kind).toBe('nothing');
    expect(stream.tail).toHaveLength(1);
  });

  test('that are missing make a gap, which only a snapshot closes', () => {
    const stream = begun();
    expect(stream.frame(frame(3, [says('three')]), 100, yes).kind).toBe('gap');
    expect(stream.frame(frame(2, [says('late')]), 100, yes).kind).toBe('gap');
    expect(stream.frame(frame(9, snapshot('anew'), true), 100, yes)).toMatchObject({ checkpoint: true });
    expect(stream.frame(frame(10, [says('ten')]), 100, yes).kind).toBe('held');
    expect(stream.tail).toHaveLength(1);
  });

  test('keep their numbers when nothing of them may be shown', () => {
    const stream = begun();
    const [text] = textsOf(stream.frame(frame(2, [{ type: 99 }]), 100, yes));
    expect(JSON.parse(text ?? '')).toEqual({ type: 'frame', stream: STREAM, seq: 2, events: [] });
    expect(stream.dropped).toBe(1);
  });
});

describe('a snapshot', () => {
  test('[CO6] takes the place of all before it', () => {
    const stream = begun();
    for (let seq = 2; seq < 20; seq++) stream.frame(frame(seq, [says(`${seq}`)]), 100, yes);
    stream.frame(frame(20, snapshot('anew'), true), 100, yes);
    expect(stream.tail).toEqual([]);
    expect(stream.tailBytes).toBe(0);
    expect(stream.checkpoint[0]?.toString()).toContain('anew');
  });

  test('comes in parts, and leaves in parts when it is long', () => {
    const stream = opened();
    const events = snapshot(
      'x'.repeat(200_000),
      element(20, 'p', [{ type: 3, id: 21, textContent: 'y'.repeat(200_000) }]),
    );
    const parts = inParts(1, events, 3);
    const taken = parts.map((part) => stream.part(part, 10, yes));
    expect(taken.map(({ kind }) => kind)).toEqual(['nothing', 'nothing', 'held']);
    const out = textsOf(taken.at(-1) ?? { kind: 'gap' }).map((text) => JSON.parse(text) as Part);
    expect(out.map(({ part, parts: of }) => [part, of])).toEqual([
      [0, 2],
      [1, 2],
    ]);
    const whole = JSON.parse(out.map(({ text }) => text).join('')) as { type: number }[];
    expect(whole.map(({ type }) => type)).toEqual([2]);
  });

  test('whose parts are out of order, or that is none, is a gap', () => {
    const stream = opened();
    const [first, second, third] = inParts(1, snapshot(), 3) as [Part, Part, Part];
    stream.part(first, 0, yes);
    expect(stream.part(third, 0, yes).kind).toBe('gap');
    expect(stream.part(second, 0, yes).kind).toBe('gap');
    expect(stream.frame(frame(1, [says('no page')], true), 100, yes).kind).toBe('gap');
    expect(stream.frame(frame(1, [{ type: 2, data: { node: 'x' } }], true), 100, yes).kind).toBe('gap');
    expect(stream.checkpoint).toEqual([]);
  });

  test('[T4] of too many characters, or bytes on the wire, is too large', () => {
    const events = snapshot('x'.repeat(5_000));
    const limited = opened({ snapshotMaxCharacters: 3_000 });
    expect(inParts(1, events, 4).map((part) => limited.part(part, 0, yes).kind)).toContain('too-large');
    const onWire = opened({ snapshotWireMaxBytes: 3_000 });
    expect(inParts(1, events, 4).map((part) => onWire.part(part, 1_000, yes).kind)).toContain('too-large');
    const whole = opened();
    expect(whole.frame(frame(1, events, true), 300_000, yes).kind).toBe('too-large');
  });

  test('[T4] that comes too soon is not taken', () => {
    const stream = begun();
    expect(stream.frame(frame(2, snapshot(), true), 100, () => false).kind).toBe('gap');
  });

  test('[T4] nests no deeper than a browser can bear', () => {
    const deep = '['.repeat(5_000) + ']'.repeat(5_000);
    const parts = [deep.slice(0, 5_000), deep.slice(5_000)];
    const stream = opened();
    const taken = parts.map((text, part) =>
      stream.part(
        { type: 'frame-part', stream: STREAM, seq: 1, part, parts: 2, snapshot: true, text },
        0,
        yes,
      ),
    );
    expect(taken.at(-1)?.kind).toBe('gap');
  });
});

describe('[CO6] what is kept', () => {
  test('is bounded whatever the page sends', () => {
    const stream = begun({ tailMaxBytes: 10_000 });
    let most = 0;
    for (let seq = 2; seq < 1_000; seq++) {
      expect(stream.frame(frame(seq, [says('x'.repeat(500))]), 100, yes).kind).toBe('held');
      most = Math.max(most, stream.heldBytes);
    }
    expect(most).toBeLessThan(12_000);
  });

  test('is nothing once it is forgotten', () => {
    const stream = begun();
    stream.frame(frame(2, [says('one')]), 100, yes);
    stream.part(inParts(3, snapshot(), 2)[0] as Part, 0, yes);
    stream.forget();
    expect(stream).toMatchObject({ checkpoint: [], tail: [], heldBytes: 0, needsSnapshot: true });
  });
});

describe('[T2] the firewall in the relay', () => {
  test('costs a hostile node that node, and passes the rest on', () => {
    const stream = opened();
    const script = element(20, 'script', [{ type: 3, id: 21, textContent: 'top.pwned=1' }]);
    const link = element(22, 'a', [], { href: 'javascript:top.pwned=1', onclick: 'top.pwned=1' });
    const [text = ''] = textsOf(stream.frame(frame(1, snapshot('shop', script, link), true), 100, yes));
    expect(text).toContain('shop');
    expect(text).not.toContain('pwned');
    expect(text).not.toContain('script');
  });

  test('[CO14] looks at pointers too', () => {
    const stream = begun();
    const move = {
      type: 3,
      timestamp: 3,
      data: { source: 1, positions: [{ id: 6, x: 1, y: 2, timeOffset: 0 }] },
    };
    const unknown = { ...move, data: { source: 1, positions: [{ id: 999, x: 1, y: 2, timeOffset: 0 }] } };
    expect(stream.pointers([move, unknown, { type: 5 }])).toHaveLength(1);
    expect(opened().pointers([move])).toEqual([]);
  });
});
