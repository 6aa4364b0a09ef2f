import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ServerProcess } from '../support/server-process.ts';
import { AgentAtDesk, type VisitorOnPage } from './people.ts';

/** Long enough for a busy machine; what is waited for is there in a fraction of it. */
export const STEP_MS = 30_000;

/** What one does with a colleague at the desk, by what is read there. */
export class Colleague extends AgentAtDesk {
  static async at(browser: Browser, server: ServerProcess, name: string): Promise<Colleague> {
    return new Colleague((await AgentAtDesk.signedIn(browser, server, name)).page);
  }

  get bar(): Locator {
    return this.page.getByRole('status').filter({ hasText: /Asking|is here with you|You joined/ });
  }

  get wrapUp(): Locator {
    return this.page.getByRole('region', { name: 'Wrap-up' });
  }

  get transferDialog(): Locator {
    return this.page.getByRole('dialog', { name: /^Transfer / });
  }

  async open(text: string): Promise<void> {
    await this.page.getByRole('list', { name: 'Open' }).getByRole('link', { name: text }).click();
    await this.conversation.getByText(text).first().waitFor();
  }

  async transferTo(name: string, askFirst = false): Promise<void> {
    await this.page.getByRole('button', { name: 'Transfer', exact: true }).click();
    if (askFirst) await this.transferDialog.getByRole('switch', { name: /Ask first/ }).check();
    await this.transferDialog.getByRole('list', { name: 'Colleagues' }).getByRole('button', { name }).click();
    await this.transferDialog.waitFor({ state: 'hidden' });
    await this.bar.getByText(/^Asking/).waitFor();
  }

  /** A sentence that stands for some seconds only: it is waited for from before what leads to it. */
  isTold(text: RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor({ timeout: STEP_MS });
  }

  async decline(): Promise<void> {
    await this.offer.getByRole('button', { name: 'Decline' }).click();
    await this.offer.waitFor({ state: 'hidden' });
  }

  /** Changes a setting of the site as an admin; `value` becomes what stands there. */
  async put(kind: string, id: string, value: object): Promise<void> {
    const status = await this.page.evaluate(
      async ([path, name, more]) => {
        const list = (await (await fetch(path)).json()) as {
          items: { id: string; version: number; value: object }[];
        };
        const found = list.items.find((each) => each.id === name);
        const answer = await fetch(found ? `${path}/${name}` : path, {
          method: found ? 'PUT' : 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            ...(found ? { version: found.version } : { id: name }),
            value: { ...found?.value, ...more },
          }),
        });
        return answer.ok ? 'done' : `${answer.status}: ${await answer.text()}`;
      },
      [`/v1/${kind}`, id, value] as const,
    );
    expect(status).toBe('done');
  }
}

/** Lines of the visitor's conversation that say who came and went become these, and no others. */
export async function comingsAre(visitor: VisitorOnPage, ...lines: string[]): Promise<void> {
  const comings = async (): Promise<string[]> =>
    (await visitor.conversation.innerText()).split('\n').filter((line) => /has (joined|left)/.test(line));
  await expect.poll(comings, { timeout: STEP_MS }).toEqual(lines);
}

/** What somebody reads at a moment; `no` is what they must not read. */
export interface Reading {
  who: { readonly page: Page };
  reads?: readonly (string | RegExp)[];
  no?: readonly (string | RegExp)[];
}

/**
 * One moment of a story: everybody reads what is true for them then. What must not be read is looked at after all the
 * rest is there, so that it has had its time to come.
 */
export async function moment(...readings: Reading[]): Promise<void> {
  const shown = (page: Page, text: string | RegExp): Locator =>
    page.getByText(text).filter({ visible: true });
  await Promise.all(
    readings.flatMap(({ who, reads = [] }) =>
      reads.map((text) => shown(who.page, text).first().waitFor({ timeout: STEP_MS })),
    ),
  );
  for (const { who, no = [] } of readings) {
    for (const text of no) expect(await shown(who.page, text).count(), String(text)).toBe(0);
  }
}
