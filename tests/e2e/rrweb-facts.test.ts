import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Rrweb from '../support/co-browse/whole-rrweb-entry.ts';
import { launchChromium } from '../support/chromium.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import { lacks } from '../support/programs.ts';

declare global {
  interface Window {
    /** As it is published, nothing cut. */
    rrweb: typeof Rrweb;
    rrwebEvents: TimedEvent[];
  }
}

/** What these tests look at of an event. */
interface TimedEvent {
  readonly timestamp: number;
  readonly data: { readonly positions?: { timeOffset: number }[] };
}

/** What is secret in this page has a name of its own at each place. */
const PAGE = `<!doctype html><title>Shop</title><style>p::after{content:'in-css'}</style>
<body><p>in-text</p><img alt=in-alt><i title=in-title aria-label=in-label data-token=in-data>x</i>
<input placeholder=in-placeholder><input type=hidden value=in-hidden><input type=submit value=in-submit>
<select><option value=in-option>y</option></select><a href="/?token=in-href">z</a></body>`;

/** Facts of rrweb 2.2.2 that decided the design (docs/discoveries/rrweb.md), each found out on rrweb alone. */
describe.skipIf(lacks('chromium'))('rrweb as it is', () => {
  let browser: Browser;
  let rrweb: string;

  beforeAll(async () => {
    [browser, rrweb] = await Promise.all([
      launchChromium(),
      bundleOf('tests/support/co-browse/whole-rrweb-entry.ts', 'rrweb', 'whole'),
    ]);
  });
  afterAll(() => browser.close());

  async function open(): Promise<Page> {
    const context = await browser.newContext();
    await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    const page = await context.newPage();
    await page.goto('https://shop.test/?session=in-query');
    await page.evaluate(`${rrweb}; window.rrweb = rrweb; window.rrwebEvents = [];`);
    return page;
  }

  test('each workspace pins it exactly', () => {
    for (const workspace of ['sdk', 'console']) {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(
        readFileSync(`${workspace}/package.json`, 'utf8'),
      ) as Record<'dependencies' | 'devDependencies', Record<string, string> | undefined>;
      expect({ ...dependencies, ...devDependencies }['rrweb']).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  test('its default batching keeps the pointer for half a second', async () => {
    const page = await open();
    await page.evaluate(() => {
      window.rrweb.record({ emit: (event) => window.rrwebEvents.push(event as TimedEvent) });
    });
    const batches = (): Promise<{ timeOffset: number }[][]> =>
      page.evaluate(() => window.rrwebEvents.flatMap(({ data }) => (data.positions ? [data.positions] : [])));
    let x = 0;
    await expect
      .poll(
        async () => {
          await page.mouse.move((x = (x + 7) % 300), 20);
          return (await batches()).some((positions) => positions.some(({ timeOffset }) => timeOffset < -250));
        },
        { timeout: 30_000, interval: 20 },
      )
      .toBe(true);
    await page.context().close();
  });

  test('live mode as documented shows nothing of a page whose clock is ahead; a start far in the future shows all at once', async () => {
    const page = await open();
    const shown = await page.evaluate(async () => {
      const stop = window.rrweb.record({ emit: (event) => window.rrwebEvents.push(event as TimedEvent) });
      stop?.();
      const options = { liveMode: true, mouseTail: false, useVirtualDom: false } as const;
      const view = (start?: number): { text: () => string } => {
        const root = document.body.appendChild(document.createElement('div'));
        const replayer = new window.rrweb.Replayer([], { ...options, root });
        replayer.startLive(start);
        for (const event of window.rrwebEvents)
          replayer.addEvent({ ...event, timestamp: event.timestamp + 30_000 } as never);
        return { text: () => replayer.iframe.contentDocument?.body.textContent ?? '' };
      };
      const documented = view();
      const ours = view(Date.now() + 1e9);
      while (!ours.text().includes('in-text')) await new Promise((done) => setTimeout(done, 10));
      return { documented: documented.text().includes('in-text'), ours: ours.text().includes('in-text') };
    });
    expect(shown).toEqual({ documented: false, ours: true });
    await page.context().close();
  });

  test('so started it draws no pointer, and keeps every event for as long as it lives', async () => {
    const page = await open();
    const found = await page.evaluate(async () => {
      const stop = window.rrweb.record({ emit: (event) => window.rrwebEvents.push(event as TimedEvent) });
      stop?.();
      const root = document.body.appendChild(document.createElement('div'));
      const replayer = new window.rrweb.Replayer([], { liveMode: true, mouseTail: false, root });
      replayer.startLive(Date.now() + 1e9);
      const positions = [{ x: 50, y: 60, id: 1, timeOffset: 0 }];
      const pointer = { type: 3, timestamp: Date.now(), data: { source: 1, positions } } as never;
      for (let round = 0; round < 20; round++) {
        for (const event of window.rrwebEvents) replayer.addEvent(event as never);
        replayer.addEvent(pointer);
      }
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const { events } = (replayer as unknown as { service: { state: { context: { events: unknown[] } } } })
        .service.state.context;
      const mouse = root.querySelector<HTMLElement>('.replayer-mouse');
      return { kept: events.length, given: 20 * (window.rrwebEvents.length + 1), left: mouse?.style.left };
    });
    expect(found.kept).toBe(found.given);
    expect(found.left).toBe('');
    await page.context().close();
  });

  test('at its strictest it tells of addresses, titles, labels, hidden values, options and style sheets', async () => {
    const page = await open();
    const text = await page.evaluate(() => {
      window.rrweb.record({
        emit: (event) => window.rrwebEvents.push(event as TimedEvent),
        maskAllInputs: true,
        maskTextSelector: '*',
      });
      return JSON.stringify(window.rrwebEvents);
    });
    const places = 'query title css alt label data placeholder hidden submit option href'.split(' ');
    expect(places.filter((place) => !text.includes(`in-${place}`))).toEqual([]);
    expect(text).not.toContain('in-text');
    await page.context().close();
  });

  test('a selector that is none masks nothing, and one that blocks ends the news of changes', async () => {
    const page = await open();
    const found = await page.evaluate(async () => {
      const told = async (options: object): Promise<string> => {
        const texts: string[] = [];
        const stop = window.rrweb.record({
          ...options,
          emit: (event) => texts.push(JSON.stringify(event)),
          errorHandler: () => true,
        });
        document.body.append(Object.assign(document.createElement('b'), { textContent: 'added' }));
        await new Promise((done) => setTimeout(done, 0));
        stop?.();
        document.querySelector('b')?.remove();
        return texts.join('');
      };
      return {
        masked: await told({ maskTextSelector: 'p[' }),
        blocked: await told({ blockSelector: 'p[' }),
        whole: await told({}),
      };
    });
    expect(found.masked).toContain('in-text');
    expect(found.whole).toContain('added');
    expect(found.blocked).not.toContain('added');
    await page.context().close();
  });

  test('a CompressionStream gives nothing out before its end, however long one waits', async () => {
    const page = await open();
    const [before, after] = await page.evaluate(async () => {
      const stream = new CompressionStream('deflate-raw');
      const writer = stream.writable.getWriter();
      let bytes = 0;
      const end = stream.readable.pipeTo(
        new WritableStream({ write: (chunk: Uint8Array) => void (bytes += chunk.length) }),
      );
      for (let count = 0; count < 50; count++) {
        await writer.write(new TextEncoder().encode(`a change of the page, number ${count}`));
      }
      const early = bytes;
      await writer.close();
      await end;
      return [early, bytes];
    });
    expect(before).toBe(0);
    expect(after).toBeGreaterThan(100);
    await page.context().close();
  });
});
