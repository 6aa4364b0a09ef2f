import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Agent, ShareServer } from '../integration/co-browse-harness.ts';
import { launchChromium } from '../support/chromium.ts';
import { type MaskCase, maskCases } from '../support/co-browse/corpus.ts';
import { leaks, play } from '../support/co-browse/masking.ts';
import { ownCases } from '../support/co-browse/own-cases.ts';
import { SharedVisitor } from '../support/co-browse/shared-visitor.ts';
import { lacks } from '../support/programs.ts';

const PRESETS = ['strict', 'balanced'] as const;
/** Channels that there are by now; cases of others wait. */
const BUILT = new Set(['cobrowse', 'widget-meta', 'chat', 'telemetry']);
/** Pages that are played on at a time. */
const VISITORS = 2;
const TEST_MS = 120_000;
const cases = maskCases();
const played = cases.filter(({ surface = 'cobrowse' }) =>
  surface.split('+').every((each) => BUILT.has(each)),
);
const waiting = cases.filter((one) => !played.includes(one));

/** Visitors who share their pages through the product as it was built, and wait for the next case. */
class Visitors {
  readonly #free: SharedVisitor[] = [];
  readonly #waiting: ((visitor: SharedVisitor) => void)[] = [];

  async with<T>(use: (visitor: SharedVisitor) => Promise<T>): Promise<T> {
    const visitor = this.#free.pop() ?? (await new Promise<SharedVisitor>((got) => this.#waiting.push(got)));
    try {
      return await use(visitor);
    } finally {
      this.add(visitor);
    }
  }

  add(visitor: SharedVisitor): void {
    const next = this.#waiting.shift();
    if (next) next(visitor);
    else this.#free.push(visitor);
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.map((visitor) => visitor.close()));
  }
}

async function serverWith(preset: (typeof PRESETS)[number]): Promise<ShareServer> {
  const server = await ShareServer.start({
    isBuilt: true,
    environment: { VIEWER_PORT: '0' },
    shares: {
      snapshotEveryMs: 0,
      snapshotsPerPage: { burst: 1e6, perMinute: 1e6 },
      resyncs: { burst: 1e6, perMinute: 1e6 },
    },
  });
  if (preset === 'strict') {
    // The demo has a saved policy; without one everything is strict.
    const { cookie } = await Agent.signIn(server, 'Sam');
    const headers = { cookie, origin: server.url };
    const policy = await fetch(`${server.url}/v1/co-browse-policy`, { headers });
    const { version } = (await policy.json()) as { version: number };
    const url = `${server.url}/v1/co-browse-policy?version=${version}`;
    const answer = await fetch(url, { method: 'DELETE', headers });
    if (!answer.ok) throw new Error(`the policy stays: ${answer.status}`);
  }
  return server;
}

describe.skipIf(lacks('chromium'))('[CO3] what leaves a page that the built product shares', () => {
  test.skipIf(cases.length > 0)(
    'the shared corpus of masking cases is not beside the repository',
    () => undefined,
  );

  // Cases of forms, calls, uploads and erasure are named here until their capability is built.
  for (const one of waiting) {
    test.skip(`${one.id} waits for ${one.surface ?? 'its surface'}`, () => undefined);
  }

  let browser: Browser;
  beforeAll(async () => {
    // Pages that the test makes up have no address; browsers let none of those reach this machine.
    browser = await launchChromium(['--disable-features=LocalNetworkAccessChecks']);
  });
  afterAll(() => browser.close());

  for (const preset of PRESETS) {
    describe(`under ${preset}`, () => {
      let server: ShareServer;
      const visitors = new Visitors();

      beforeAll(async () => {
        server = await serverWith(preset);
        const ana = await Agent.signIn(server, 'Ana');
        ana.relay.send({ type: 'desk.open' });
        await ana.command({ type: 'desk.status', presence: 'available' });
        for (let count = 0; count < VISITORS; count++) {
          visitors.add(await SharedVisitor.open(browser, server, ana));
        }
      }, TEST_MS);
      afterAll(async () => {
        await visitors.close();
        await server.stop();
      });

      const seen: MaskCase = {
        id: 'words that may be seen, as proof that leaks would be',
        level: 'always',
        html: '<p>canary-A1</p>',
        actions: [],
        secret: 'canary-A1',
      };
      test.concurrent(
        seen.id,
        async () => {
          const outcome = await visitors.with((visitor) => play(visitor, seen));
          expect(leaks(seen, outcome).includes(seen.secret)).toBe(preset === 'balanced');
        },
        TEST_MS,
      );

      for (const one of [...played, ...ownCases]) {
        if (one.level === 'strict' && preset === 'balanced') continue;
        test.concurrent(
          one.id,
          async () => {
            const outcome = await visitors.with((visitor) => play(visitor, one));
            expect(outcome.frames.length).toBeGreaterThan(0);
            expect(outcome.failures).toEqual([]);
            expect(leaks(one, outcome)).toEqual([]);
          },
          TEST_MS,
        );
      }
    });
  }
});
