import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { mustFind } from './programs.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Makes every shadow root open, before any script of the page runs: the widget's is closed, and nothing but
 * `attachShadow` may make it, so that this is enough to look inside.
 */
export function openShadowRoots(): void {
  // The prototype is patched in the test's page only; the product never does that to a host page.
  const { prototype } = Element;
  const { attachShadow } = prototype;
  prototype.attachShadow = function (this: Element, options: ShadowRootInit): ShadowRoot {
    return attachShadow.call(this, { ...options, mode: 'open' });
  };
}

/** Starts a headless browser; its contexts are like private windows. Who calls closes it. */
export async function launchChromium(extraFlags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: mustFind('chromium'),
    headless: true,
    args: [...FLAGS, ...extraFlags],
  });
}

/** A private window whose pages show what is inside of closed shadow roots. */
export async function newContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  await context.addInitScript(openShadowRoots);
  return context;
}

/** A browser whose profile is on disk, so that it can be killed and opened again with what it had stored. */
export interface PersistentChromium {
  readonly context: BrowserContext;
  /** Ends it; what it stored stays in the profile folder. */
  close(): Promise<void>;
}

/** Opens a browser on a profile folder; the same folder opened again is the same visitor. */
export async function openProfile(
  profileFolder: string,
  options: BrowserContextOptions = {},
): Promise<PersistentChromium> {
  const context = await chromium.launchPersistentContext(profileFolder, {
    ...options,
    executablePath: mustFind('chromium'),
    headless: true,
    args: FLAGS,
  });
  await context.addInitScript(openShadowRoots);
  return { context, close: () => context.close() };
}

/** An empty folder for {@link openProfile}. */
export const profileFolder = () => temporaryFolder('profile');
