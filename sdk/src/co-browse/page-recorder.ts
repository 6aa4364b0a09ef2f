import { record } from 'rrweb';
import { MASK } from '../lib/mask-page.ts';
import type { Clock } from '../lib/clock.ts';
import { FrameBatcher, frameTimer } from './frame-batcher.ts';
import { keepHostMembers } from './host-hooks.ts';
import type { PageEvent } from './page-events.ts';
import { type PrivacySettings, type SelectorFault, selectorFaults } from './privacy-settings.ts';
import { fieldsOf, itemsOf } from './reading.ts';
import { MUTATIONS_MAX } from './scrub-mutations.ts';
import { DECIDING_ATTRIBUTES, Scrubber } from './scrubber.ts';

/** Measured: rrweb's own batching makes a pointer a quarter of a second late. */
const SAMPLING = { mousemove: 40, mousemoveCallback: 80, scroll: 60, media: 800, input: 'all' } as const;
/** Snapshots cost the page; a change of what may be seen waits this long for others like it. */
const RENEWAL_DELAY_MS = 50;

export interface RecordingOptions {
  readonly window: Window & typeof globalThis;
  readonly clock: Clock;
  readonly settings: PrivacySettings;
  /** A random number of this session’s own. */
  readonly salt: number;
  /** Gets what may leave the page: the first event at once, the rest of its animation frame together. */
  readonly send: (events: readonly PageEvent[]) => void;
  /** Hears what went wrong inside; the page never does. */
  readonly failed: (error: unknown) => void;
}

/** A page that is being recorded. */
export interface Recording {
  readonly state: 'recording';
  /** Sends the whole page again. */
  takeSnapshot(): void;
  /** Hides an element for the rest of the session, as the visitor asked. */
  block(element: Element): void;
  /** Ends at once: nothing is sent any more, and the page is as it was. */
  stop(): void;
}

/** Why a page is not recorded: a selector that would protect nothing (CO4). */
export interface RefusedRecording {
  readonly state: 'refused';
  readonly faults: readonly SelectorFault[];
}

function changesWhatIsSeen(event: unknown): boolean {
  const data = fieldsOf(fieldsOf(event)['data']);
  if (data['source'] !== 0) return false;
  return itemsOf(data['attributes'], MUTATIONS_MAX).some((item) =>
    Object.keys(fieldsOf(fieldsOf(item)['attributes'])).some((name) =>
      DECIDING_ATTRIBUTES.has(name.toLowerCase()),
    ),
  );
}

function isTooMuch(event: unknown): boolean {
  const data = fieldsOf(fieldsOf(event)['data']);
  const lists = ['texts', 'attributes', 'removes', 'adds'].map((name) =>
    itemsOf(data[name], MUTATIONS_MAX + 1),
  );
  return data['source'] === 0 && lists.reduce((sum, { length }) => sum + length, 0) > MUTATIONS_MAX;
}

class PageRecording implements Recording {
  readonly state = 'recording';
  readonly #options: RecordingOptions;
  readonly #scrubber: Scrubber;
  readonly #batcher: FrameBatcher<PageEvent>;
  readonly #witness: MutationObserver;
  #stops: (() => void)[] = [];
  #isRunning = true;
  #renewal: (() => void) | undefined;

  constructor(options: RecordingOptions) {
    const { window, clock, settings, salt, send } = options;
    this.#options = options;
    this.#scrubber = new Scrubber({ settings, salt, document: window.document, mirror: record.mirror });
    this.#batcher = new FrameBatcher(frameTimer(window, clock), send);
    // Made before the recorder's own, so it is told first: what was masked and moved in one task is known by then.
    this.#witness = new window.MutationObserver((records) => {
      this.#scrubber.privacy.witness(records);
    });
    this.#witness.observe(window.document, { childList: true, subtree: true });
  }

  start(): void {
    const { window } = this.#options;
    const running = keepHostMembers(window);
    const stop = record({
      emit: (event) => {
        this.#take(event);
      },
      maskAllInputs: true,
      maskInputFn: () => MASK,
      slimDOMOptions: 'all',
      inlineStylesheet: true,
      recordCanvas: false,
      collectFonts: false,
      inlineImages: false,
      recordCrossOriginIframes: false,
      blockSelector: this.#scrubber.privacy.blockSelector,
      errorHandler: (error) => {
        this.#options.failed(error);
        return true;
      },
      sampling: SAMPLING,
    });
    const putBack = running();
    this.#stops = [() => stop?.(), putBack];
  }

  #take(event: unknown): void {
    if (!this.#isRunning) return;
    try {
      if (isTooMuch(event)) {
        this.#renew();
        return;
      }
      const scrubbed = this.#scrubber.scrub(event);
      if (scrubbed) this.#batcher.add(scrubbed);
      if (changesWhatIsSeen(event)) this.#renew();
    } catch (error) {
      // What could not be judged does not leave; the next snapshot shows what is missing.
      this.#options.failed(error);
      this.#renew();
    }
  }

  #renew(): void {
    this.#renewal ??= this.#options.clock.after(RENEWAL_DELAY_MS, () => {
      this.#renewal = undefined;
      this.takeSnapshot();
    });
  }

  takeSnapshot(): void {
    if (this.#isRunning) record.takeFullSnapshot(true);
  }

  block(element: Element): void {
    this.#scrubber.privacy.block(element);
    this.takeSnapshot();
  }

  stop(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#renewal?.();
    this.#batcher.stop();
    this.#witness.disconnect();
    for (const stop of this.#stops) stop();
  }
}

/** Starts to record a page, or refuses to because of its settings. */
export function startRecording(options: RecordingOptions): Recording | RefusedRecording {
  const faults = selectorFaults(options.settings, options.window.document);
  if (faults.length > 0) return { state: 'refused', faults };
  const recording = new PageRecording(options);
  recording.start();
  return recording;
}
