import type { FrameLocator, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { VisitorOnPage } from './people.ts';

const WAIT = { timeout: 30_000, interval: 200 };

/** What an agent sees of a visitor's page, by the accessible names that people use. */
export class Stage {
  readonly region: Locator;
  /** The visitor's page as it is shown. */
  readonly shown: FrameLocator;
  /** Our own parts over it. */
  readonly over: FrameLocator;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    this.region = page.getByRole('region', { name: 'Their page' });
    this.over = this.region.frameLocator('iframe');
    this.shown = this.over.frameLocator('.stage iframe');
  }

  button(name: string): Locator {
    return this.region.getByRole('button', { name, exact: true });
  }

  heading(name: string): Locator {
    return this.shown.locator('h1', { hasText: name });
  }

  /** Presses where an element of the shown page is, as soon as the picture stands still there. */
  async press(visitor: VisitorOnPage, selector: string): Promise<void> {
    await visitor.page.locator(selector).scrollIntoViewIfNeeded();
    const frame = await this.region.locator('iframe').boundingBox();
    let last = '';
    const box = await expect
      .poll(async () => {
        const found = await this.shown.locator(selector).boundingBox();
        const text = JSON.stringify(found);
        const isStill = text === last;
        last = text;
        return (
          isStill && found && frame && found.y > frame.y && found.y + found.height < frame.y + frame.height
        );
      }, WAIT)
      .toBe(true)
      .then(() => this.shown.locator(selector).boundingBox());
    if (!box) throw new Error(`${selector} is not shown`);
    await this.page.mouse.click(box.x + Math.min(box.width / 2, 60), box.y + box.height / 2);
  }

  /** Waits until it is said where it happened. */
  async says(words: string | RegExp): Promise<void> {
    await this.over.locator('.bubble', { hasText: words }).waitFor();
  }
}

/** The visitor allows what an agent asked. */
export async function allow(visitor: VisitorOnPage, name: string): Promise<void> {
  const dialog = visitor.page.getByRole('dialog', { name: `Share this page with ${name}?` });
  await dialog.getByRole('button', { name: 'Allow', exact: true }).click();
  await visitor.page.getByText(`${name} can see this page`).waitFor();
}

/** Frames that a page has sent, by what they are. */
export function framesOf(page: Page): { readonly sent: string[]; readonly open: Set<unknown> } {
  const sent: string[] = [];
  const open = new Set<unknown>();
  page.on('websocket', (socket) => {
    if (!socket.url().endsWith('/v1/co-browse')) return;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('framesent', ({ payload }) => {
      if (payload.toString().startsWith('{"type":"frame')) sent.push(payload.toString());
    });
  });
  return { sent, open };
}

/** When the viewer shows a text in an element that is seen; the clock is the machine's. */
export function shownAt(stage: Stage, selector: string, text: string): Promise<number> {
  const viewer = stage.page.frames().find((frame) => frame.url().includes('/view/'));
  if (!viewer) throw new Error('there is no viewer');
  return viewer.evaluate(
    ([wanted = '', words = '']) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const inner = document.querySelector<HTMLIFrameElement>('.stage iframe')?.contentDocument;
          const found = [...(inner?.querySelectorAll<HTMLElement>(wanted) ?? [])];
          const isShown = found.some(
            (one) => one.textContent.includes(words) && one.getClientRects().length > 0,
          );
          if (isShown) resolve(Date.now());
          else setTimeout(look, 4);
        };
        look();
      }),
    [selector, text],
  );
}

/** What the lines of a log say from one on, without the time of day and the visitor's made-up name. */
export async function linesOf(lines: Locator, from: string): Promise<string[]> {
  const texts = await lines.allInnerTexts();
  const said = texts.map((text) =>
    text
      .replace(/\s+/g, ' ')
      .replace(/ · [^·]*$/, '')
      .replace(/Visitor \w+/, 'Visitor')
      .trim(),
  );
  return said.slice(said.findIndex((text) => text.startsWith(from))).filter((text) => text !== '');
}
