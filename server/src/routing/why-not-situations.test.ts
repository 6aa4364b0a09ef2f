import { describe, expect, test } from 'vitest';
import type { Ineligibility } from './eligibility.ts';
import { TestCentre } from './test-centre.ts';
import { whyNot } from './why-not.ts';

const ONE_CHAT = { chat: 1, callback: 0, call: 0, budget: 1 };
const ZH = [{ skill: 'zh', level: 3 }] as const;

interface Situation {
  readonly what: string;
  readonly rule: Ineligibility['rule'];
  /** Leads to a waiting item `it`, which `ana` is not offered. */
  readonly arrange: (centre: TestCentre) => void;
}

const SITUATIONS: readonly Situation[] = [
  {
    what: 'she works for another queue',
    rule: 'queue',
    arrange: (centre) => {
      centre.agent('ana', { memberships: [{ queue: 'service', tier: 0, delay: 0 }] });
      centre.enqueue('it');
    },
  },
  {
    what: 'she is on a break',
    rule: 'presence',
    arrange: (centre) => {
      centre.agent('ana');
      centre.do({ type: 'set-presence', agent: 'ana', presence: 'break' });
      centre.enqueue('it');
    },
  },
  {
    what: 'the shop is closed',
    rule: 'hours',
    arrange: (centre) => {
      // 1970-01-01 00:16:40 in UTC, a Thursday.
      const weekly = [{ day: 4, from: '09:00', to: '17:00' }];
      centre.do({ type: 'configure-hours', hours: 'shop', opens: { zone: 'UTC', weekly, exceptions: [] } });
      centre.do({ type: 'configure-queue', queue: 'sales', name: 'Sales', hours: 'shop' });
      centre.agent('ana');
      centre.enqueue('it');
    },
  },
  {
    what: 'she finishes what she has, and goes',
    rule: 'draining',
    arrange: (centre) => {
      centre.agent('ana');
      centre.enqueue('before');
      centre.accept('before');
      centre.do({ type: 'set-presence', agent: 'ana', presence: 'offline', drain: true });
      centre.enqueue('it');
    },
  },
  {
    what: 'she takes no calls',
    rule: 'channel',
    arrange: (centre) => {
      centre.agent('ana', { limits: { ...ONE_CHAT, budget: 6 } });
      centre.enqueue('it', { channel: 'call' });
    },
  },
  {
    what: 'it is too young for a reserve',
    rule: 'delay',
    arrange: (centre) => {
      centre.agent('ana', { delay: 30_000 });
      centre.enqueue('it');
    },
  },
  {
    what: 'she does not speak the language',
    rule: 'skill',
    arrange: (centre) => {
      centre.agent('ana');
      centre.enqueue('it', { requirements: ZH });
    },
  },
  {
    what: 'it is for Ben alone',
    rule: 'owner-only',
    arrange: (centre) => {
      centre.agent('ana');
      centre.enqueue('it', { ownerOnly: { agent: 'ben', until: centre.now + 60_000 } });
    },
  },
  {
    what: 'it is kept for Ben, who is busy, for 20 s',
    rule: 'reserved',
    arrange: (centre) => {
      centre.agent('ben', { limits: ONE_CHAT });
      centre.enqueue('his');
      centre.accept('his');
      centre.agent('ana');
      centre.enqueue('it', { sticky: { agent: 'ben', until: centre.now + 20_000 } });
    },
  },
  {
    what: 'she has as many chats as she may',
    rule: 'count',
    arrange: (centre) => {
      centre.agent('ana', { limits: ONE_CHAT });
      centre.enqueue('before');
      centre.accept('before');
      centre.enqueue('it');
    },
  },
  {
    what: 'she is in a call',
    rule: 'interrupt',
    arrange: (centre) => {
      centre.agent('ana');
      centre.enqueue('call', { channel: 'call' });
      centre.accept('call');
      centre.enqueue('it');
    },
  },
  {
    what: 'another offer rings at her',
    rule: 'ringing',
    arrange: (centre) => {
      centre.agent('ana');
      centre.enqueue('before');
      centre.enqueue('it');
    },
  },
  {
    what: 'she declined it just now, and Ben would suit it once he has room',
    rule: 'excluded',
    arrange: (centre) => {
      centre.agent('ben', { limits: ONE_CHAT });
      centre.enqueue('his');
      centre.accept('his');
      centre.agent('ana');
      centre.enqueue('it');
      centre.decline('it');
    },
  },
];

describe('why somebody still waits', () => {
  test.each(SITUATIONS)('[RT16] $rule: $what', ({ arrange, rule }) => {
    const centre = new TestCentre();
    arrange(centre);
    expect(centre.at('it')).toBe('waiting');
    const found = whyNot(centre.state, centre.item('it'), centre.now).find(({ agent }) => agent.id === 'ana');
    expect(found?.because?.rule).toBe(rule);
    // And the matcher agrees: at this moment nothing can be offered.
    expect(centre.do({ type: 'tick' }).filter(({ type }) => type === 'item-offered')).toEqual([]);
  });
});
