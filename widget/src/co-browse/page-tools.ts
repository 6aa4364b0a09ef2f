import type { VisitorClient } from '@alongside/sdk';
import { systemClock } from '@alongside/sdk/shared';
import {
  type Told,
  type VisitorAssets,
  type VisitorControl,
  fetchAssets,
  fetchControl,
} from '@alongside/sdk/sharing';
import { Overlay } from './overlay.ts';
import type { PageShare } from './page-share.ts';

export interface PageToolsOptions {
  readonly place: HTMLElement;
  readonly page: PageShare;
  readonly client: VisitorClient;
  readonly agent: () => string;
  readonly changed: () => void;
  readonly fail: (error: unknown) => void;
}

/** What agents do on a shared page: they show, and under a leave they act. */
export class PageTools {
  /** The visitor writes: an agent waits. */
  isPaused = false;
  readonly #options: PageToolsOptions;
  readonly #overlay: Overlay;
  #control: VisitorControl | undefined;
  /** Which recording the control is of: with a new one the numbers of nodes are new. */
  #controlled: unknown;
  #assets: VisitorAssets | undefined;
  #assetsOf: unknown;
  #queue: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(options: PageToolsOptions) {
    const { agent, page, place } = options;
    this.#options = options;
    this.#overlay = new Overlay({
      place,
      name: agent,
      elementOf: (id) => {
        const node = page.recording?.nodeOf(id);
        const element = node?.nodeType === 1 ? (node as Element) : node?.parentElement;
        return element?.isConnected === true ? element : undefined;
      },
    });
  }

  heard(message: Told<'mark' | 'act' | 'asset-asked'>): void {
    const { fail } = this.#options;
    if (message.type === 'mark') this.#overlay.mark(message);
    else if (message.type === 'asset-asked') void this.#give(message).catch(fail);
    else {
      // In order, also while the first of them waits for its code.
      this.#queue = this.#queue.then(() => this.#act(message)).catch(fail);
    }
  }

  /** The leave to act is over. */
  release(): void {
    this.#control?.stop();
    this.#control = undefined;
    this.#controlled = undefined;
    this.isPaused = false;
  }

  stop(): void {
    this.#isOver = true;
    this.release();
    this.#assets?.stop();
    this.#overlay.clear();
  }

  /** Hands over what an agent cannot load, as long as the recording lasts that named it (CO13). */
  async #give(question: Told<'asset-asked'>): Promise<void> {
    const { page } = this.#options;
    const { VisitorAssets: Assets } = await fetchAssets();
    const { names, recording } = page;
    if (!names || !recording || this.#isOver) return;
    if (this.#assetsOf !== recording) {
      this.#assets?.stop();
      this.#assetsOf = recording;
      this.#assets = new Assets({
        window,
        clock: systemClock,
        names,
        privacy: recording.privacy,
        answer: (part) => page.answer(part),
        buffered: () => page.buffered,
      });
    }
    this.#assets?.asked(question);
  }

  async #act(act: Told<'act'>): Promise<void> {
    const { page } = this.#options;
    const control = await this.#controlNow();
    page.answer(control?.act(act) ?? { type: 'acted', request: act.request, refused: 'paused' });
  }

  async #controlNow(): Promise<VisitorControl | undefined> {
    const { page } = this.#options;
    if (page.grant === undefined) this.release();
    if (this.#control && this.#controlled === page.recording) return this.#control;
    const { VisitorControl: Control } = await fetchControl();
    const { recording, settings } = page;
    if (!recording || !settings || this.#isOver || page.grant === undefined) return undefined;
    this.release();
    this.#controlled = recording;
    this.#control = new Control({
      page: recording,
      window,
      clock: systemClock,
      stream: page.stream,
      deny: settings.deny,
      allow: settings.allow ?? [],
      isStrict: settings.preset === 'strict',
      grant: () => page.grant,
      shown: (element, refused) => this.#overlay.flash(element, refused !== undefined),
      noted: (action, label, refused) => this.#note(action, label, refused),
      paused: (on) => {
        this.isPaused = on;
        this.#options.changed();
      },
    });
    return this.#control;
  }

  #note(action: 'click' | 'type' | 'select' | 'scroll' | 'navigate', label: string, refused?: string): void {
    const { client, page } = this.#options;
    const { grant, share } = page;
    if (!grant) return;
    const told = { type: 'co-browse.acted', share, grant: grant.id, action, label } as const;
    void client.command(refused === undefined ? told : { ...told, refused: refused as never });
  }
}
