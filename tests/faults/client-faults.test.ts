import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../sdk/src/lib/clock.ts';
import { type Centre, inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import type { VisitorDriver } from './support/clients.ts';
import { poison } from './support/poison.ts';
import { report } from './support/report.ts';
import type { Seeded } from './support/seeded.ts';
import { until } from './support/until.ts';

const OFFLINE_MESSAGES = 100;
/** The visitor's process dies when so many are written. */
const CRASHES_AT = [30, 70];

test('[DL5] [DL2] R9: 100 messages written without a server, by a process that dies twice, arrive once and in order', async () => {
  await inCentre('R9', async (centre) => {
    const { history, server, random } = centre;
    let { visitor } = await centre.chat();
    await server.kill();
    for (let number = 1; number <= OFFLINE_MESSAGES; number++) {
      await visitor.send(`offline ${number}`);
      if (!CRASHES_AT.includes(number)) continue;
      visitor.crash();
      visitor = centre.visitor();
    }
    expect(history.unanswered).toBe(OFFLINE_MESSAGES);
    visitor.crash();
    await centre.comeBack();
    history.healed();
    const again = centre.visitor();
    const view = await until(again.client.conversation, ({ pending }) => pending.length > 0, 'the outbox');
    expect(view.pending.length).toBe(OFFLINE_MESSAGES);
    const verdict = await centre.judge();
    report({
      row: 'R9',
      fault: '100 messages written offline, the client killed three times',
      struck: { crashes: CRASHES_AT.length + 1 },
      verdict,
      seed: random.seed,
    });
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: OFFLINE_MESSAGES + 1, unknown: 0 });
  });
});

test('[DL2] a client that dies with messages under way sends them again, and each is there once', async () => {
  await inCentre('R9 under way', async (centre) => {
    const { history, random } = centre;
    const visitor = centre.visitor();
    await visitor.send('first');
    await history.until(() => history.settled, 'the first message', 30_000);
    let crashes = 0;
    let last: VisitorDriver = visitor;
    for (let round = 1; round <= 8; round++) {
      for (let number = 1; number <= 5; number++) await last.send(`round ${round}, message ${number}`);
      // Some of the answers may be there already, some not.
      for (let turn = random.integer(0, 12); turn > 0; turn--)
        await new Promise((resolve) => setImmediate(resolve));
      if (history.unanswered > 0) crashes++;
      last.crash();
      last = centre.visitor();
    }
    history.healed();
    const verdict = await centre.judge();
    report({
      row: 'R9',
      fault: 'the client killed with messages under way',
      struck: { crashes },
      verdict,
      seed: random.seed,
    });
    expect(crashes).toBeGreaterThan(0);
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: 41, unknown: 0 });
  });
});

const POISONS = [
  { type: 'agent.joined', body: { who: 'somebody of another release' } },
  { type: 'chat.sung', body: { song: 'of a later release' } },
];

test('[DL4] R22: of a poisoned event only that entry shows an error, and the conversation goes on', async () => {
  await inCentre('R22', async (centre) => {
    const { server, history, random } = centre;
    const { visitor, agent, conversation } = await centre.chat();
    await server.terminate();
    const poisoned = POISONS.map((each) => poison(server.dataFolder, conversation, each));
    await centre.comeBack();
    history.healed();
    await visitor.send('after the poison');
    await agent.send(conversation, 'I read you');
    const verdict = await centre.judge();
    report({
      row: 'R22',
      fault: 'an event of the log cannot be decoded',
      struck: { poisoned: poisoned.length },
      verdict,
      seed: random.seed,
    });
    expect(complaints(verdict)).toEqual([]);
    expect(shownTypes(centre, 'visitor', poisoned)).toEqual(['unreadable', 'unreadable']);
    expect(shownTypes(centre, 'Ana', poisoned)).toEqual(['unreadable', 'unreadable']);
    expect(verdict.convergenceMs).toBeLessThan(Infinity);
  });
});

function shownTypes({ history }: Centre, name: string, numbers: readonly number[]): string[] {
  const reader = [...history.readers.values()].find((each) => each.name === name);
  const entries = reader?.runs.at(-1)?.entries ?? [];
  return entries.filter(({ seq }) => numbers.includes(seq)).map(({ type }) => type);
}

test('[DL7] R21: a server that stands still for 3 s causes no storm and loses nothing', async () => {
  await inCentre('R21', async (centre) => {
    const { server, history, random } = centre;
    const { visitor, agent, conversation } = await centre.chat();
    const connections = [visitor.connections, agent.connections];
    const stopped = server.pause(3_000);
    for (let number = 1; number <= 20; number++) {
      await visitor.send(`message ${number}`);
      await agent.send(conversation, `answer ${number}`);
    }
    const waiting = history.unanswered;
    await stopped;
    history.healed();
    const verdict = await centre.judge();
    report({
      row: 'R21',
      fault: 'the server stands still for 3 s (SIGSTOP)',
      struck: { stops: 1, waiting },
      verdict,
      seed: random.seed,
    });
    expect(waiting).toBeGreaterThan(0);
    expect([visitor.connections, agent.connections]).toEqual(connections);
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: 41, unknown: 0 });
  });
});

test.concurrent('[DL7] R8: a hello that is lost is said again on another connection', async () => {
  await inCentre('R8 hello', async (centre) => {
    const { history, proxy, random } = centre;
    const { visitor } = await centre.chat();
    let lost = 0;
    proxy.set({
      frames: (direction, text) =>
        direction === 'up' && text.includes('"type":"hello"') && lost++ === 0 ? 'drop' : 'pass',
    });
    proxy.cutAll();
    await visitor.send('are you there?');
    // The server gives up waiting after 5 s, the client after 10 s.
    await history.until(() => history.unanswered === 0, 'said again', 60_000);
    history.healed();
    const verdict = await centre.judge();
    const dropped = proxy.struck['frame-dropped'];
    report({ row: 'R8', fault: 'a hello is lost', struck: { dropped }, verdict, seed: random.seed });
    expect(dropped).toBe(1);
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: 2, unknown: 0 });
  });
});

const YEARS_MS = 10 * 365 * 24 * 60 * 60_000;

/** A clock that is years off and jumps at each look; what is monotonic stays so. */
function wrongClock(random: Seeded): Clock {
  return { ...systemClock, now: () => Date.now() + random.integer(-YEARS_MS, YEARS_MS) };
}

test('[DL3] R12: clocks of clients that are ten years off and jump change no order and no timer', async () => {
  await inCentre('R12', async (centre) => {
    const { history, random, proxy } = centre;
    const visitor = centre.visitor('visitor', true, { clock: wrongClock(random) });
    const agent = await centre.agent();
    const conversation = await visitor.conversation();
    await visitor.send('What time is it?');
    await agent.take(conversation);
    agent.open(conversation);
    for (let number = 1; number <= 20; number++) {
      await visitor.send(`message ${number}`);
      await agent.send(conversation, `answer ${number}`);
      if (number === 10) proxy.cutAll();
    }
    history.healed();
    const verdict = await centre.judge();
    report({
      row: 'R12',
      fault: "a client's clock jumps by up to ten years, its connection is cut",
      struck: { cuts: proxy.struck.cut },
      verdict,
      seed: random.seed,
    });
    expect(complaints(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ stored: 41, unknown: 0 });
  });
});
