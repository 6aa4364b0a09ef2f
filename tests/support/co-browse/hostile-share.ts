import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { type Frame as Said, type Wire, Agent, ShareServer } from '../../integration/co-browse-harness.ts';
import { type Scene, asked, meet } from '../../integration/co-browse-scene.ts';
import { newId } from '../../../sdk/src/lib/ids.ts';
import type { Damage } from './viewing.ts';

const WAIT_MS = 30_000;
/** A frame that is longer goes in parts. */
const FRAME_CHARACTERS = 200_000;
const PART_CHARACTERS = 100_000;

/** Notes how long tasks take, in every document. */
function noteTasks(): void {
  const { tasks } = Object.assign(window, { tasks: [] as number[] });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  }).observe({ type: 'longtask' });
}

/**
 * A page that says whatever it likes on a real share, and the built console with the viewer on its own origin. Between
 * them is the real relay.
 */
export class HostileShare {
  readonly console: Page;
  readonly scene: Scene;
  readonly #share: string;
  readonly #context: BrowserContext;
  readonly #requests: string[] = [];
  readonly #errors: string[] = [];
  #viewerUrl = '';
  #viewsLoaded = 0;
  #popups = 0;
  #page: Wire;
  #stream: string;
  #seq = 0;

  private constructor(
    scene: Scene,
    share: string,
    context: BrowserContext,
    console: Page,
    first: [Wire, string],
  ) {
    this.scene = scene;
    this.#share = share;
    this.#context = context;
    this.console = console;
    [this.#page, this.#stream] = first;
    console.on('pageerror', (error) => this.#errors.push(error.message));
    console.on('crash', () => this.#errors.push('crashed'));
    context.on('page', () => this.#popups++);
  }

  static async open(browser: Browser): Promise<HostileShare> {
    const server = await ShareServer.start({
      isBuilt: true,
      environment: { VIEWER_PORT: '0' },
      shares: { snapshotEveryMs: 0, snapshotsPerPage: { burst: 1e6, perMinute: 1e6 }, rawBurstBytes: 1e9 },
    });
    const scene = await meet(server, await Agent.signIn(server, 'Ana'));
    const share = await asked(scene);
    await scene.visitor.answer(share, 'view');
    const stream = newId('stm');
    const page = await scene.visitor.page(share, { stream });
    await page.next('welcome');
    const viewing = await scene.ana.view(share, scene.conversation);
    const { viewer } = (await viewing.next('welcome')) as Said & { viewer: string };
    await viewing.close();

    const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
    const [name = '', ...value] = scene.ana.cookie.split('=');
    await context.addCookies([{ name, value: value.join('='), url: server.url }]);
    await context.addInitScript(noteTasks);
    const hostile = new HostileShare(scene, share, context, await context.newPage(), [page, stream]);
    hostile.#viewerUrl = viewer;
    await hostile.#guard();
    await hostile.show();
    return hostile;
  }

  /** Whatever is asked for beside the console's, the viewer's and their built files is a payload's doing. */
  async #guard(): Promise<void> {
    const { server } = this.scene;
    const own = [server.url, new URL(this.#viewerUrl).origin];
    await this.#context.route('**/*', (route) => {
      const url = route.request().url();
      const place = own.find((each) => url.startsWith(`${each}/`));
      const path = place === undefined ? '' : url.slice(place.length);
      if (url === this.#viewerUrl) this.#viewsLoaded += 1;
      if (/^\/(?:console|assets|v1|view|favicon)/.test(path)) return route.continue();
      this.#requests.push(url);
      return route.abort();
    });
  }

  /** Opens the console on the conversation, with the stage. */
  async show(): Promise<void> {
    const { server, conversation } = this.scene;
    await this.console.goto('about:blank');
    await this.console.goto(`${server.url}/console/#/inbox/${conversation}`);
    this.page({ state: 'live' });
    this.send(JSON.stringify(pageThatSays('begins')));
    await this.waitFor('begins');
    await this.console.getByRole('textbox', { name: 'Reply' }).focus();
    await this.takeLongestTask();
    await this.damage();
  }

  /** What the page says of itself. */
  page(state: object): void {
    this.#page.send({ type: 'page-state', ...state });
  }

  /** Sends a list of events, as text, as one frame that begins anew. */
  send(events: string): void {
    const head = { stream: this.#stream, seq: (this.#seq += 1), snapshot: true };
    if (events.length <= FRAME_CHARACTERS) {
      this.#page.socket.send(
        `${JSON.stringify({ type: 'frame', ...head }).slice(0, -1)},"events":${events}}`,
      );
      return;
    }
    const parts = Math.ceil(events.length / PART_CHARACTERS);
    for (let part = 0; part < parts; part++) {
      const text = events.slice(part * PART_CHARACTERS, (part + 1) * PART_CHARACTERS);
      this.#page.send({ type: 'frame-part', ...head, part, parts, text });
    }
  }

  /** What no page of ours would send may cost its socket: the page comes back, as a browser's would. */
  async settle(text: string): Promise<void> {
    this.send(JSON.stringify(pageThatSays(text)));
    const isLost = await Promise.race([
      this.#page.closed.then(() => true),
      this.waitFor(text).then(() => false),
    ]);
    if (!isLost) return;
    this.#stream = newId('stm');
    this.#seq = 0;
    this.#page = await this.scene.visitor.page(this.#share, { stream: this.#stream });
    await this.#page.next('welcome');
    this.page({ state: 'live' });
    this.send(JSON.stringify(pageThatSays(text)));
    await this.waitFor(text);
  }

  get #viewer(): Frame | undefined {
    return this.console.frames().find((frame) => frame.url() === this.#viewerUrl);
  }

  /** Waits until the viewer shows a page with this text. */
  async waitFor(text: string): Promise<void> {
    const shown = this.console
      .getByRole('region', { name: 'Their page' })
      .frameLocator('iframe')
      .frameLocator('.stage iframe');
    await shown.getByText(text, { exact: true }).waitFor({ timeout: WAIT_MS });
  }

  /** The longest task of console and viewer until now, in milliseconds; what comes is measured anew. */
  async takeLongestTask(): Promise<number> {
    const longest = await Promise.all(
      [this.console.mainFrame(), this.#viewer].map(async (frame) =>
        frame?.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks.splice(0))),
      ),
    );
    return Math.max(...longest.map((each) => each ?? 0));
  }

  /** What was done since the last look. A viewer that had to be loaded anew was stuck. */
  async damage(): Promise<Damage & { viewsLoaded: number }> {
    const inFrames = await Promise.all(
      this.console
        .frames()
        .map((frame) =>
          frame
            .evaluate(() => ({ script: '__pwned' in window, polluted: 'polluted' in {} }))
            .catch(() => undefined),
        ),
    );
    const reply = this.console.getByRole('textbox', { name: 'Reply' });
    const viewsLoaded = this.#viewsLoaded;
    const popups = this.#popups;
    this.#viewsLoaded = this.#popups = 0;
    return {
      scripts: inFrames.filter((each) => each?.script).length,
      requests: this.#requests.splice(0),
      errors: this.#errors.splice(0),
      popups,
      focus: (await reply.evaluate((element) => element === document.activeElement))
        ? 'composer'
        : 'elsewhere',
      isPolluted: inFrames.some((each) => each?.polluted),
      viewsLoaded,
    };
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.scene.server.stop();
  }
}

const element = (id: number, tagName: string, childNodes: unknown[]): object => ({
  type: 2,
  id,
  tagName,
  attributes: {},
  childNodes,
});

/** A page that says one thing. */
export function pageThatSays(text: string): unknown[] {
  const body = element(5, 'body', [element(6, 'p', [{ type: 3, id: 7, textContent: text }])]);
  const node = { type: 0, id: 1, childNodes: [element(3, 'html', [body])] };
  return [
    { type: 4, timestamp: 1, data: { href: 'https://shop.test/', width: 800, height: 600 } },
    { type: 2, timestamp: 2, data: { node, initialOffset: { top: 0, left: 0 } } },
  ];
}
