import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Centre, inCentre } from './support/centre.ts';
import { complaints } from './support/checker.ts';
import { report } from './support/report.ts';

const EACH = 50;
/** The server goes when so many of each side are written. */
const MIDDLE = 25;

/** Both write 50 messages, at a pace at which some are always under way. `inTheMiddle` begins after the 25th. */
async function fiftyEachWay(centre: Centre, inTheMiddle: () => Promise<void>): Promise<void> {
  const { visitor, agent, conversation } = await centre.chat();
  let middle: Promise<void> | undefined;
  // The first of the visitor's has been said.
  await visitor.send('message 2');
  await agent.send(conversation, 'answer 1');
  await agent.send(conversation, 'answer 2');
  for (let number = 3; number <= EACH; number++) {
    await visitor.send(`message ${number}`);
    await agent.send(conversation, `answer ${number}`);
    if (number === MIDDLE) middle = inTheMiddle();
    await delay(centre.random.integer(0, 4));
  }
  await middle;
}

describe('the server ends in the middle of 50 messages each way', () => {
  test('[DL1] [DL2] [DL3] kill -9: 100 messages, each once, in one order, and both are back by themselves', async () => {
    await inCentre('kill -9', async (centre) => {
      const { server, history } = centre;
      let inFlight = 0;
      await fiftyEachWay(centre, async () => {
        await history.until(() => history.unanswered > 0, 'something under way', 10_000);
        inFlight = history.unanswered;
        expect(await server.kill()).toEqual({ code: null, signal: 'SIGKILL' });
        await server.startAgain();
        history.healed();
      });
      const verdict = await centre.judge();
      report({
        row: 'R1',
        fault: 'kill -9 of the server in the middle of 50 messages each way',
        struck: { kills: 1 },
        verdict,
        seed: centre.random.seed,
      });
      expect(inFlight).toBeGreaterThan(0);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: 2 * EACH, ok: 2 * EACH, unknown: 0 });
    });
  });

  test('[DL13] SIGTERM: the same, and it ends with 0 within 10 s', async () => {
    await inCentre('SIGTERM', async (centre) => {
      const { server, history } = centre;
      await fiftyEachWay(centre, async () => {
        const begin = performance.now();
        expect(await server.terminate()).toEqual({ code: 0, signal: null });
        expect(performance.now() - begin).toBeLessThan(10_000);
        await server.startAgain();
        history.healed();
      });
      const verdict = await centre.judge();
      report({
        row: 'R19',
        fault: 'SIGTERM and start in the middle of 50 messages each way',
        struck: { restarts: 1 },
        verdict,
        seed: centre.random.seed,
      });
      expect(complaints(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ stored: 2 * EACH, ok: 2 * EACH, unknown: 0 });
    });
  });
});
