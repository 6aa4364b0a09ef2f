import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import { changeAtRandom, changeKindsAtRandom, treeShown } from '../support/co-browse/random-page.ts';
import { skeletonOf } from '../support/co-browse/skeleton.ts';
import { Viewing } from '../support/co-browse/viewing.ts';
import { lacks } from '../support/programs.ts';

const SHOP = 'https://shop.test/';
const PAGE =
  '<!doctype html><title>Shop</title><style>.alpha{color:red}</style><body><main id=root>start</main><p id=end>-</p></body>';
const STEPS = 400;
const KIND_STEPS = 150;
/** A machine on which watching costs the page too much, so that much is told late. */
const SLOW = 25;
const SLOW_TEST_MS = 240_000;
/** So many idle turns without a frame: nothing waits any more. */
const CALM_TURNS = 20;

describe.skipIf(lacks('chromium'))('the tree of a shared page', () => {
  let browser: Browser;
  let recorder: string;
  let replay: string;

  beforeAll(async () => {
    [browser, recorder, replay] = await Promise.all([
      launchChromium(),
      bundleOf('tests/support/co-browse/recorder-entry.ts', 'recorder'),
      bundleOf('console/src/replay/main.ts', 'replay'),
    ]);
  });
  afterAll(() => browser.close());

  /** A page, and a viewer that gets what its recorder tells once it is started. */
  async function opened(body = PAGE): Promise<{ page: Page; viewing: Viewing }> {
    const viewing = await Viewing.open(browser, replay);
    const context = await browser.newContext();
    onTestFinished(async () => {
      await context.close();
      await viewing.close();
    });
    await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body }));
    const page = await context.newPage();
    await page.goto(SHOP);
    await page.exposeBinding('leave', (_source, events: unknown) => viewing.give(events));
    await page.evaluate(
      `${recorder}; window.recorder = recorder; recorder.listen((events) => { window.leave(events) })`,
    );
    return { page, viewing };
  }

  /**
   * The last change, made when all others have been told of: texts and attributes come late where watching cost the page
   * too much, and so do nodes of a large piece (CO12), each in idle turns.
   */
  async function changeEnd(page: Page): Promise<void> {
    await page.evaluate(async (turns) => {
      const { recorder } = window as unknown as { recorder: { frames: unknown[]; states: string[] } };
      for (let calm = 0, before = 0; calm < turns; calm++) {
        await new Promise((done) => requestIdleCallback(done));
        const now = recorder.frames.length;
        if (now !== before || (recorder.states.at(-1) ?? 'live') !== 'live') calm = 0;
        before = now;
      }
    }, CALM_TURNS);
    await page.evaluate('document.querySelector("#end").textContent = "changed"');
  }

  /** What the viewer shows when all was told of; a snapshot of the page must show the same. */
  async function treeAfter(page: Page, viewing: Viewing): Promise<string> {
    await changeEnd(page);
    await viewing.waitFor('changed');
    const live = await viewing.viewer.evaluate(treeShown);
    await page.evaluate('recording.takeSnapshot(); document.querySelector("#end").textContent = "afresh"');
    await viewing.waitFor('afresh');
    // Its last nodes come in idle turns.
    const afresh = async (): Promise<string> =>
      (await viewing.viewer.evaluate(treeShown)).replace('afresh', 'changed');
    await expect.poll(afresh).toBe(live);
    return live;
  }

  test('a node that is taken out and put in by one record is still known, with all that is inside', async () => {
    const { page, viewing } = await opened(
      '<body><main id=root><p><b>one</b></p></main><i>two</i><p id=end>-</p></body>',
    );
    await page.evaluate(`window.recording = recorder.start({ preset: 'balanced' })`);
    await page.evaluate(async () => {
      const turn = (): Promise<void> => new Promise((done) => setTimeout(done, 50));
      const root = document.querySelector('#root');
      const only = root?.firstElementChild;
      const inner = only?.firstElementChild;
      if (!root || !only || !inner) return;
      root.replaceChildren(only);
      only.replaceChild(inner, inner);
      await turn();
      inner.append(' more');
      document.querySelector('i')?.replaceChildren(inner);
      await turn();
      only.append('what stays');
      const fresh = document.createElement('u');
      root.append(fresh);
      root.replaceChild(fresh, fresh);
      fresh.append('fresh');
      const end = document.querySelector('#end');
      if (end) end.textContent = 'changed';
    });
    await viewing.waitFor('changed');
    expect(await viewing.viewer.evaluate(skeletonOf, '.stage iframe')).toBe(
      await page.evaluate(skeletonOf, undefined),
    );
  });

  test('[CO15] a node that goes from one tree to another in the turn after it came is seen there, and so is what changes on it', async () => {
    const { page, viewing } = await opened(
      '<body><main id=root></main><iframe></iframe><p id=end>-</p></body>',
    );
    await page.evaluate(`window.recording = recorder.start({ preset: 'balanced' })`);
    await page.evaluate(async () => {
      const told = (): Promise<void> => Promise.resolve();
      const framed = frames[0]?.document.body;
      const root = document.querySelector('#root');
      if (!root || !framed) throw new Error('the page is not whole');
      const places: ParentNode[] = [root, framed];
      for (const place of places) {
        const host = document.createElement('section');
        const shadow = host.attachShadow({ mode: 'open' });
        for (const word of ['one', 'two', 'three', 'four']) {
          const part = document.createElement('b');
          part.append(word);
          shadow.append(part);
        }
        place.append(host);
        await told();
        // Into the light beside it, into another document, into the root of another host.
        if (shadow.firstElementChild) root.prepend(shadow.firstElementChild);
        await told();
        if (shadow.firstElementChild) framed.prepend(shadow.firstElementChild);
        await told();
        const other = document.createElement('div').attachShadow({ mode: 'open' });
        root.append(other.host);
        await told();
        if (shadow.firstElementChild) other.append(shadow.firstElementChild);
        await told();
        // And the host itself, with what is left in it.
        framed.append(host);
        await told();
        root.append(host);
      }
      await told();
      const all = (from: ParentNode): Element[] =>
        [...from.querySelectorAll('*')].flatMap((each) => [
          each,
          ...(each.shadowRoot ? all(each.shadowRoot) : []),
        ]);
      for (const each of [...all(root), ...all(framed)]) each.className = 'seen';
    });
    const tree = await treeAfter(page, viewing);
    // Eight parts and, of each place, both hosts.
    expect(tree.match(/class=seen/g)).toHaveLength(12);
  });

  test('[CO15] a popover that stands open is seen, also one in a shadow root and in a frame, until it closes', async () => {
    const { page, viewing } = await opened();
    await page.evaluate(() => {
      const host = document.body.appendChild(document.createElement('section'));
      const frame = document.body.appendChild(document.createElement('iframe'));
      for (const place of [document.body, host.attachShadow({ mode: 'open' }), frame.contentDocument?.body]) {
        for (const kind of ['auto', 'manual']) {
          const popover = document.createElement('div');
          popover.append(`${kind} menu`);
          popover.popover = kind;
          place?.append(popover);
        }
      }
    });
    const toggle = (): Promise<void> =>
      page.evaluate(() => {
        const roots = [document, document.querySelector('section')?.shadowRoot, frames[0]?.document];
        for (const root of roots)
          for (const each of root?.querySelectorAll<HTMLElement>('[popover]') ?? []) each.togglePopover();
      });
    const shown = (): Promise<string[]> =>
      viewing.viewer.evaluate(() => {
        const page = document.querySelector<HTMLIFrameElement>('.stage iframe')?.contentDocument;
        const inner = page?.querySelector('iframe')?.contentDocument;
        return [page, page?.querySelector('section')?.shadowRoot, inner].flatMap((root) =>
          [...(root?.querySelectorAll(':popover-open') ?? [])].map((each) => each.textContent),
        );
      });
    const all = ['auto menu', 'manual menu'];
    // One is open before the share begins; of each document one of kind `auto` at a time.
    await page.evaluate(() => document.querySelector<HTMLElement>('[popover=manual]')?.showPopover());
    await page.evaluate(`window.recording = recorder.start({ preset: 'balanced' })`);
    await expect.poll(shown, { timeout: 30_000 }).toEqual(['manual menu']);
    await page.evaluate(() => document.querySelector<HTMLElement>('[popover=manual]')?.hidePopover());
    await expect.poll(shown, { timeout: 30_000 }).toEqual([]);
    await toggle();
    await expect.poll(shown, { timeout: 30_000 }).toEqual(['manual menu', ...all, ...all]);
    expect(await page.evaluate('recorder.failures')).toEqual([]);
  });

  test('[CO15] a modal dialog is seen where the visitor sees it, and takes no focus', async () => {
    const { page, viewing } = await opened(
      '<!doctype html><body><div style="height:3000px">tall</div><dialog id=sure>Sure? <button>Yes</button></dialog></body>',
    );
    await page.setViewportSize({ width: 800, height: 600 });
    await page.evaluate(`window.recording = recorder.start({ preset: 'balanced' })`);
    const place = (frame: string | undefined): unknown => {
      const shown =
        frame === undefined ? document : document.querySelector<HTMLIFrameElement>(frame)?.contentDocument;
      const box = shown?.querySelector('dialog')?.getBoundingClientRect();
      return box && [box.x, box.y, box.width, box.height].map(Math.round);
    };
    await page.evaluate(() => document.querySelector('dialog')?.showModal());
    const there = await page.evaluate(place, undefined);
    const shown = (): Promise<unknown> => viewing.viewer.evaluate(place, '.stage iframe');
    await expect.poll(shown, { timeout: 30_000 }).toEqual(there);
    expect(await viewing.viewer.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    await page.evaluate('recording.takeSnapshot(); document.querySelector("div").textContent = "afresh"');
    await viewing.waitFor('afresh');
    expect(await shown()).toEqual(there);
    await page.evaluate(() => document.querySelector('dialog')?.close());
    await expect.poll(shown, { timeout: 30_000 }).toEqual([0, 0, 0, 0]);
  });

  for (const [seed, slowness] of [
    [1, 1],
    [5, 1],
    [101, SLOW],
  ] as const) {
    test(
      `[CO15] shadow roots, frames, dialogs, lists, drawings and editors are shown as they are (seed ${seed}, ${slowness} × slower)`,
      async () => {
        const { page, viewing } = await opened();
        const devtools = await page.context().newCDPSession(page);
        await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowness });
        await page.evaluate(`window.recording = recorder.start({ preset: 'balanced' })`);
        await page.evaluate(`(${changeKindsAtRandom.toString()})(${seed}, ${KIND_STEPS})`);
        const live = await treeAfter(page, viewing);
        for (const part of [
          '<svg',
          '<use',
          '<dialog',
          'popover',
          '<iframe><body><h2>',
          '"in the frame"',
          '#({',
          '<li>"row',
        ]) {
          expect(live).toContain(part);
        }
        if (slowness > 1) expect(await page.evaluate('recorder.states')).not.toEqual([]);
        expect(await page.evaluate('recorder.failures')).toEqual([]);
      },
      SLOW_TEST_MS,
    );
  }

  for (const [preset, seed] of [
    ['balanced', 1],
    ['balanced', 20_261_122],
    ['strict', 7],
  ] as const) {
    test(`[CO15] the viewer’s tree is the page’s after ${STEPS} random changes (${preset}, seed ${seed})`, async () => {
      const { page, viewing } = await opened();
      await page.evaluate(`window.recording = recorder.start({ preset: '${preset}', show: ['#end'] })`);
      await page.evaluate(`(${changeAtRandom.toString()})(${seed}, ${STEPS})`);
      expect((await treeAfter(page, viewing)).length).toBeGreaterThan(1_000);
      expect(await page.evaluate('recorder.failures')).toEqual([]);
    });
  }
});
