import type {
  ActionOutcome,
  PageAction,
  PageMark,
  PageView,
  PageViewListener,
  PageViewOptions,
  PageViewStatus,
} from '@alongside/sdk/agent';
import { Cell } from '@alongside/sdk/shared';

/** A watched page without a server, for tests: what it says is set by hand, what is done with it is kept. */
export class FakePageView implements PageView {
  readonly options: PageViewOptions;
  readonly status = new Cell<PageViewStatus>({
    link: 'connecting',
    page: { state: 'paused' },
    hasPicture: false,
    isBehind: false,
    viewers: [],
  });
  readonly calls: [name: string, ...values: unknown[]][] = [];
  listener: PageViewListener | undefined;
  aged: number | undefined;
  outcome: ActionOutcome = { kind: 'done' };

  constructor(options: PageViewOptions) {
    this.options = options;
  }

  change(change: Partial<PageViewStatus>): void {
    this.status.value = { ...this.status.value, ...change };
  }

  start(listener: PageViewListener): void {
    this.listener = listener;
    this.calls.push(['start']);
  }

  age(): number | undefined {
    return this.aged;
  }

  resync(reason: string): void {
    this.calls.push(['resync', reason]);
  }

  showAgain(): void {
    this.calls.push(['showAgain']);
  }

  mark(mark: PageMark): void {
    this.calls.push(['mark', mark]);
  }

  act(action: PageAction): Promise<ActionOutcome> {
    this.calls.push(['act', action]);
    return Promise.resolve(this.outcome);
  }

  askForAsset(asset: string): void {
    this.calls.push(['askForAsset', asset]);
  }

  hurry(): void {
    this.calls.push(['hurry']);
  }

  stop(): void {
    this.calls.push(['stop']);
  }
}
