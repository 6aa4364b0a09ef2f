import type { Browser, Locator, Page, WebSocket as PageSocket } from 'playwright-core';
import type { Agent, ShareServer, Wire } from '../../integration/co-browse-harness.ts';
import { nextOffer } from '../../integration/co-browse-scene.ts';
import { VisitorOnPage } from '../../e2e/people.ts';

/** A host of its own, as far as the browser knows; the demo takes every loopback origin. */
export const SHOP = 'http://localhost:8089';
const WAIT_MS = 30_000;

/** A page of the host: what stands on it, and where it says to be. */
export interface HostPage {
  readonly html: string;
  readonly head?: string | undefined;
  readonly path?: string | undefined;
  readonly referrer?: string | undefined;
  /** Without the snippet: {@link SharedVisitor.paste} puts it there later. */
  readonly isBare?: boolean;
}

interface Said {
  readonly type: string;
  readonly seq?: number;
  readonly snapshot?: boolean;
  readonly events?: readonly unknown[];
  readonly text?: string;
  readonly part?: number;
  readonly parts?: number;
}

/** Of closed roots only the widget's is opened, for the test's own hand: roots of the page stay what they are. */
function openOwnRoots(): void {
  const { prototype } = Element;
  const { attachShadow } = prototype;
  prototype.attachShadow = function (this: Element, options: ShadowRootInit): ShadowRoot {
    const isOurs = this.localName === 'alongside-widget';
    return attachShadow.call(this, isOurs ? { ...options, mode: 'open' } : options);
  };
}

/** What left a page, as the browser sent it: each message of its sockets inflated, each request to the server. */
export class Leaving {
  readonly requests: string[] = [];
  readonly #frames: string[] = [];
  readonly #others: string[] = [];

  /** Messages of the shared page's socket. */
  get said(): readonly Said[] {
    return this.#frames.map((text) => JSON.parse(text) as Said);
  }

  /** Lists of events, one text for each frame. */
  get frames(): string[] {
    const frames: string[] = [];
    let joined = '';
    for (const { type, events, text = '', part = 0, parts = 0 } of this.said) {
      if (type === 'frame' || type === 'pointer') frames.push(JSON.stringify(events));
      if (type !== 'frame-part') continue;
      joined += text;
      if (part < parts - 1) continue;
      frames.push(joined);
      joined = '';
    }
    return frames;
  }

  get snapshots(): number {
    return this.said.filter(({ type, snapshot, part = 0 }) => /^frame/.test(type) && snapshot && part === 0)
      .length;
  }

  /** All that was said elsewhere, on the relay and in requests. */
  get others(): string[] {
    return [
      ...this.#others,
      ...this.requests,
      ...this.#frames.filter((text) => !/^."type":"frame/.test(text)),
    ];
  }

  socket(socket: PageSocket): void {
    const to = socket.url().endsWith('/v1/co-browse') ? this.#frames : this.#others;
    socket.on('framesent', ({ payload }) => {
      to.push(payload.toString());
    });
  }
}

/** A visitor in a real browser whose pages are shared by the built widget; the agent who asked has sockets only. */
export class SharedVisitor {
  readonly page: Page;
  readonly widget: VisitorOnPage;
  /** What left the page that is open. */
  left = new Leaving();
  /** What the widget complained about on it. */
  faults: string[] = [];
  readonly #server: ShareServer;
  #viewer: Wire | undefined;
  #shown: HostPage = { html: '<h1>Shop</h1>' };

  private constructor(server: ShareServer, widget: VisitorOnPage) {
    this.#server = server;
    this.widget = widget;
    this.page = widget.page;
  }

  /** A visitor chats with the agent, is asked, and allows it. */
  static async open(browser: Browser, server: ShareServer, agent: Agent): Promise<SharedVisitor> {
    const context = await browser.newContext();
    await context.addInitScript(openOwnRoots);
    const visitor = new SharedVisitor(server, new VisitorOnPage(await context.newPage()));
    const { page, widget } = visitor;
    await context.route('**/*', (route) => {
      const request = route.request();
      const url = request.url();
      if (url.startsWith(`${server.url}/`)) return route.continue();
      const isPage = request.resourceType() === 'document' && request.frame() === page.mainFrame();
      if (!isPage || !url.startsWith(SHOP)) return route.abort();
      return route.fulfill({ contentType: 'text/html', body: visitor.#document() });
    });
    page.on('websocket', (socket) => visitor.left.socket(socket));
    page.on('request', (request) => {
      if (request.url().startsWith(`${server.url}/`)) {
        visitor.left.requests.push(`${request.url()} ${request.postData() ?? ''}`);
      }
    });
    page.on('console', (message) => {
      if (message.type() === 'error' && message.text().includes('alongside'))
        visitor.faults.push(message.text());
    });
    await page.goto(`${SHOP}/`);
    await widget.openChat();
    await widget.write('Could you have a look at my page?');
    await visitor.#allow(agent);
    return visitor;
  }

  async #allow(agent: Agent): Promise<void> {
    const { page } = this;
    const { conversation, ...offer } = await nextOffer(agent);
    await agent.command({ type: 'desk.accept', item: offer.item, offer: offer.offer });
    await agent.command({ type: 'co-browse.ask', scope: 'view' }, conversation);
    const dialog = page.getByRole('dialog', { name: /^Share this page with / });
    await dialog.getByRole('button', { name: 'Allow', exact: true }).click();
    await this.untilSnapshots(1);
    await page.getByRole('button', { name: 'Close' }).first().click();
    const hello = this.left.said.find(({ type }) => type === 'hello') as { share?: string } | undefined;
    this.#viewer = await agent.view(hello?.share ?? '', conversation);
    await this.#viewer.next('frame');
  }

  #document(): string {
    const { html, head = '', isBare = false } = this.#shown;
    const snippet = isBare ? '' : `<script async src="${this.#server.url}/embed/demo.js"></script>`;
    return `<!doctype html><html><head><meta charset="utf-8"><title>Shop</title>${head}${snippet}</head><body>${html}</body></html>`;
  }

  /** Goes to the next page of the host. It is shared without a question (CO8) once the snippet is on it. */
  async goTo(shown: HostPage): Promise<void> {
    this.#shown = shown;
    this.left = new Leaving();
    this.faults = [];
    const { path = '/', referrer } = shown;
    await this.page.goto(SHOP + path, {
      waitUntil: 'load',
      ...(referrer !== undefined && { referer: referrer }),
    });
    if (shown.isBare !== true) await this.untilSnapshots(1);
  }

  /** Puts the snippet on a page that has none. */
  async paste(): Promise<void> {
    await this.page.evaluate((src) => {
      document.head.append(Object.assign(document.createElement('script'), { src }));
    }, `${this.#server.url}/embed/demo.js`);
    await this.untilSnapshots(1);
  }

  /** What was done last has been recorded and has left: a snapshot that was asked for after it is there. */
  async snapshot(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const before = this.left.snapshots;
    this.#viewer?.send({ type: 'resync', reason: 'a test wants to see all' });
    await this.untilSnapshots(before + 1);
  }

  async untilSnapshots(count: number): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (this.left.snapshots < count) {
      if (performance.now() > deadline) {
        const types = this.left.said.map(({ type }) => type).join(' ');
        throw new Error(`no snapshot ${count} left the page: ${types}\n${this.faults.join('\n')}`);
      }
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  /** The page's element, or the widget's where the corpus stands for it. */
  locate(selector: string): Locator {
    return selector.includes('data-alongside-composer')
      ? this.widget.message
      : this.page.locator(selector).first();
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
