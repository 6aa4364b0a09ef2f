import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';

/** A page that is slow on purpose, on a machine that is slow anyway. */
const WAIT_MS = 120_000;
const CONSOLE = 'https://console.test';
const VIEWER = 'https://view.test';
/** The viewer’s headers in the design, without the site’s own assets. */
export const VIEWER_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "font-src 'self' data: blob:; connect-src 'none'; frame-src 'none'; worker-src 'self'; form-action 'none'; " +
  `base-uri 'none'; object-src 'none'; media-src 'none'; frame-ancestors ${CONSOLE}`;

const CONSOLE_PAGE = `<!doctype html><textarea id=composer autofocus></textarea>
<iframe id=view sandbox="allow-scripts allow-same-origin" src="${VIEWER}/" style="width:800px;height:600px"></iframe>
<script>
  window.told = [];
  const view = document.querySelector('#view');
  view.onload = () => {
    if (window.port) { window.told.push({ type: 'reloaded' }); return; }
    const { port1, port2 } = new MessageChannel();
    window.port = port1;
    port1.onmessage = ({ data }) => window.told.push(data);
    view.contentWindow.postMessage('alongside-replay', '${VIEWER}', [port2]);
  };
  window.give = (events) => window.port.postMessage({ type: 'frame', text: typeof events === 'string' ? events : JSON.stringify(events) });
</script>`;
const VIEWER_PAGE = `<!doctype html><html><head><style>.stage iframe{border:0}</style></head><body><script src="/replay.js"></script></body></html>`;

/** What a viewer did that it must not. */
export interface Damage {
  readonly scripts: number;
  readonly requests: readonly string[];
  readonly errors: readonly string[];
  readonly popups: number;
  readonly focus: string;
  readonly isPolluted: boolean;
}

interface ConsoleWindow extends Window {
  told: { type: string; reason?: string }[];
  give(events: unknown): void;
}

/** A console’s page with a viewer in it, each on an origin of its own, in one real browser. */
export class Viewing {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #requests: string[];
  readonly #errors: string[] = [];
  #popups = 0;

  private constructor(context: BrowserContext, page: Page, requests: string[]) {
    this.#context = context;
    this.page = page;
    this.#requests = requests;
    page.on('pageerror', (error) => this.#errors.push(error.message));
    page.on('crash', () => this.#errors.push('crashed'));
    context.on('page', () => this.#popups++);
  }

  static async open(browser: Browser, replay: string): Promise<Viewing> {
    const context = await browser.newContext();
    const requests: string[] = [];
    await context.route('**/*', (route) => {
      const url = route.request().url();
      if (url === `${CONSOLE}/`) return route.fulfill({ contentType: 'text/html', body: CONSOLE_PAGE });
      if (url === `${VIEWER}/replay.js`)
        return route.fulfill({ contentType: 'text/javascript', body: replay });
      if (url === `${VIEWER}/`) {
        const headers = { 'content-security-policy': VIEWER_POLICY, 'origin-agent-cluster': '?1' };
        return route.fulfill({ contentType: 'text/html', headers, body: VIEWER_PAGE });
      }
      requests.push(url);
      return route.abort();
    });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const viewing = new Viewing(context, page, requests);
    await page.addInitScript(() => {
      const { tasks } = Object.assign(window, { tasks: [] as number[] });
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ type: 'longtask' });
    });
    await page.goto(`${CONSOLE}/`);
    await page.waitForFunction(() => (window as unknown as ConsoleWindow).told.length > 0);
    await page.focus('#composer');
    return viewing;
  }

  /** The longest task of the viewer until now, in milliseconds; what comes is measured anew. */
  async takeLongestTask(): Promise<number> {
    return this.viewer.evaluate(() =>
      Math.max(0, ...(window as unknown as { tasks: number[] }).tasks.splice(0)),
    );
  }

  get viewer(): Frame {
    const frame = this.page.frames().find((one) => one.url() === `${VIEWER}/`);
    if (!frame) throw new Error('the viewer is gone');
    return frame;
  }

  /** Sends events as one frame, or a text as it is. */
  async give(events: unknown): Promise<void> {
    // As text, because an object on its way into the browser would lose what makes it hostile.
    const text = typeof events === 'string' ? events : JSON.stringify(events);
    await this.page.evaluate((frame) => (window as unknown as ConsoleWindow).give(frame), text);
  }

  /** Answers the viewer's questions for pictures and fonts. */
  async answers(
    answer: (asset: string) => Promise<{ mime: string; data: string } | undefined>,
  ): Promise<void> {
    await this.page.exposeBinding('answer', (_source, asset: string) => answer(asset));
    await this.page.evaluate(() => {
      const { answer: ask, port } = window as unknown as {
        answer(asset: string): Promise<{ mime: string; data: string } | undefined>;
        port: MessagePort;
      };
      port.addEventListener('message', ({ data }: MessageEvent<{ type: string; asset: string }>) => {
        if (data.type !== 'asset-asked') return;
        const { asset } = data;
        void ask(asset).then((found) => {
          if (!found) port.postMessage({ type: 'no-asset', asset, again: false });
          else {
            const bytes = Uint8Array.from(atob(found.data), (character) => character.charCodeAt(0));
            port.postMessage({ type: 'asset', asset, mime: found.mime, bytes });
          }
        });
      });
    });
  }

  /** How often the viewer said something of a type. */
  told(type: string): Promise<number> {
    return this.page.evaluate(
      (wanted) => (window as unknown as ConsoleWindow).told.filter((each) => each.type === wanted).length,
      type,
    );
  }

  /** Text of the page that is shown. */
  shown(): Promise<string> {
    return this.viewer.evaluate(() => {
      const frame = document.querySelector<HTMLIFrameElement>('.stage iframe');
      return frame?.contentDocument?.querySelector('body')?.textContent ?? '';
    });
  }

  async waitFor(text: string): Promise<void> {
    await this.viewer.waitForFunction((wanted) => {
      const frame = document.querySelector<HTMLIFrameElement>('.stage iframe');
      return frame?.contentDocument?.querySelector('body')?.textContent.includes(wanted) ?? false;
    }, text);
  }

  async damage(): Promise<Damage> {
    const inFrames = await Promise.all(
      this.page.frames().map((frame) =>
        frame.evaluate(() => ({
          script: '__pwned' in window,
          polluted: 'polluted' in {},
        })),
      ),
    );
    return {
      scripts: inFrames.filter(({ script }) => script).length,
      requests: this.#requests,
      errors: this.#errors,
      popups: this.#popups,
      focus: await this.page.evaluate(() => document.activeElement?.id ?? ''),
      isPolluted: inFrames.some(({ polluted }) => polluted),
    };
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
