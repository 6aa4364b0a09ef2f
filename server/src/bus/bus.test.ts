import { describe, expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { InProcessBus } from './in-process-bus.ts';

/** What every bus keeps; another one joins this list. `settle` waits until what was published has arrived. */
const BUSES: { name: string; open: () => { bus: Bus; settle: () => Promise<void> } }[] = [
  { name: 'in one process', open: () => ({ bus: new InProcessBus(), settle: () => Promise.resolve() }) },
];

describe.each(BUSES)('the bus $name', ({ open }) => {
  test('tells all who listen to a topic and key, in the order of publishing, and nobody else', async () => {
    const { bus, settle } = open();
    const heard: string[] = [];
    bus.subscribe('revoked', 'one', ({ reason }) => heard.push(`a ${reason}`));
    bus.subscribe('revoked', 'one', ({ reason }) => heard.push(`b ${reason}`));
    bus.subscribe('revoked', 'two', ({ reason }) => heard.push(`c ${reason}`));
    bus.publish('revoked', 'one', { reason: 'first' });
    bus.publish('revoked', 'one', { reason: 'second' });
    bus.publish('revoked', 'three', { reason: 'unheard' });
    await settle();
    expect(heard.filter((text) => text.startsWith('a'))).toEqual(['a first', 'a second']);
    expect(heard.filter((text) => text.startsWith('b'))).toEqual(['b first', 'b second']);
    expect(heard).toHaveLength(4);
  });

  test('tells nothing to who has left, also while it is telling', async () => {
    const { bus, settle } = open();
    const heard: string[] = [];
    const stop = bus.subscribe('revoked', 'one', ({ reason }) => {
      heard.push(reason);
      stop();
    });
    bus.publish('revoked', 'one', { reason: 'first' });
    await settle();
    bus.publish('revoked', 'one', { reason: 'second' });
    await settle();
    stop();
    expect(heard).toEqual(['first']);
  });

  test('a listener that fails harms neither the publisher nor the others', async () => {
    const { bus, settle } = open();
    const heard: string[] = [];
    bus.subscribe('revoked', 'one', () => {
      throw new Error('a fault');
    });
    bus.subscribe('revoked', 'one', ({ reason }) => heard.push(reason));
    bus.publish('revoked', 'one', { reason: 'first' });
    await settle();
    expect(heard).toEqual(['first']);
  });
});
