import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { newContext } from '../support/chromium.ts';
import type { ServerProcess } from '../support/server-process.ts';

/** As much of a server as people need. */
export type Place = Pick<ServerProcess, 'url' | 'signInLinks'>;

/** A visitor with a browser of their own, by the accessible names that people use. */
export class VisitorOnPage {
  readonly page: Page;
  /** Every text frame that the server sent to this browser. */
  readonly received: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        this.received.push(payload.toString());
      });
    });
  }

  /** Opens a page of the demo in a private window. */
  static async on(browser: Browser, server: Place, path = '/demo/shop/'): Promise<VisitorOnPage> {
    return VisitorOnPage.in(await newContext(browser), server, path);
  }

  static async in(context: BrowserContext, server: Place, path: string): Promise<VisitorOnPage> {
    const visitor = new VisitorOnPage(await context.newPage());
    await visitor.page.goto(server.url + path);
    return visitor;
  }

  get launcher(): Locator {
    return this.page.getByRole('button', { name: 'Chat with us' });
  }

  get conversation(): Locator {
    return this.page.getByRole('log', { name: 'Conversation' });
  }

  get message(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  /** Opens the panel and goes to the chat, by way of the home where it opens there. */
  async openChat(): Promise<void> {
    await this.launcher.click();
    const row = this.page.getByRole('button', { name: 'Chat', exact: true });
    await row.or(this.message).first().waitFor();
    if (await row.isVisible()) await row.click();
    await this.message.waitFor();
  }

  async write(text: string): Promise<void> {
    await this.message.fill(text);
    await this.message.press('Enter');
    await this.conversation.getByText(text, { exact: true }).waitFor();
  }

  /** Texts of the bubbles that are `name…`, in the order of the page. */
  texts(prefix: string): Promise<string[]> {
    return bubbles(this.conversation, prefix);
  }
}

/** An agent with a console of their own. */
export class AgentAtDesk {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Signs in by the one-time link, in a private window. */
  static async signedIn(browser: Browser, server: Place, name: string): Promise<AgentAtDesk> {
    const context = await newContext(browser, { viewport: { width: 1_440, height: 900 } });
    const agent = new AgentAtDesk(await context.newPage());
    const link = server.signInLinks.get(name);
    if (link === undefined) throw new Error(`no sign-in link for ${name}`);
    await agent.page.goto(link);
    await agent.status.waitFor();
    return agent;
  }

  get status(): Locator {
    return this.page.getByRole('combobox', { name: 'Status' });
  }

  get offer(): Locator {
    return this.page.getByRole('alertdialog', { name: 'New chat' });
  }

  get conversation(): Locator {
    return this.page.getByRole('log', { name: 'Conversation' });
  }

  get reply(): Locator {
    return this.page.getByRole('textbox', { name: 'Reply' });
  }

  async become(status: 'Available' | 'Away' | 'Offline'): Promise<void> {
    await this.status.selectOption({ label: status });
  }

  async accept(): Promise<void> {
    await this.offer.getByRole('button', { name: 'Accept' }).click();
    await this.reply.waitFor();
  }

  async answer(text: string): Promise<void> {
    await this.reply.fill(text);
    await this.reply.press('Enter');
    await this.conversation.getByText(text, { exact: true }).waitFor();
  }

  /** Ends the chat without saying what it was about. */
  async finish(): Promise<void> {
    await this.page.getByRole('button', { name: 'Finish', exact: true }).click();
    const dialog = this.page.getByRole('dialog', { name: /^Finish/ });
    await dialog.getByRole('button', { name: 'Finish', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  async note(text: string): Promise<void> {
    const toggle = this.page.getByRole('button', { name: 'Note', exact: true });
    await toggle.click();
    await this.answer(text);
    await toggle.click();
  }

  texts(prefix: string): Promise<string[]> {
    return bubbles(this.conversation, prefix);
  }
}

/** Lines of a log that begin with `prefix`, each as often as it stands there. */
async function bubbles(log: Locator, prefix: string): Promise<string[]> {
  const lines = (await log.innerText()).split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith(prefix));
}
