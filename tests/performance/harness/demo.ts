import { get } from 'node:http';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { launchChromium, newContext } from '../../support/chromium.ts';
import { type ServerProcess, startServer } from '../../support/server-process.ts';

/** The demo's server and a browser beside it. */
export interface Demo {
  readonly server: ServerProcess;
  readonly browser: Browser;
  /** A page of demo-site/fixtures with the snippet. */
  readonly withUs: string;
  /** The same page without it. */
  readonly without: string;
}

/** Runs `work` with a demo server and a browser of its own, and ends both. */
export async function withDemo<T>(work: (demo: Demo) => Promise<T>): Promise<T> {
  const server = await startServer();
  try {
    const browser = await launchChromium();
    try {
      const fixtures = `${server.url}/demo/fixtures`;
      return await work({
        server,
        browser,
        withUs: `${fixtures}/plain.html`,
        without: `${fixtures}/plain-without.html`,
      });
    } finally {
      await browser.close();
    }
  } finally {
    await server.remove();
  }
}

/** A page in a private window of its own, so that nothing is cached or stored from another one. */
export async function withPage<T>(
  { browser }: Demo,
  work: (page: Page, context: BrowserContext, session: CDPSession) => Promise<T>,
): Promise<T> {
  const context = await newContext(browser, { viewport: { width: 1_280, height: 800 } });
  try {
    const page = await context.newPage();
    return await work(page, context, await context.newCDPSession(page));
  } finally {
    await context.close();
  }
}

/** Presses the launcher and waits for the panel, then for the conversation in it. */
export async function openPanel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Chat with us' }).click();
  const panel = page.getByRole('dialog', { name: 'Chat with us' });
  await panel.waitFor();
  const chat = panel.getByRole('button', { name: 'Chat', exact: true });
  const message = panel.getByRole('textbox', { name: 'Message' });
  await chat.or(message).first().waitFor();
  if (!(await message.isVisible())) await chat.click();
  await message.waitFor();
}

/** Bytes of a body as the server sends it to who accepts gzip; as they are where it does not compress. */
export function servedBytes(url: string): Promise<{ bytes: number; encoding: string }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => (bytes += part.length));
      response.once('end', () => {
        if (response.statusCode === 200) {
          resolve({ bytes, encoding: response.headers['content-encoding'] ?? 'none' });
        } else {
          reject(new Error(`${url} answered ${String(response.statusCode)}`));
        }
      });
      response.once('error', reject);
    }).once('error', reject);
  });
}
