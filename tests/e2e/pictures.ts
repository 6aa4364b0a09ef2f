/** Takes the pictures of docs/images from the running product: `npm run pictures`. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium, newContext } from '../support/chromium.ts';
import { startServer } from '../support/server-process.ts';

const FOLDER = resolve(import.meta.dirname, '../../docs/images');
const DESKTOP = { width: 1_400, height: 840 };
/** The server's close for who is to come back later (sdk/src/protocol/close-codes.ts). */
const BUSY_CODE = 1013;
const BUSY_LASTS_MS = 10_000;
const PHONE = { width: 390, height: 844 };

const server = await startServer();
const browser = await launchChromium();
try {
  await mkdir(FOLDER, { recursive: true });
  await bothSides();
  await onPhone();
  await inTrouble();
} finally {
  await browser.close();
  await server.remove();
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
}

async function bothSides(): Promise<void> {
  const page = await (await newContext(browser, { viewport: DESKTOP })).newPage();
  await page.goto(`${server.url}/demo/both`);
  const shop = page.locator('iframe').first().contentFrame();
  const desk = page.frameLocator('iframe[src*="/console/"]');
  await shop.getByRole('button', { name: 'Chat with us' }).click();
  await shop.getByRole('button', { name: 'Chat', exact: true }).click();
  const message = shop.getByRole('textbox', { name: 'Message' });
  await message.fill('Hello, does the **steel frame** come in 58 cm?');
  await message.press('Enter');
  await desk.getByRole('button', { name: 'Accept' }).click();
  const reply = desk.getByRole('textbox', { name: 'Reply' });
  await reply.fill('It does. Two are on the shelf.');
  await reply.press('Enter');
  await shop.getByText('It does. Two are on the shelf.').waitFor();
  await message.fill('Could you keep one for me until Saturday?');
  await message.press('Enter');
  const log = desk.getByRole('log', { name: 'Conversation' });
  await log.getByText('Could you keep one for me until Saturday?').waitFor();
  await shop.getByRole('log', { name: 'Conversation' }).getByText('Read').waitFor();
  await take(page, 'chat-both-sides');
}

async function onPhone(): Promise<void> {
  const context = await newContext(browser, {
    viewport: PHONE,
    colorScheme: 'dark',
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  await page.goto(`${server.url}/demo/shop/`);
  await page.getByRole('button', { name: 'Chat with us' }).tap();
  await page.getByRole('button', { name: 'Chat', exact: true }).tap();
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('Is the shop open on Sunday?');
  await page.getByRole('button', { name: 'Send' }).tap();
  await page.getByRole('log', { name: 'Conversation' }).getByText('Sent').waitFor();
  await take(page, 'chat-phone-dark');
}

/** What a visitor reads while something is wrong. */
async function inTrouble(): Promise<void> {
  const context = await newContext(browser, { viewport: { width: 900, height: 780 } });
  const page = await context.newPage();
  let busy = false;
  await page.routeWebSocket(/\/v1\/relay/, (socket) => {
    const relay = socket.connectToServer();
    relay.onMessage((message) => {
      if (busy) void socket.close({ code: BUSY_CODE, reason: `retry-after=${BUSY_LASTS_MS}` });
      else socket.send(message);
    });
  });
  await page.goto(`${server.url}/demo/shop/`);
  await page.getByRole('button', { name: 'Chat with us' }).click();
  await page.getByRole('button', { name: 'Chat', exact: true }).click();
  const message = page.getByRole('textbox', { name: 'Message' });
  const conversation = page.getByRole('log', { name: 'Conversation' });
  const write = async (text: string): Promise<void> => {
    await message.fill(text);
    await message.press('Enter');
    await conversation.getByText(text, { exact: true }).waitFor();
  };
  await write('Is the blue one in stock?');
  await conversation.getByText('Sent').waitFor();
  await context.setOffline(true);
  await write('I can also come by tomorrow.');
  await conversation.getByText('Saved on this device').waitFor();
  await take(page, 'trouble-offline');
  await context.setOffline(false);
  await conversation.getByText('Saved on this device').waitFor({ state: 'hidden' });
  busy = true;
  await write('Before noon, if that suits you.');
  await page.getByText('Many people are writing.').waitFor();
  await take(page, 'trouble-busy');
  busy = false;
  await conversation.getByText('Saved on this device').waitFor({ state: 'hidden' });
  await server.kill();
  await write('Are you still there?');
  await page.getByText('Not sent yet. Reconnecting.').waitFor();
  await take(page, 'trouble-reconnecting');
}
