/** A page in a real browser, shared through the real server to the real viewer's document beside it. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Browser, Frame, Page } from 'playwright-core';
import { newId } from '../../../sdk/src/shared.ts';
import { Agent, ShareServer } from '../../integration/co-browse-harness.ts';
import { asked, meet, type Scene } from '../../integration/co-browse-scene.ts';
import { bundleOf } from './bundle.ts';
import type { SharingOptions } from './sharing-entry.ts';
import { skeletonOf } from './skeleton.ts';

const VIEWER = 'https://view.test';
const VIEWER_PAGE = '<!doctype html><html><body><script src="/replay.js"></script></body></html>';
/** Any page of the server's own: a browser lets no made-up page connect to this machine. */
const CONSOLE_PATH = '/demo/fixtures/plain-without.html';
const WAIT_MS = 60_000;

/** Passes on all that comes, and counts what the page sends. */
class CountingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Bytes from the browser on the wire, the handshake included. */
  bytesUp = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<CountingProxy> {
    const server = createServer();
    const proxy = new CountingProxy(server);
    server.on('connection', (near) => {
      const far = connect(port, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        proxy.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => other.destroy());
        socket.on('close', () => other.destroy());
      }
      near.on('data', (data) => (proxy.bytesUp += data.length));
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

export interface LiveShareOptions {
  /** The page on the server, for instance of the demo site. */
  readonly path: string;
  /** Bytes of the page’s socket are counted. */
  readonly isCounted?: boolean;
  /** Frames of the page are lost and swapped. */
  readonly faults?: SharingOptions['faults'];
}

export class LiveShare {
  readonly scene: Scene;
  /** The visitor's page. */
  readonly page: Page;
  readonly watching: Page;
  readonly proxy: CountingProxy | undefined;

  private constructor(scene: Scene, page: Page, watching: Page, proxy: CountingProxy | undefined) {
    this.scene = scene;
    this.page = page;
    this.watching = watching;
    this.proxy = proxy;
  }

  /** Opens both pages and shares; ready when the viewer shows something. */
  static async open(
    browser: Browser,
    { path, isCounted = false, faults }: LiveShareOptions,
  ): Promise<LiveShare> {
    const [sharing, watch, replay] = await Promise.all([
      bundleOf('tests/support/co-browse/sharing-entry.ts', 'sharing'),
      bundleOf('tests/support/co-browse/watching-entry.ts', 'watching'),
      bundleOf('console/src/replay/main.ts', 'replay'),
    ]);
    const server = await ShareServer.start({ environment: { VIEWER_PORT: '0' } });
    // A visitor's token is good for the origin that it was given to.
    const scene = await meet(server, await Agent.signIn(server, 'Ana'), server.url);
    const { visitor, ana, conversation } = scene;
    const share = await asked(scene);
    await visitor.answer(share, 'view');
    const proxy = isCounted ? await CountingProxy.to(Number(new URL(server.url).port)) : undefined;

    const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1_000, height: 700 } });
    const page = await context.newPage();
    await page.goto(server.url + path, { waitUntil: 'load' });
    await page.evaluate(`${sharing}; window.sharing = sharing;`);

    const agents = await browser.newContext({ bypassCSP: true, viewport: { width: 1_100, height: 800 } });
    const [name = '', ...value] = ana.cookie.split('=');
    await agents.addCookies([{ name, value: value.join('='), url: server.url }]);
    await agents.route('**/*', (route) => {
      const url = route.request().url();
      if (url === `${VIEWER}/replay.js`)
        return route.fulfill({ contentType: 'text/javascript', body: replay });
      if (url === `${VIEWER}/`) return route.fulfill({ contentType: 'text/html', body: VIEWER_PAGE });
      return url.startsWith(server.url) ? route.continue() : route.abort();
    });
    const watching = await agents.newPage();
    await watching.goto(server.url + CONSOLE_PATH, { waitUntil: 'load' });
    await watching.evaluate(async (viewer) => {
      const frame = document.createElement('iframe');
      frame.sandbox.add('allow-scripts', 'allow-same-origin');
      frame.src = viewer;
      frame.style.cssText = 'width:1000px;height:700px';
      const loaded = new Promise((done) => frame.addEventListener('load', done));
      document.body.replaceChildren(frame);
      await loaded;
    }, `${VIEWER}/`);
    await watching.evaluate(`${watch}; window.watching = watching;`);

    const live = new LiveShare(scene, page, watching, proxy);
    const stream = newId('stm');
    const { access } = visitor;
    const to = {
      server: proxy?.url ?? server.url,
      conversation,
      share,
      stream,
      access,
      settings: {},
      faults,
    };
    await page.evaluate(`sharing.start(${JSON.stringify(to)})`);
    await watching.evaluate(`watching.start(${JSON.stringify(conversation)}, ${JSON.stringify(share)})`);
    await live.viewer.waitForSelector('.stage iframe', { state: 'attached', timeout: WAIT_MS });
    return live;
  }

  get viewer(): Frame {
    const frame = this.watching.frames().find((one) => one.url() === `${VIEWER}/`);
    if (!frame) throw new Error('the viewer is gone');
    return frame;
  }

  /** Elements and texts of the page, and of what the viewer shows. */
  async skeletons(): Promise<{ page: string; viewer: string }> {
    const page = await this.page.evaluate(skeletonOf, undefined);
    return { page, viewer: await this.viewer.evaluate(skeletonOf, '.stage iframe') };
  }

  /** Milliseconds until both trees are the same; throws when they never are. */
  async untilEqual(withinMs = WAIT_MS): Promise<number> {
    const started = performance.now();
    for (;;) {
      const { page, viewer } = await this.skeletons();
      if (page === viewer) return performance.now() - started;
      if (performance.now() - started > withinMs) throw new Error('the viewer never showed the page');
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async close(): Promise<void> {
    await this.page.context().close();
    await this.watching.context().close();
    this.proxy?.close();
    await this.scene.server.stop();
  }
}
