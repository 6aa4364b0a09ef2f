/** Every kind of fault that a run must have met, and how often it did. */
export const FAULTS = [
  'connection cut',
  'connection half-open',
  'frame lost on its way up',
  'frame lost on its way down',
  'live entry lost',
  'command arrived twice',
  'answer arrived twice',
  'live entry arrived twice',
  'live entry overtaken',
  'frame of an older connection arrived late',
  'server crashed with commands that were not stored',
  'server crashed after storing, before answering',
  'server restored from an older backup',
  'server asked for patience',
  'refused for now',
  'refused for good',
  'refused out of order',
  'client reloaded with messages not sent',
  'client died while saving',
  'no network',
  'wall clock jumped',
  'two tabs shared an outbox',
  'storage was denied',
  'storage failed in between',
  'identity was forgotten',
  'catch-up took several pages',
] as const;
/** Those of browsers whose pages share one connection. */
export const TAB_FAULTS = [
  'several pages were opened at once',
  'leading page died',
  'page was frozen',
  'leading page was frozen',
  'leading page was overtaken',
  'frozen page was overtaken',
] as const;
export type Fault = (typeof FAULTS)[number] | (typeof TAB_FAULTS)[number];

/** Counts what really happened, so that a run that tested nothing is noticed. */
export class Struck {
  readonly counts = new Map<Fault, number>(FAULTS.map((fault) => [fault, 0]));

  /** Counts these as well. */
  expect(faults: readonly Fault[]): void {
    for (const fault of faults) this.counts.set(fault, this.counts.get(fault) ?? 0);
  }

  trace: (fault: Fault) => void = () => undefined;

  note(fault: Fault): void {
    this.trace(fault);
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
  }

  add(other: Struck): void {
    for (const [fault, count] of other.counts) {
      this.counts.set(fault, (this.counts.get(fault) ?? 0) + count);
    }
  }
}
