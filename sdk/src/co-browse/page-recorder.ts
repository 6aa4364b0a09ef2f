import { record } from 'rrweb';
import { MASK } from '../lib/mask-page.ts';
import type { Clock } from '../lib/clock.ts';
import { FrameBatcher, frameTimer } from './frame-batcher.ts';
import { keepHostMembers } from './host-hooks.ts';
import { type IdleTimer, idleTimer } from './idle-timer.ts';
import { LateNodes } from './late-nodes.ts';
import { MutationBudget, type RecordingState } from './mutation-budget.ts';
import type { NodePrivacy } from './node-privacy.ts';
import { inParts } from './mutation-parts.ts';
import { INCREMENTAL, type PageEvent, SOURCE } from './page-events.ts';
import { type PrivacySettings, type SelectorFault, selectorFaults } from './privacy-settings.ts';
import { watchPopovers } from './open-popovers.ts';
import { fieldsOf, itemsOf } from './reading.ts';
import { allRecords, forgetTold, hookRecorder } from './recorder-hooks.ts';
import { DECIDING_ATTRIBUTES, Scrubber } from './scrubber.ts';
import type { AssetNamer } from './text-guard.ts';

/** Measured: rrweb's own batching makes a pointer a quarter of a second late. */
const SAMPLING = { mousemove: 40, mousemoveCallback: 80, scroll: 60, media: 800, input: 'all' } as const;
/** Snapshots cost the page; a change of what may be seen waits this long for others like it. */
const RENEWAL_DELAY_MS = 50;
/** So much of a turn is ours while controls are looked for. */
const TURN_MS = 12;

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
  /** Hears when the page changes faster than may be told of it (CO12). */
  readonly state?: (state: RecordingState) => void;
  /** Names images and fonts that an agent's browser cannot load, so that viewers can ask for them (CO13). */
  readonly asset?: AssetNamer;
}

/** A page that is being recorded. */
export interface Recording {
  readonly state: 'recording';
  /** Says what may be seen of a node. */
  readonly privacy: NodePrivacy;
  /** A node by the number that viewers know it by. */
  nodeOf(id: number): Node | undefined;
  /** The number of a node; -1: viewers do not know it. */
  idOf(node: Node): number;
  /** Sends the whole page again: its first nodes at once, the rest in idle turns. */
  takeSnapshot(): void;
  /** Does that when the page is idle, once for all who ask meanwhile. */
  checkpoint(): void;
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
  return itemsOf(data['attributes'], Infinity).some((item) =>
    Object.keys(fieldsOf(fieldsOf(item)['attributes'])).some((name) =>
      DECIDING_ATTRIBUTES.has(name.toLowerCase()),
    ),
  );
}

class PageRecording implements Recording {
  readonly state = 'recording';
  readonly #options: RecordingOptions;
  readonly #scrubber: Scrubber;
  readonly #batcher: FrameBatcher<PageEvent>;
  readonly #witness: MutationObserver;
  readonly #idle: IdleTimer;
  readonly #late: LateNodes;
  readonly #budget: MutationBudget;
  readonly #stops: (() => void)[] = [];
  #isRunning = false;
  #changes = 0;
  #renewal: (() => void) | undefined;
  #checkpoint: (() => void) | undefined;
  #learning: (() => void) | undefined;

  constructor(options: RecordingOptions) {
    const { window, clock, settings, salt, send, asset } = options;
    const { document } = window;
    this.#options = options;
    this.#scrubber = new Scrubber({ settings, salt, document, mirror: record.mirror, asset });
    this.#batcher = new FrameBatcher(frameTimer(window, clock), send);
    const idle = idleTimer(window, clock);
    this.#idle = idle;
    this.#late = new LateNodes({
      clock,
      idle,
      scrolled: (element) => {
        this.#scrolled(element);
      },
    });
    this.#budget = new MutationBudget({
      clock,
      idle,
      told: (state) => {
        if (state === 'paused') this.#late.stop();
        options.state?.(state);
      },
      resync: () => {
        this.takeSnapshot();
      },
    });
    // Made before the recorder's own, so it is told first: what was masked and moved in one task is known by then.
    this.#witness = new window.MutationObserver((records) => {
      this.#scrubber.privacy.witness(records);
    });
    this.#witness.observe(window.document, { childList: true, subtree: true });
  }

  get privacy(): NodePrivacy {
    return this.#scrubber.privacy;
  }

  nodeOf(id: number): Node | undefined {
    return record.mirror.getNode(id) ?? undefined;
  }

  idOf(node: Node): number {
    return record.mirror.getId(node);
  }

  /**
   * What the recorder notes in place of a value; the scrubber writes the text that crosses. The recorder leaves out what
   * it has noted before, so a value that may be seen gets another note each time, and one that may not always the same.
   * It is asked at every key, also where it leaves the note out then.
   */
  #standIn(text: string, element: Element): string {
    this.#scrubber.typed(element);
    if (text === '') return '';
    return this.privacy.showsValue(element) ? `${MASK}${++this.#changes}` : MASK;
  }

  start(): void {
    this.#learn(() => {
      this.#record();
    });
  }

  /** What all controls hold is known before the first text leaves; on a large page that takes some turns. */
  #learn(then: () => void, steps = this.#scrubber.learn(this.#options.window.document)): void {
    const { clock } = this.#options;
    this.#learning = undefined;
    this.privacy.forget();
    for (const started = clock.monotonic(); clock.monotonic() - started < TURN_MS;) {
      if (steps.next().done) {
        then();
        return;
      }
    }
    this.#learning = this.#idle.nextIdle(() => {
      this.#learn(then, steps);
    });
  }

  /** The same for what came since, at once. */
  #learnNow(root: Node): void {
    const steps = this.#scrubber.learn(root);
    while (!steps.next().done);
  }

  #record(): void {
    this.#isRunning = true;
    const { window } = this.#options;
    const running = keepHostMembers(window);
    const late = this.#late;
    const unhook = hookRecorder({
      waits: (node) => late.waits(node),
      waitsIn: (parent) => late.waitsIn(parent),
      observes: (root, changes) => {
        this.#stops.push(watchPopovers(root, (popover) => this.#toggled(popover)));
        if (root.nodeType !== 9) return;
        late.observes(root as Document, changes);
        if (root !== window.document) this.#learnNow(root);
      },
      take: (records, changes, all) => {
        const batches = allRecords(records, changes, all);
        const added = batches.flatMap((batch) => batch.records.flatMap(({ addedNodes }) => [...addedNodes]));
        for (const node of added) this.#learnNow(node);
        this.#budget.take(batches);
      },
    });
    late.begin();
    const stop = record({
      emit: (event) => {
        this.#take(event);
      },
      maskAllInputs: true,
      maskInputFn: (text, element) => this.#standIn(text, element),
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
    this.#stops.push(() => {
      putBack(() => stop?.());
    }, unhook);
  }

  #take(event: unknown): void {
    if (!this.#isRunning) return;
    try {
      const scrubbed = this.#scrubber.scrub(event);
      if (scrubbed) for (const part of inParts(scrubbed)) this.#batcher.add(part);
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

  #note(data: object): void {
    this.#take({ type: INCREMENTAL, timestamp: this.#options.clock.now(), data });
  }

  /** What an element is scrolled by, if it was told of in a piece and so without it. */
  #scrolled(element: Element): void {
    const { scrollLeft: x, scrollTop: y } = element;
    this.#note({ source: SOURCE.scroll, id: this.idOf(element), x, y });
  }

  #toggled(popover: Element): void {
    const attributes = [{ id: this.idOf(popover), attributes: { popover: popover.getAttribute('popover') } }];
    this.#note({ source: SOURCE.mutation, attributes });
  }

  takeSnapshot(): void {
    if (!this.#isRunning || this.#learning) return;
    this.#learn(() => {
      this.#late.begin();
      forgetTold();
      record.takeFullSnapshot(true);
    });
  }

  checkpoint(): void {
    this.#checkpoint ??= this.#idle.nextIdle(() => {
      this.#checkpoint = undefined;
      this.takeSnapshot();
    });
  }

  block(element: Element): void {
    this.#scrubber.privacy.block(element);
    this.takeSnapshot();
  }

  stop(): void {
    this.#isRunning = false;
    this.#learning?.();
    this.#renewal?.();
    this.#checkpoint?.();
    this.#late.stop();
    this.#budget.stop();
    this.#batcher.stop();
    this.#witness.disconnect();
    for (const stop of this.#stops.splice(0)) stop();
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
