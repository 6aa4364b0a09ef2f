import { expect, test } from 'vitest';
import { VirtualTime } from '../../../tests/support/simulation/virtual-time.ts';
import type { AgentSession } from '../events/handlers.ts';
import type { Answer } from '../events/log.ts';
import type { RoutingCommand } from '../routing/routing-commands.ts';
import { LEASE_MS } from '../routing/routing-limits.ts';
import { DeskPresence } from './desk-presence.ts';
import { RETRY_MS } from './insistence.ts';

const AGENT = 'agt_00000000000000000000000001';
const HEADS = { everyone: 0, agents: 0, staff: 0 };
const DONE: Answer = { ok: true, seq: 1, heads: HEADS, conflict: false, events: [] };
const UNAVAILABLE: Answer = { ok: false, code: 'unavailable', message: 'Not now.', conflict: false };

const session: AgentSession = {
  kind: 'agent',
  id: 'ses_1',
  site: 'demo',
  agent: { id: AGENT, name: 'Ana' },
  role: 'agent',
  device: 'dev_1',
};

/** A desk whose store may be away, and what it decided. */
function scene() {
  const time = new VirtualTime();
  const decided: RoutingCommand['type'][] = [];
  const desk = {
    isAway: false,
    asked: 0,
    run: (_: string, command: RoutingCommand) => {
      desk.asked++;
      if (!desk.isAway) decided.push(command.type);
      return Promise.resolve(desk.isAway ? UNAVAILABLE : DONE);
    },
    look: () => Promise.resolve(undefined),
  };
  const clock = {
    now: () => time.now,
    monotonic: () => time.now,
    after: (milliseconds: number, then: () => void) => time.after(milliseconds, then),
  };
  return { time, decided, desk, presence: new DeskPresence(desk, clock) };
}

test('[RT9] a return while the store is away is told to the desk as soon as it is back', async () => {
  const { time, decided, desk, presence } = scene();
  desk.isAway = true;
  presence.connected(session);
  await time.advance(3 * RETRY_MS);
  expect(decided).toEqual([]);
  desk.isAway = false;
  await time.advance(RETRY_MS);
  expect(decided).toEqual(['connect']);
  await time.advance(3 * RETRY_MS);
  expect(decided).toEqual(['connect']);
});

test('[RT9] a lease that runs out while the store is away is told to the desk as soon as it is back', async () => {
  const { time, decided, desk, presence } = scene();
  presence.connected(session);
  await time.advance(0);
  desk.isAway = true;
  await time.advance(LEASE_MS + RETRY_MS);
  desk.isAway = false;
  await time.advance(RETRY_MS);
  expect(decided).toEqual(['connect', 'disconnect']);
});

test('[RT9] who comes back while the loss could not be told is not told lost any more', async () => {
  const { time, decided, desk, presence } = scene();
  desk.isAway = true;
  presence.seen(session);
  await time.advance(LEASE_MS + RETRY_MS);
  expect(desk.asked).toBeGreaterThan(0);
  presence.connected(session);
  desk.isAway = false;
  await time.advance(3 * RETRY_MS);
  expect(decided).toEqual(['connect']);
});

test('nothing is tried again after the end', async () => {
  const { time, desk, presence } = scene();
  desk.isAway = true;
  presence.connected(session);
  await time.advance(0);
  presence.stop();
  const { asked } = desk;
  await time.advance(5 * RETRY_MS);
  expect(desk.asked).toBe(asked);
});
