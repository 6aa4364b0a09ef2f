import type { Clock } from '@alongside/sdk/shared';
import { expect, test } from 'vitest';
import type { BusHealth } from '../bus/bus.ts';
import { InProcessBus } from '../bus/in-process-bus.ts';
import type { VisitorSession } from '../events/session.ts';
import { SharedWhereabouts } from './shared-whereabouts.ts';
import { Whereabouts } from './whereabouts.ts';

const CONVERSATION = 'cnv_1';
const PAGE = { url: 'https://shop.example/cart', title: 'Cart' };
const visitor = { kind: 'visitor', site: 'shop', conversation: CONVERSATION } as VisitorSession;

/** Two processes on one bus, whose time the test moves by one timer at a time. */
function stage() {
  const bus = new InProcessBus();
  let now = 0;
  const timers = new Map<string, () => void>();
  const open = (process: string) => {
    const whereabouts = new Whereabouts();
    const clock = {
      monotonic: () => now,
      after: (_milliseconds: number, then: () => void) => {
        timers.set(process, then);
        return () => timers.delete(process);
      },
    } as unknown as Clock;
    let changed: () => void = () => undefined;
    const state: { trouble: BusHealth['trouble'] } = { trouble: undefined };
    const health: BusHealth = {
      get trouble() {
        return state.trouble;
      },
      onChanged: (then) => {
        changed = then;
        return () => undefined;
      },
    };
    const shared = new SharedWhereabouts({ process, bus, health, clock, whereabouts });
    return { whereabouts, shared, state, changed: () => changed() };
  };
  return {
    open,
    later: (milliseconds: number) => (now += milliseconds),
    fire: (name: string) => timers.get(name)?.(),
  };
}

test('[DL14] a visitor at one process is seen at the other: coming, moving, going', () => {
  const { open } = stage();
  const [one, other] = [open('one'), open('other')];
  one.whereabouts.connected(visitor);
  expect(other.whereabouts.isOnline(CONVERSATION)).toBe(true);
  one.whereabouts.moved(visitor, PAGE);
  expect(other.whereabouts.pageOf(CONVERSATION)).toEqual(PAGE);
  one.whereabouts.disconnected(visitor);
  expect(other.whereabouts.isOnline(CONVERSATION)).toBe(false);
});

test('[DL14] a process that starts later is told who is there; the visitors of one that ends are gone', () => {
  const { open } = stage();
  const one = open('one');
  one.whereabouts.connected(visitor);
  const other = open('other');
  expect(other.whereabouts.isOnline(CONVERSATION)).toBe(true);
  one.shared.stop();
  expect(other.whereabouts.isOnline(CONVERSATION)).toBe(false);
});

test('[DL14] a process that is silent is gone, but not while the bus is in trouble', () => {
  const { open, later, fire } = stage();
  const [one, other] = [open('one'), open('other')];
  one.whereabouts.connected(visitor);
  other.state.trouble = 'bus-down';
  later(60_000);
  fire('other');
  expect(other.whereabouts.isOnline(CONVERSATION)).toBe(true);
  other.state.trouble = undefined;
  other.changed();
  fire('other');
  expect(other.whereabouts.isOnline(CONVERSATION)).toBe(true);
  later(60_000);
  fire('other');
  expect(other.whereabouts.isOnline(CONVERSATION)).toBe(false);
});
