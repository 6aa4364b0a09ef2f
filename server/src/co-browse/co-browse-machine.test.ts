// Over 300 lines: one machine; a describe for each of its rules, told to the same conversation.
import type { AgentCard, Author, ConversationState, EventBody } from '@alongside/sdk/protocol';
import { emptyConversation, reduceConversation } from '@alongside/sdk/shared';
import { describe, expect, test } from 'vitest';
import type { Decision } from '../events/log.ts';
import {
  GRANT_LASTS_MS,
  QUESTION_LASTS_MS,
  SHARE_LOOK_EVERY_MS,
  agentAsks,
  agentEnds,
  agentSuggests,
  agentWatches,
  controlLeaves,
  pageActed,
  shareEnds,
  shareLapses,
  visitorAnswers,
} from './co-browse-machine.ts';

const conversation = 'cnv_00000000000000000000000000';
const ana: AgentCard = { id: 'agt_00000000000000000000000000', name: 'Ana' };
const ben: AgentCard = { id: 'agt_11111111111111111111111111', name: 'Ben' };
const visitor: Author = { kind: 'visitor', id: 'vis_00000000000000000000000000', name: 'Visitor 0000' };
const NOW = 1_000_000;

let count = 0;
const newId = (prefix: string): string => `${prefix}_${String(count++).padStart(26, '0')}`;

/** A conversation that only this test writes to. */
class Told {
  header: ConversationState = { ...emptyConversation(), agents: [ana] };
  now = NOW;

  /** Applies what was decided; answers the bodies. */
  apply(decision: Decision): EventBody[] {
    if (!('append' in decision)) return [];
    return decision.append.map(({ type, audience, author, body }) => {
      const whole = { type, ...body } as EventBody;
      const seq = this.header.seq + 1;
      const entry = { seq, prev: seq - 1, at: this.now, audience, author, body: whole };
      this.header = reduceConversation(this.header, entry);
      return whole;
    });
  }

  ask(scope: 'view' | 'control', agent = ana): Decision {
    return agentAsks(this.header, { conversation, scope, agent, now: this.now, newId });
  }

  answer(scope: 'view' | 'control', allowed = true, share = this.share): Decision {
    const answered = { conversation, share, scope, allowed, text: 'en-1', author: visitor };
    return visitorAnswers(this.header, { ...answered, now: this.now, newId });
  }

  get share(): string {
    return this.header.share?.id ?? 'shr_none';
  }

  static withView(): Told {
    const told = new Told();
    told.apply(told.ask('view'));
    told.apply(told.answer('view'));
    return told;
  }

  static withControl(): Told {
    const told = Told.withView();
    told.apply(told.ask('control'));
    told.apply(told.answer('control'));
    return told;
  }
}

describe('[CO1] asking to see a page', () => {
  test('opens a question that names the agent and lapses', () => {
    const told = new Told();
    const decision = told.ask('view');
    expect(decision).toMatchObject({
      append: [
        {
          type: 'co-browse.asked',
          audience: 'everyone',
          body: { agent: ana, until: NOW + QUESTION_LASTS_MS },
        },
      ],
      effects: [{ kind: 'share.lapse', delayMs: QUESTION_LASTS_MS }],
    });
  });

  test('again while it is open, or while the page is shared, changes nothing', () => {
    const told = new Told();
    told.apply(told.ask('view'));
    expect(told.ask('view')).toEqual({ already: true });
    told.apply(told.answer('view'));
    expect(told.ask('view')).toEqual({ already: true });
  });

  test('again after it has lapsed ends the old one and opens another share', () => {
    const told = new Told();
    told.apply(told.ask('view'));
    const { share } = told;
    told.now += QUESTION_LASTS_MS;
    const bodies = told.apply(told.ask('view'));
    expect(bodies).toMatchObject([{ share, reason: 'not-answered' }, { type: 'co-browse.asked' }]);
    expect(told.share).not.toBe(share);
  });

  test('is for who has the conversation', () => {
    expect(new Told().ask('view', ben)).toMatchObject({ refuse: 'forbidden' });
  });
});

describe('[CO1] the visitor’s answer', () => {
  test('is the consent, with the text that was read', () => {
    const told = new Told();
    told.apply(told.ask('view'));
    expect(told.apply(told.answer('view'))).toMatchObject([
      { type: 'co-browse.answered', allowed: true, text: 'en-1', agent: ana },
    ]);
    expect(told.header.share?.state).toBe('allowed');
  });

  test('has somebody look now and then whether the page is still there, and a no has not', () => {
    const told = new Told();
    told.apply(told.ask('view'));
    expect(told.answer('view')).toMatchObject({
      effects: [{ kind: 'share.absence', delayMs: SHARE_LOOK_EVERY_MS, payload: { share: told.share } }],
    });
    expect(told.answer('view', false)).not.toHaveProperty('effects');
  });

  test('that declines leaves nothing', () => {
    const told = new Told();
    told.apply(told.ask('view'));
    told.apply(told.answer('view', false));
    expect(told.header.share).toBeUndefined();
  });

  test('to another question, to none, or too late counts for nothing', () => {
    const told = new Told();
    expect(told.answer('view')).toMatchObject({ refuse: 'stale' });
    told.apply(told.ask('view'));
    expect(told.answer('view', true, 'shr_other')).toMatchObject({ refuse: 'stale' });
    expect(told.answer('control')).toMatchObject({ refuse: 'stale' });
    told.now += QUESTION_LASTS_MS;
    expect(told.answer('view')).toMatchObject({ refuse: 'stale' });
  });

  test('repeated changes nothing, and cannot be turned into a no', () => {
    const told = Told.withView();
    expect(told.answer('view')).toEqual({ already: true });
    expect(told.answer('view', false)).toMatchObject({ refuse: 'stale' });
  });
});

describe('[CO10] control', () => {
  test('needs a page that is shared', () => {
    expect(new Told().ask('control')).toMatchObject({ refuse: 'invalid' });
    const told = new Told();
    told.apply(told.ask('view'));
    expect(told.ask('control')).toMatchObject({ refuse: 'invalid' });
  });

  test('is a grant of its own, for one agent and 15 minutes', () => {
    const told = Told.withControl();
    expect(told.header.share?.control).toMatchObject({
      agent: ana,
      state: 'allowed',
      until: NOW + GRANT_LASTS_MS,
    });
    expect(told.header.share?.control?.grant).toMatch(/^grt_/);
  });

  test('is for one at a time', () => {
    const told = Told.withControl();
    told.header = { ...told.header, agents: [ana, ben] };
    expect(told.ask('control', ben)).toMatchObject({ refuse: 'stale' });
    expect(told.ask('control', ana)).toEqual({ already: true });
  });

  test('that has run out is asked for again, and ends first', () => {
    const told = Told.withControl();
    told.now += GRANT_LASTS_MS;
    expect(told.apply(told.ask('control'))).toMatchObject([
      { type: 'co-browse.ended', scope: 'control', reason: 'expired' },
      { type: 'co-browse.asked', scope: 'control' },
    ]);
  });

  test('ends by itself when its time is over, and not before', () => {
    const told = Told.withControl();
    const grant = told.header.share?.control?.grant;
    const lapse = { share: told.share, scope: 'control' as const, grant };
    expect(shareLapses(told.header, { ...lapse, now: NOW + GRANT_LASTS_MS - 1 })).toEqual({ already: true });
    const other = { ...lapse, grant: 'grt_other', now: NOW + GRANT_LASTS_MS };
    expect(shareLapses(told.header, other)).toEqual({ already: true });
    told.apply(shareLapses(told.header, { ...lapse, now: NOW + GRANT_LASTS_MS }));
    expect(told.header.share).toMatchObject({ state: 'allowed' });
    expect(told.header.share?.control).toBeUndefined();
  });

  test('[CO16] does not go along when the conversation passes on', () => {
    const told = Told.withControl();
    const left = { share: told.share, agent: ana.id, reason: 'transferred' as const };
    expect(controlLeaves(told.header, left)).toEqual({ already: true });
    told.header = { ...told.header, agents: [ben] };
    expect(told.apply(controlLeaves(told.header, left))).toMatchObject([
      { scope: 'control', reason: 'transferred' },
    ]);
    expect(told.header.share?.state).toBe('allowed');
    expect(controlLeaves(told.header, left)).toEqual({ already: true });
  });
});

describe('[CO2] ending', () => {
  test('the view ends control with it', () => {
    const told = Told.withControl();
    const end = { share: told.share, scope: 'view' as const, reason: 'visitor' as const, author: visitor };
    told.apply(shareEnds(told.header, end));
    expect(told.header.share).toBeUndefined();
    expect(shareEnds(told.header, end)).toEqual({ already: true });
  });

  test('Esc ends control and leaves the view', () => {
    const told = Told.withControl();
    const end = { share: told.share, scope: 'control' as const, reason: 'escape' as const, author: visitor };
    expect(told.apply(shareEnds(told.header, end))).toMatchObject([{ reason: 'escape' }]);
    expect(told.header.share).toMatchObject({ state: 'allowed' });
    expect(shareEnds(told.header, end)).toEqual({ already: true });
  });

  test('of a share that is not the present one does nothing', () => {
    const told = Told.withView();
    const end = { share: 'shr_other', scope: 'view' as const, reason: 'visitor' as const, author: visitor };
    expect(shareEnds(told.header, end)).toEqual({ already: true });
  });

  test('is for agents of the conversation, and for supervisors', () => {
    const told = Told.withView();
    const end = { share: told.share, scope: 'view' as const };
    expect(agentEnds(told.header, ben, false, end)).toMatchObject({ refuse: 'forbidden' });
    expect(agentEnds(told.header, ben, true, end)).toMatchObject({ append: [{ body: { reason: 'agent' } }] });
    expect(agentEnds(told.header, ana, false, end)).toMatchObject({
      append: [{ body: { reason: 'agent' } }],
    });
  });

  test('a question that nobody answers ends', () => {
    const told = new Told();
    told.apply(told.ask('view'));
    const lapse = { share: told.share, scope: 'view' as const };
    expect(shareLapses(told.header, { ...lapse, now: NOW })).toEqual({ already: true });
    told.apply(shareLapses(told.header, { ...lapse, now: NOW + QUESTION_LASTS_MS }));
    expect(told.header.share).toBeUndefined();
  });

  test('a share that was allowed does not lapse', () => {
    const told = Told.withView();
    const lapse = { share: told.share, scope: 'view' as const, now: NOW + 100 * QUESTION_LASTS_MS };
    expect(shareLapses(told.header, lapse)).toEqual({ already: true });
  });
});

describe('[CO11] the ledger', () => {
  const acted = (told: Told, grant = told.header.share?.control?.grant ?? '') => ({
    share: told.share,
    grant,
    action: 'click' as const,
    label: 'Continue',
    author: visitor,
  });

  test('says who did what, and what was refused', () => {
    const told = Told.withControl();
    expect(told.apply(pageActed(told.header, acted(told)))).toEqual([
      { type: 'co-browse.action', share: told.share, agent: ana, action: 'click', label: 'Continue' },
    ]);
    expect(told.apply(pageActed(told.header, { ...acted(told), refused: 'masked' }))).toMatchObject([
      { refused: 'masked' },
    ]);
  });

  test('takes nothing under a grant that is not the present one', () => {
    const told = Told.withView();
    expect(pageActed(told.header, acted(told, 'grt_other'))).toMatchObject({ refuse: 'invalid' });
    const withControl = Told.withControl();
    expect(pageActed(withControl.header, acted(withControl, 'grt_other'))).toMatchObject({
      refuse: 'invalid',
    });
  });
});

test('[CO16] watching is written down, and only of what is shared', () => {
  const told = Told.withView();
  const watched = { share: told.share, agent: ben, on: true };
  expect(told.apply(agentWatches(told.header, watched))).toMatchObject([{ agent: ben, on: true }]);
  const nothing = new Told();
  expect(agentWatches(nothing.header, watched)).toMatchObject({ refuse: 'invalid' });
  expect(agentWatches(nothing.header, { ...watched, on: false })).toEqual({ already: true });
});

test('[T8] a proposed page shows its whole host in punycode', () => {
  const told = new Told();
  const url = new URL('https://bücher.example:8443/a?b=c');
  expect(told.apply(agentSuggests(told.header, ana, url))).toMatchObject([
    { type: 'co-browse.suggested', host: 'xn--bcher-kva.example:8443' },
  ]);
  expect(agentSuggests(told.header, ben, url)).toMatchObject({ refuse: 'forbidden' });
});
