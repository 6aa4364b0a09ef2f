// Over 300 lines: one shop that asks for its cookie; what its page hands over, and what a viewer shows.
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import type * as Assets from '../support/co-browse/assets-entry.ts';
import { bundleOf } from '../support/co-browse/bundle.ts';
import { LETTER_EMS, wideFont } from '../support/co-browse/font.ts';
import { DRAWING, GREEN, RED, pngOf } from '../support/co-browse/pictures.ts';
import { Viewing } from '../support/co-browse/viewing.ts';
import { lacks } from '../support/programs.ts';

/** A secure origin that exists only in the test’s browser. */
const SHOP = 'https://shop.test';
const WAIT = { timeout: 30_000, interval: 100 };
const MASK = 'data-alongside="mask"';
const BLOCK = 'data-alongside="block"';
const SHOW = 'data-alongside="show"';
const LARGE_BYTES = 3 * 1024 * 1024;

interface Shared extends Window {
  assets: typeof Assets;
}

/** What the shop serves; all but the public picture needs its cookie. */
function serve(route: Route, body: string): Promise<void> {
  const { pathname, origin } = new URL(route.request().url());
  if (origin !== SHOP) return route.fulfill({ contentType: 'image/png', body: GREEN });
  if (pathname === '/') {
    const headers = { 'set-cookie': 'session=jane; Secure; HttpOnly' };
    return route.fulfill({ contentType: 'text/html', headers, body });
  }
  const isIn = (route.request().headers()['cookie'] ?? '').includes('session=jane');
  if (!isIn) return route.fulfill({ status: 403, contentType: 'text/html', body: 'Sign in' });
  switch (pathname.replace(/^.*\./, '')) {
    case 'svg':
      return route.fulfill({ contentType: 'image/svg+xml', body: DRAWING });
    case 'html':
      return route.fulfill({ contentType: 'text/html', body: '<script>window.__pwned=1</script>' });
    case 'gone':
      return route.fulfill({ status: 404, body: 'no' });
    case 'large':
      return route.fulfill({ contentType: 'image/png', body: pngOf(40, [20, 160, 60], LARGE_BYTES) });
    case 'elsewhere':
      return route.fulfill({ status: 302, headers: { location: 'https://other.test/a.png' } });
    case 'ttf':
      return route.fulfill({ contentType: 'font/ttf', body: wideFont() });
    case 'woff2':
      return route.fulfill({ contentType: 'font/woff2', body: Buffer.from('wOF2 made up') });
    default:
      return route.fulfill({ contentType: 'image/png', body: pathname.includes('secret') ? RED : GREEN });
  }
}

describe.skipIf(lacks('chromium'))('[CO13] pictures behind a login', () => {
  let browser: Browser;
  let script: string;
  let replay: string;

  beforeAll(async () => {
    [browser, script, replay] = await Promise.all([
      launchChromium(),
      bundleOf('tests/support/co-browse/assets-entry.ts', 'assets'),
      bundleOf('console/src/replay/main.ts', 'replay'),
    ]);
  });
  afterAll(() => browser.close());

  async function opened(html: string): Promise<Page> {
    const context = await browser.newContext();
    await context.route('**/*', (route) => serve(route, `<!doctype html><body>${html}`));
    const page = await context.newPage();
    await page.goto(`${SHOP}/`);
    await page.evaluate(`${script}; window.assets = assets;`);
    return page;
  }

  const start = (page: Page, settings: object = {}): Promise<void> =>
    page.evaluate((chosen) => {
      (window as unknown as Shared).assets.start(chosen);
    }, settings);
  const fetched = (page: Page, address: string): Promise<string> =>
    page.evaluate((each) => (window as unknown as Shared).assets.fetched(each), address);
  const told = (page: Page): Promise<string> => page.evaluate<string>('assets.frames.join("")');

  /** A viewer sees the page from now on, and asks it for what it cannot load. */
  async function watched(page: Page, viewing: Viewing, settings: object = {}): Promise<void> {
    await page.exposeBinding('leave', (_source, events: unknown) => viewing.give(events));
    await viewing.answers(async (asset) => {
      const answer = await page.evaluate(async (name) => {
        const { assets } = window as unknown as Shared;
        const named = await assets.ask(name);
        return named.refused === undefined ? assets.ask(name, named.sha256) : named;
      }, asset);
      return answer.data === undefined ? undefined : { mime: answer.mime ?? '', data: answer.data };
    });
    await page.evaluate((chosen) => {
      const { assets, leave } = window as unknown as Shared & { leave(events: unknown): void };
      assets.start(chosen, (events) => leave(events));
    }, settings);
  }

  test('are handed over by the page with its cookies, under names that tell nothing', async () => {
    const page = await opened('<img src="/a/jane-roe.png?of=jane"><img src="https://other.test/x.png">');
    await start(page);
    const frames = await told(page);
    expect(frames).not.toMatch(/jane-roe|of=jane|other\.test/);
    expect(frames.match(/"src":"asset:[a-z0-9-]+"/g)).toHaveLength(1);
    expect(await fetched(page, '/a/jane-roe.png?of=jane')).toBe(`image/png ${GREEN.length}`);
    await page.context().close();
  });

  test('are the ones that are shown, of those that a picture offers', async () => {
    const page = await opened(
      '<img srcset="/small.png 1x, /big.png 3x"><picture><source srcset="/modern.png"><img src="/old.png"></picture><img id=late>',
    );
    await start(page);
    await page.evaluate(() => document.querySelector('#late')?.setAttribute('srcset', '/later.png 1x'));
    const nameOf = (address: string): Promise<string> =>
      page.evaluate((each) => (window as unknown as Shared).assets.nameOf(each), address);
    for (const address of ['/small.png', '/modern.png', '/later.png']) {
      await expect.poll(() => told(page), WAIT).toContain(await nameOf(address));
    }
    for (const address of ['/big.png', '/old.png'])
      expect(await told(page)).not.toContain(await nameOf(address));
    await page.context().close();
  });

  const SECRET = '<img src="/secret.png">';
  const STYLED = '.s{background:url(/secret.png)} .q::after{content:url(/secret.png)}';
  // Whether it must not even be named: what stands in a sheet is, because a sheet does not tell where it is used.
  const hidden: [string, string, { settings?: object; then?: string; isNamed?: true }?][] = [
    ['in a mask', `<div ${MASK}>${SECRET}</div>`],
    ['in a block', `<div ${BLOCK}>${SECRET}</div>`],
    ['that is masked itself', `<img src="/secret.png" ${MASK}>`],
    ['under a selector of the owner’s', `<div class=m>${SECRET}</div>`, { settings: { mask: ['.m'] } }],
    ['in an editor', `<div contenteditable>${SECRET}</div>`],
    ['in a list of choices', `<div role=listbox><div role=option>${SECRET}</div></div>`],
    ['of a mask, and elsewhere too', `<div ${MASK}>${SECRET}</div>${SECRET}`, { isNamed: true }],
    ['among those that a masked one offers', `<img src="/a.png" srcset="/secret.png 9x" ${MASK}>`],
    ['in an attribute of style in a mask', `<p ${MASK}><b style="background:url(/secret.png)">x</b></p>`],
    ['behind a masked element', `<style>${STYLED}</style><p ${MASK}><b class=s>x</b></p>`, { isNamed: true }],
    [
      'behind a blocked element, generated',
      `<style>${STYLED}</style><p ${BLOCK}><b class=q>x</b></p>`,
      { isNamed: true },
    ],
    ['in a drawing in a mask', `<svg ${MASK}><image href="/secret.png" width=9 height=9 /></svg>`],
    ['of a film', `<video poster="/secret.png"></video>`],
    [
      'in a shadow root of a masked element',
      `<div id=h ${MASK}></div>`,
      { then: `h.attachShadow({mode:'open'}).innerHTML='${SECRET}'` },
    ],
    [
      'in a frame in a mask',
      `<div ${MASK}><iframe id=f></iframe></div>`,
      { then: `f.contentDocument.body.innerHTML='${SECRET}'` },
    ],
    ['moved out of a mask', `<div ${MASK}><i id=i>${SECRET}</i></div>`, { then: 'document.body.append(i)' }],
    ['masked later', `<div id=d>${SECRET}</div>`, { then: `d.dataset.alongside='mask'`, isNamed: true }],
    ['of a page that is strict', SECRET, { settings: { preset: 'strict' } }],
    ['of a sheet under strict', `<style>${STYLED}</style><p class=s>x`, { settings: { preset: 'strict' } }],
  ];
  for (const [what, html, { settings = {}, then = '', isNamed = false } = {}] of hidden) {
    test(`one ${what} is ${isNamed ? 'refused' : 'neither named nor handed over'}`, async () => {
      const page = await opened(html);
      await start(page, settings);
      await page.evaluate(`(() => { ${then} })()`);
      await page.waitForTimeout(100);
      if (!isNamed) expect(await told(page)).not.toContain('asset:');
      // Under strict a page has no name for it; a name that somebody guesses is good for nothing else.
      const isStrict = 'preset' in settings;
      if (!isStrict) expect(await fetched(page, '/secret.png')).toBe('private');
      await page.context().close();
    });
  }

  test('a picture that was declared, or is written out, does not cross out of a mask either', async () => {
    const data = `data:image/png;base64,${RED.toString('base64')}`;
    const page = await opened(
      `<div ${MASK}><img src="https://other.test/b.png"><img src="${data}"></div><img src="https://other.test/c.png">`,
    );
    await start(page, { assetOrigins: ['https://other.test'] });
    const frames = await told(page);
    expect(frames).toContain('https://other.test/c.png');
    expect(frames).not.toMatch(/other\.test\/b|data:image/);
    await page.context().close();
  });

  test('under strict only what the owner shows is named', async () => {
    const page = await opened(`<div ${SHOW}><img src="/a.png"></div>${SECRET}`);
    await start(page, { preset: 'strict' });
    expect((await told(page)).match(/asset:/g)).toHaveLength(1);
    expect(await fetched(page, '/a.png')).toBe(`image/png ${GREEN.length}`);
    await page.context().close();
  });

  test.each([
    ['a page', '/page.html', 'type'],
    ['what is not there', '/a.gone', 'failed'],
    ['what another origin has', '/a.elsewhere', 'failed'],
    ['a font that the page does not use', '/a.woff2', 'unknown'],
  ])('%s is refused with a reason', async (_what, address, reason) => {
    const page = await opened('<p>x');
    await start(page);
    expect(await fetched(page, address)).toBe(reason);
    await page.context().close();
  });

  test('a drawing, and a picture that is too large, are drawn anew', async () => {
    const page = await opened('<p>x');
    await start(page);
    expect(await fetched(page, '/a.svg')).toMatch(/^image\/webp \d{2,4}$/);
    expect(await fetched(page, '/a.large')).toMatch(/^image\/webp \d{2,4}$/);
    expect(await page.evaluate('window.__pwned')).toBeUndefined();
    await page.context().close();
  });

  test('what nobody was told of is unknown, and a flood of questions is refused as too many', async () => {
    const page = await opened('<img src="/a.png">');
    await start(page);
    const asked = await page.evaluate(async () => {
      const { assets } = window as unknown as Shared;
      const all = await Promise.all(Array.from({ length: 200 }, (_, n) => assets.ask(`asset:guessed-${n}`)));
      return all.map(({ refused }) => refused);
    });
    expect(new Set(asked)).toEqual(new Set(['unknown', 'busy']));
    expect(asked.filter((each) => each === 'unknown').length).toBeLessThan(80);
    expect(await fetched(page, '/a.png')).toBe(`image/png ${GREEN.length}`);
    await page.context().close();
  });

  test('are shown to the agent in elements and styles, asked for once, and nothing is loaded for them', async () => {
    const viewing = await Viewing.open(browser, replay);
    const page = await opened(
      `<style>:root{color-scheme:light dark} .s{width:30px;height:30px;background:#eee url("/back.png") no-repeat}</style>
      <img id=a src="/a.png"><img src="/a.png"><div class=s></div><div id=h></div>
      <img id=d src="/a.svg"><img src="/page.html" width=5><p style="margin-top:9000px"><img src="/far.png">`,
    );
    await watched(page, viewing);
    const shown = (): Promise<unknown> =>
      viewing.viewer.evaluate(() => {
        const inner = document.querySelector<HTMLIFrameElement>('.stage iframe')?.contentDocument;
        const [first, second, drawing, wrong, far] = [...(inner?.querySelectorAll('img') ?? [])];
        const back = inner?.querySelector('.s');
        const style = back && inner?.defaultView?.getComputedStyle(back).backgroundImage;
        return {
          first: first?.naturalWidth,
          isSame: first?.src === second?.src && first?.src.startsWith('blob:'),
          drawing: drawing?.naturalWidth,
          wrong: wrong?.naturalWidth,
          far: far?.getAttribute('src'),
          back: style?.slice(0, 10),
        };
      });
    await expect
      .poll(shown, WAIT)
      .toEqual({ first: 40, isSame: true, drawing: 40, wrong: 0, far: null, back: 'url("blob:' });
    // What changes, and what comes into sight.
    await page.evaluate(() => {
      document.querySelector('#a')?.setAttribute('src', '/b.png');
      const root = document.querySelector('#h')?.attachShadow({ mode: 'open' });
      root?.append(Object.assign(document.createElement('img'), { src: '/shadow.png' }));
      document.querySelector('.s')?.setAttribute('style', 'background-image:url(/later.png)');
    });
    const asked = (): Promise<number> => viewing.told('asset-asked');
    await expect.poll(asked, WAIT).toBe(7);
    await page.evaluate(() => scrollTo(0, 9_000));
    await expect.poll(asked, WAIT).toBe(8);
    const names = await viewing.page.evaluate(() =>
      (window as unknown as { told: { type: string; asset?: string }[] }).told.flatMap(({ type, asset }) =>
        type === 'asset-asked' ? [asset] : [],
      ),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(await viewing.damage()).toMatchObject({ scripts: 0, requests: [], errors: [] });
    await page.context().close();
    await viewing.close();
  });

  test('fonts are seen as the visitor sees them, from the style sheet and from one that comes later', async () => {
    const viewing = await Viewing.open(browser, replay);
    const page = await opened(
      `<style>@font-face{font-family:own;src:url("/own.ttf")} b,i{font:20px own,monospace;display:inline-block}
      i{font-family:late,monospace}</style><b>WWWW</b><p></p>`,
    );
    const widthOf = (tag: string): Promise<number | undefined> =>
      viewing.viewer.evaluate(
        (name) =>
          document
            .querySelector<HTMLIFrameElement>('.stage iframe')
            ?.contentDocument?.querySelector(name)
            ?.getBoundingClientRect().width,
        tag,
      );
    await page.evaluate(() => document.fonts.ready);
    await watched(page, viewing, { preset: 'balanced' });
    const width = 4 * 20 * LETTER_EMS;
    expect(await page.evaluate(() => document.querySelector('b')?.offsetWidth)).toBe(width);
    await expect.poll(() => widthOf('b'), WAIT).toBe(width);
    await page.evaluate(async () => {
      const style = document.createElement('style');
      style.textContent = '@font-face{font-family:late;src:url("/late.ttf") format("truetype")}';
      document.head.append(style);
      document
        .querySelector('p')
        ?.replaceChildren(Object.assign(document.createElement('i'), { textContent: 'WW' }));
      await document.fonts.load('20px late');
    });
    await expect.poll(() => widthOf('i'), WAIT).toBe(width / 2);
    expect(await viewing.damage()).toMatchObject({ scripts: 0, requests: [], errors: [] });
    await page.context().close();
    await viewing.close();
  });
});
