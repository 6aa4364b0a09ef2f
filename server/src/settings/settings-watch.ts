import type { Clock } from '@alongside/sdk/shared';
import type { Bus } from '../bus/bus.ts';
import { type Report, oneLine } from '../lib/report.ts';
import type { DecidedSettings } from './decided-settings.ts';
import type { SettingsService } from './settings-service.ts';
import type { SettingsStore } from './settings-store.ts';

/** The command line changes settings beside a server and cannot tell it; nor does a bus that is away. */
const LOOK_EVERY_MS = 1_000;

export interface SettingsWatchOptions {
  settings: SettingsService;
  store: Pick<SettingsStore, 'heads'>;
  clock: Clock;
  bus: Bus;
  report: Report;
  /**
   * Makes the settings of a site hold. Called for one change of a site at a time; again at the next look where it
   * throws, or answers that something cannot be done yet.
   */
  apply: (site: string, settings: DecidedSettings) => Promise<'done' | 'not-yet'>;
}

/**
 * Makes every change hold in this process without a restart: at once what was changed here or what the bus tells,
 * within a second whatever else finds its way into the store.
 */
export class SettingsWatch {
  readonly #options: SettingsWatchOptions;
  readonly #stops: (() => void)[];
  /** The change of each site that holds here. */
  readonly #applied = new Map<string, number>();
  /** Looked after although nothing was ever changed there. */
  readonly #opened = new Set<string>();
  readonly #inHand = new Map<string, Promise<void>>();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: SettingsWatchOptions) {
    this.#options = options;
    this.#stops = [
      options.settings.onChanged((site, head) => this.#see(site, head)),
      options.bus.subscribe('settings', '', ({ site, head }) => void this.#see(site, head)),
    ];
    this.#later();
  }

  /** Makes what holds at a site hold here; for a start, which settings that cannot be applied must not prevent. */
  open(site: string): Promise<void> {
    this.#opened.add(site);
    return this.#see(site, 0);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    for (const stop of this.#stops) stop();
  }

  /** Resolves once a change holds here, or was given to the next look. */
  async #see(site: string, head: number): Promise<void> {
    try {
      await this.#inTurn(site, async () => {
        if ((this.#applied.get(site) ?? -1) < head) await this.#apply(site);
      });
    } catch (error) {
      this.#options.report('settings-not-applied', { site, error: oneLine(error) });
    }
  }

  async #apply(site: string): Promise<void> {
    if (this.#stopped) return;
    const { settings, apply } = this.#options;
    const decided = await settings.read(site);
    if ((await apply(site, decided)) === 'done') this.#applied.set(site, decided.head);
  }

  async #inTurn(site: string, work: () => Promise<void>): Promise<void> {
    const before = this.#inHand.get(site) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    this.#inHand.set(site, mine);
    try {
      await mine;
    } finally {
      if (this.#inHand.get(site) === mine) this.#inHand.delete(site);
    }
  }

  #later(): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(
      LOOK_EVERY_MS,
      () => void this.#look().then(() => this.#later()),
    );
  }

  async #look(): Promise<void> {
    try {
      const heads = await this.#options.store.heads();
      const sites = new Set([...this.#opened, ...heads.keys()]);
      await Promise.all([...sites].map((site) => this.#see(site, heads.get(site) ?? 0)));
    } catch (error) {
      // A store in trouble is said by its health; the next look finds the same.
      this.#options.report('settings-not-read', { error: oneLine(error) });
    }
  }
}
