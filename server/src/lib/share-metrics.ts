import { Counter, Gauge, type Registry } from 'prom-client';

/** What is counted of shared pages: plain numbers, read when somebody scrapes; nothing of what the pages show. */
export class ShareMetrics {
  readonly connections = { page: 0, viewer: 0 };
  framesIn = 0;
  wireBytesIn = 0;
  rawBytesIn = 0;
  framesOut = 0;
  bytesOut = 0;
  snapshots = 0;
  snapshotsAsked = 0;
  gaps = 0;
  eventsDropped = 0;
  pointersDropped = 0;
  viewersBehind = 0;
  /** Read at each scrape. */
  shares: () => number = () => 0;
  heldBytes: () => number = () => 0;

  /** Shows the counts in a registry. */
  register(registry: Registry): void {
    const counter = (name: string, help: string, value: () => number): void => {
      new Counter({
        name: `alongside_share_${name}_total`,
        help,
        registers: [registry],
        collect() {
          this.reset();
          this.inc(value());
        },
      });
    };
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name: `alongside_share_${name}`,
        help,
        registers: [registry],
        collect() {
          this.set(value());
        },
      });
    };
    gauge('pages', 'Connected pages that are shared.', () => this.connections.page);
    gauge('viewers', 'Connected viewers of shared pages.', () => this.connections.viewer);
    gauge('rooms', 'Shares with somebody connected.', () => this.shares());
    gauge('held_bytes', 'Checkpoints, tails and assets in memory.', () => this.heldBytes());
    counter('frames_in', 'Frames of pages.', () => this.framesIn);
    counter('wire_bytes_in', 'Bytes of frames of pages, as they came.', () => this.wireBytesIn);
    counter('raw_bytes_in', 'The same, inflated.', () => this.rawBytesIn);
    counter('frames_out', 'Frames to pages and viewers.', () => this.framesOut);
    counter('bytes_out', 'Bytes of them before compression.', () => this.bytesOut);
    counter('snapshots', 'Snapshots taken in.', () => this.snapshots);
    counter('snapshots_asked', 'Snapshots that pages were asked for.', () => this.snapshotsAsked);
    counter('gaps', 'Frames that did not follow the one before.', () => this.gaps);
    counter('events_dropped', 'Events that the firewall did not let through.', () => this.eventsDropped);
    counter('pointers_dropped', 'Pointers dropped at slow viewers.', () => this.pointersDropped);
    counter('viewers_behind', 'Times that a viewer fell behind.', () => this.viewersBehind);
  }
}
