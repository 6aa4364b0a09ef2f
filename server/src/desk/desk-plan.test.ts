import { describe, expect, test } from 'vitest';
import { DEFAULT_ASSIGNMENT, DEFAULT_QUEUE_SETTINGS, type SettingsKind } from '@alongside/sdk/shared';
import { applyRouting } from '../routing/routing-apply.ts';
import { decideRouting } from '../routing/routing-engine.ts';
import { RoutingState } from '../routing/routing-state.ts';
import { DecidedSettings } from '../settings/decided-settings.ts';
import { deskCommands, surplusOf } from './desk-plan.ts';

const ANA = { id: 'ana', name: 'Ana' };
const HOURS = {
  name: 'Office',
  zone: 'Europe/Berlin',
  weekly: [{ day: 1, from: '09:00', to: '17:00' }],
  exceptions: [{ date: '2026-12-24', label: 'Christmas', intervals: [] }],
};

function decided(values: Partial<Record<SettingsKind, Record<string, object>>>): DecidedSettings {
  const rows = Object.entries(values).flatMap(([kind, ofKind]) =>
    Object.entries(ofKind).map(([id, value]) => ({ kind: kind as SettingsKind, id, version: 1, value })),
  );
  return new DecidedSettings(1, rows);
}

/** The engine itself takes all of it, and then needs nothing more. */
function taught(settings: DecidedSettings, routing = new RoutingState()): RoutingState {
  let count = 0;
  for (const command of deskCommands(routing, settings, [ANA])) {
    const context = { now: 1_000, newId: (prefix: string) => `${prefix}_${++count}` };
    const decision = decideRouting(routing, command, context);
    if ('refused' in decision) throw new Error(`${command.type}: ${decision.reason}`);
    for (const event of decision.events) applyRouting(routing, event, context.now);
  }
  return routing;
}

describe('what routing is told of the settings', () => {
  test('without any is one queue with everybody in it', () => {
    const { queues, agents } = taught(decided({}));
    expect([...queues.values()]).toMatchObject([{ id: 'default', name: 'Chats' }]);
    expect(agents.get('ana')).toMatchObject({
      memberships: [{ queue: 'default', tier: 1, delay: 0 }],
      limits: DEFAULT_ASSIGNMENT.limits,
    });
  });

  const everything = decided({
    skills: { welsh: { name: 'Welsh' } },
    hours: { office: HOURS },
    queues: {
      // Before what it names, in the order of ids.
      a: {
        ...DEFAULT_QUEUE_SETTINGS,
        name: 'First',
        wrapUp: { mode: 'time-boxed', seconds: 30 },
        requirements: [{ skill: 'welsh', level: 3 }],
        relaxation: [{ afterSeconds: 60, requirements: [] }],
        closing: 'deflect',
        overflow: {
          waitingMax: 5,
          waitSecondsMax: 120,
          offer: ['message'],
          second: { queue: 'z', afterSeconds: 90 },
        },
      },
      z: {
        ...DEFAULT_QUEUE_SETTINGS,
        name: 'Last',
        overflow: { offer: [], second: { queue: 'a', afterSeconds: 1 } },
      },
    },
    assignments: {
      ana: {
        memberships: [{ queue: 'a', tier: 2, delaySeconds: 10 }],
        skills: [{ skill: 'welsh', level: 5 }],
        limits: { chat: 1, callback: 0, call: 0, budget: 2 },
      },
    },
    'site-options': {
      site: { afterHours: 'say-closed', hours: 'office', queue: 'z' },
    },
  });

  test('is all of them, in milliseconds', () => {
    const { queues, agents, hours, site } = taught(everything);
    expect(queues.get('a')).toEqual({
      id: 'a',
      name: 'First',
      wrapUp: { mode: 'time-boxed', ms: 30_000 },
      requirements: [{ skill: 'welsh', level: 3 }],
      steps: [{ after: 60_000, requirements: [] }],
      hours: 'office',
      closing: 'deflect',
      overflow: {
        waitingMax: 5,
        waitMsMax: 120_000,
        offer: ['message'],
        second: { queue: 'z', after: 90_000 },
      },
    });
    expect(queues.get('z')?.overflow?.second).toEqual({ queue: 'a', after: 1_000 });
    expect(hours.get('office')).toMatchObject({
      zone: 'Europe/Berlin',
      exceptions: [{ date: '2026-12-24' }],
    });
    expect(site).toEqual({ chats: 'z', afterHours: 'say-closed' });
    expect(agents.get('ana')).toMatchObject({
      memberships: [{ queue: 'a', tier: 2, delay: 10_000 }],
      limits: { chat: 1, budget: 2 },
    });
    expect(agents.get('ana')?.skills).toEqual(new Map([['welsh', 5]]));
  });

  test('is nothing where it knows all of it', () => {
    const routing = taught(everything);
    expect(deskCommands(routing, everything, [ANA])).toEqual([]);
    expect(surplusOf(routing, everything, [ANA])).toEqual({ agents: [], queues: [], hours: [] });
  });

  test('is what differs, and what is no more', () => {
    const routing = taught(everything);
    const bare = decided({});
    expect(deskCommands(routing, bare, [ANA]).map(({ type }) => type)).toEqual([
      'configure-queue',
      'configure-site',
      'configure-agent',
    ]);
    expect(surplusOf(taught(bare, routing), bare, [])).toEqual({
      agents: ['ana'],
      queues: ['a', 'z'],
      hours: ['office'],
    });
  });
});
