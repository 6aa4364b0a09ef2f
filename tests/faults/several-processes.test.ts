import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import type { DeskRow, OfferRow } from '../../sdk/src/protocol/index.ts';
import { DEFAULT_SITE_OPTIONS } from '../../sdk/src/shared.ts';
import { signIn } from '../support/agent-session.ts';
import { lacks } from '../support/programs.ts';
import { complaints } from './support/checker.ts';
import type { AgentDriver, VisitorDriver } from './support/clients.ts';
import { report } from './support/report.ts';
import { type SeveralProcesses, onSeveralProcesses } from './support/several-processes.ts';
import { until } from './support/until.ts';

const canRun = !lacks('postgres') && !lacks('redis');

interface Chat {
  visitor: VisitorDriver;
  agent: AgentDriver;
  conversation: string;
}

/** A visitor at the first process is offered to an agent at the second, who takes it. */
async function across(several: SeveralProcesses): Promise<Chat> {
  const visitor = several.visitor('visitor', 0);
  const agent = await several.agent('Ana', 1, 0);
  const conversation = await visitor.conversation();
  await visitor.send('Good morning');
  await agent.take(conversation);
  agent.open(conversation);
  return { visitor, agent, conversation };
}

/** Both write, the agent a note too; each side sees what the other does. */
async function talk({ visitor, agent, conversation }: Chat, round: string): Promise<void> {
  const opened = agent.open(conversation);
  await visitor.send(`question ${round}`);
  await until(opened.view, ({ entries }) => hasText(entries, `question ${round}`), 'the agent reads');
  await agent.note(conversation, `note ${round}`);
  await agent.send(conversation, `answer ${round}`);
  await until(
    visitor.client.conversation,
    ({ entries }) => hasText(entries, `answer ${round}`),
    'the visitor reads',
  );
}

function hasText(entries: readonly object[], text: string): boolean {
  return entries.some((entry) => 'body' in entry && (entry.body as { text?: string }).text === text);
}

/** Turns a site's option on, as its admin at that process. */
async function showDrafts(server: string, cookie: string): Promise<void> {
  const headers = { cookie, origin: server, 'content-type': 'application/json' };
  const address = `${server}/v1/site-options`;
  const { version } = (await (await fetch(address, { headers })).json()) as { version: number };
  const body = JSON.stringify({ version, value: { ...DEFAULT_SITE_OPTIONS, liveDrafts: true } });
  expect((await fetch(address, { method: 'PUT', headers, body })).status).toBe(200);
}

/** Less than the time after which a process asks by itself, where the bus works. */
const CUT_OFF_MAX_MS = 20_000;
/** How late Redis answers. */
const LATE_MS = 5_000;

async function flush(url: string): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  await client.flushAll();
  await client.close();
}

async function offerOf(agent: AgentDriver, conversation: string): Promise<OfferRow> {
  const find = (desk: ReadonlyMap<string, DeskRow>): OfferRow | undefined =>
    [...desk.values()].find(
      (row): row is OfferRow => row.type === 'offer' && row.conversation === conversation,
    );
  const found = find(await until(agent.client.desk, (desk) => find(desk) !== undefined, 'an offer'));
  if (!found) throw new Error('no offer');
  return found;
}

describe.skipIf(!canRun)('two processes on one Postgres', () => {
  test('[DL14] [DL18] a visitor at one and an agent at the other: offer, accept, words both ways, typing, read; a note stays', async () => {
    await onSeveralProcesses('R13 across', async (several) => {
      const chat = await across(several);
      const { visitor, agent, conversation } = chat;
      await talk(chat, 'one');
      const opened = agent.open(conversation);
      visitor.client.typing(true);
      await until(opened.view, ({ typing }) => typing.length > 0, 'the visitor is seen typing');
      opened.typing(true);
      await until(visitor.client.conversation, ({ typing }) => typing.length > 0, 'the agent is seen typing');
      await until(opened.view, ({ online }) => online === true, 'the visitor is seen there');
      const read = opened.view.value.entries.at(-1)?.seq ?? 0;
      opened.markRead(read);
      await until(
        visitor.client.conversation,
        ({ header }) => header.agentSide.read >= read,
        'the visitor sees that it was read',
      );
      await visitor.stop();
      await until(opened.view, ({ online }) => online === false, 'the visitor is seen gone');
      const verdict = await several.judge();
      report({
        row: 'R13',
        fault: 'none: visitor at one process, agent at the other',
        struck: { processes: 2 },
        verdict,
      });
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ unknown: 0, stored: 4 });
    });
  });

  test('[DL14] a setting is in force at all processes, and what a visitor is writing reaches the agents in the conversation', async () => {
    await onSeveralProcesses('drafts across', async (several) => {
      const { visitor, agent, conversation } = await across(several);
      const [here, there] = [several.member(0).server, several.member(1).server];
      const { cookie } = await signIn(here.url, here.signInLink('Sam'));
      const sam = several.agentBy(cookie, 'Sam', there.url);
      const [atAna, atSam] = [agent.open(conversation), sam.open(conversation)];
      await until(atAna.view, ({ header }) => header.agents.length > 0, 'the agent is in');
      await showDrafts(here.url, cookie);
      await until(visitor.client.availability, (now) => now?.drafts === true, 'the visitor is told of it');
      const seenBySam: string[] = [];
      atSam.visitorDraft.subscribe((text) => seenBySam.push(text));
      visitor.client.signal({ type: 'draft', text: 'Is 4111 1111 1111' });
      const shown = await until(atAna.visitorDraft, (text) => text !== '', 'the agent sees it');
      expect(shown).toMatch(/^Is /);
      expect(shown).not.toMatch(/1111/);
      await visitor.send('Is it free?');
      await until(atAna.visitorDraft, (text) => text === '', 'it is gone with the message');
      await until(atSam.view, ({ entries }) => hasText(entries, 'Is it free?'), 'who reads along reads that');
      expect(seenBySam.join('')).toBe('');
    });
  });

  test('[DL14] R14: Redis killed, flushed and 5 s late: nothing is lost or late by more than seconds, it is said, and heals', async () => {
    await onSeveralProcesses('R14', async (several) => {
      const chat = await across(several);
      await talk(chat, 'while all is well');
      await several.killRedis();
      await talk(chat, 'just after Redis was killed');
      await Promise.all([several.readyAs(0, 'bus-down'), several.readyAs(1, 'bus-down')]);
      await talk(chat, 'without Redis');
      await several.startRedis();
      await Promise.all([several.readyAs(0, undefined), several.readyAs(1, undefined)]);
      await talk(chat, 'with another Redis');
      await flush(several.redis.url);
      await talk(chat, 'after the flush');
      for (const { redis } of several.members) redis?.set({ delayMs: [LATE_MS, LATE_MS] });
      await talk(chat, 'just after Redis became slow');
      await Promise.all([several.readyAs(0, 'bus-slow'), several.readyAs(1, 'bus-slow')]);
      await talk(chat, 'while it is slow');
      for (const { redis } of several.members) redis?.set({});
      await Promise.all([several.readyAs(0, undefined), several.readyAs(1, undefined)]);
      several.history.healed();
      await talk(chat, 'afterwards');
      const verdict = await several.judge();
      const slowest = several.slowestMs();
      const delayed = several.members.map(({ redis }) => redis?.struck.delayed ?? 0);
      report({
        row: 'R14',
        fault: 'Redis killed, flushed, 5 s late, between two processes',
        struck: { killed: 1, flushed: 1, 'pieces late': delayed[0] ?? 0, 'slowest message, ms': slowest },
        verdict,
        seed: several.random.seed,
      });
      expect(Math.min(...delayed)).toBeGreaterThan(0);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ unknown: 0, stored: 1 + 8 * 3 });
      expect(slowest).toBeLessThan(30_000);
      for (const { server } of several.members) {
        expect(server.output().match(/"bus-trouble"/g)).toHaveLength(2);
        expect(server.output().match(/"bus-recovered"/g)).toHaveLength(2);
      }
    });
  });

  test('[DL14] without Redis two processes find by looking what the other has appended', async () => {
    await onSeveralProcesses(
      'R14 without',
      async (several) => {
        const chat = await across(several);
        await talk(chat, 'one');
        await talk(chat, 'two');
        const verdict = await several.judge();
        const slowest = several.slowestMs();
        report({
          row: 'R14',
          fault: 'two processes without any Redis',
          struck: { processes: 2, 'slowest message, ms': slowest },
          verdict,
        });
        expect(complaints(verdict)).toEqual([]);
        expect(verdict).toMatchObject({ unknown: 0, stored: 7 });
      },
      { redis: false },
    );
  });

  test('[DL14] accept pressed at two processes at once: one takes it, the other reads why not', async () => {
    await onSeveralProcesses('accept twice', async (several) => {
      const visitor = several.visitor('visitor', 0);
      const agents = [await several.agent('Ana', 0), await several.agent('Ana', 1, 1)];
      const conversation = await visitor.conversation();
      await Promise.all(agents.map((each) => each.online()));
      expect(await agents[0]?.client.setPresence('available')).toMatchObject({ ok: true });
      await visitor.send('Anybody?');
      const offers = await Promise.all(agents.map((each) => offerOf(each, conversation)));
      expect(offers[0]).toMatchObject({ offer: offers[1]?.offer });
      const answers = await Promise.all(
        agents.map((each, index) =>
          each.client.accept(offers[index]?.item ?? '', offers[index]?.offer ?? ''),
        ),
      );
      const lost = answers.filter(({ ok }) => !ok);
      expect(lost).toHaveLength(1);
      expect(lost[0]).toMatchObject({ refusal: { code: 'stale' } });
    });
  });

  test.each([true, false])(
    '[DL14] who signs out at one process is cut off at the other (Redis: %s)',
    async (redis) => {
      await onSeveralProcesses(
        'sign-out',
        async (several) => {
          const [here, there] = [several.member(0).server, several.member(1).server];
          const { cookie } = await signIn(here.url, here.signInLink('Ana'));
          const agent = several.agentBy(cookie, 'Ana', there.url);
          await agent.online();
          const headers = { cookie, origin: here.url, 'content-type': 'application/json' };
          const answer = await fetch(`${here.url}/v1/sign-out`, { method: 'POST', headers, body: '{}' });
          expect(answer.ok).toBe(true);
          const begun = performance.now();
          await until(agent.client.connection, ({ state }) => state === 'stopped', 'cut off');
          expect(performance.now() - begun).toBeLessThan(CUT_OFF_MAX_MS);
        },
        { redis },
      );
    },
  );
});
