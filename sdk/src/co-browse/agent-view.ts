import { RelayConnection } from '../connection/relay-connection.ts';
import type { Socket } from '../connection/socket-port.ts';
import { Cell, type Observable } from '../lib/observable.ts';
import type { CoBrowseAgentDown, CoBrowseAgentUp } from '../protocol/index.ts';
import { AgentAssets } from './agent-assets.ts';
import { FrameOrder } from './agent-frames.ts';
import { type ActionOutcome, AgentHand, type PageAction, type PageMark } from './agent-hand.ts';
import {
  type PageViewOptions,
  type PageViewPorts,
  platformViewPorts,
  surroundingsOf,
  withHeartbeat,
} from './agent-view-ports.ts';
import type { Down, PageView, PageViewListener, PageViewStatus } from './agent-view-status.ts';

/** After a gap: how long a snapshot is waited for before it is asked for again. */
const SNAPSHOT_WAIT_MS = 5_000;

/** Watches a shared page; ends with `stop`. */
export function watchPage(options: PageViewOptions, ports?: Partial<PageViewPorts>): PageView {
  return new WatchedPage(options, { ...platformViewPorts, ...ports });
}

/**
 * An agent's side of `/v1/co-browse`: says hello with a ticket, shows checkpoint and tail, then what comes. A gap asks
 * for one snapshot (CO7); a lost socket is opened again by itself, and costs the visitor nothing (CO6).
 */
class WatchedPage implements PageView {
  readonly status: Observable<PageViewStatus>;
  readonly #status: Cell<PageViewStatus>;
  readonly #ports: PageViewPorts;
  readonly #relay: RelayConnection<CoBrowseAgentDown>;
  readonly #order = new FrameOrder();
  readonly #assets = new AgentAssets();
  readonly #stops: (() => void)[] = [];
  readonly #hand: AgentHand;
  #listener: PageViewListener | undefined;
  #socket: Socket | undefined;
  #heardAt: number | undefined;
  #stopAsking: (() => void) | undefined;

  constructor(options: PageViewOptions, ports: PageViewPorts) {
    this.#ports = ports;
    this.#status = new Cell<PageViewStatus>({
      link: 'connecting',
      page: { state: 'paused' },
      hasPicture: false,
      isBehind: false,
      viewers: [],
    });
    this.status = this.#status;
    this.#hand = new AgentHand(ports.clock, (frame) => this.#send(frame));
    this.#relay = new RelayConnection(
      `${options.server}/v1/co-browse`,
      withHeartbeat,
      {
        greet: async () => {
          const ticket = await options.ticket();
          const { conversation, share } = options;
          return () => ({ type: 'hello', role: 'agent', ticket, conversation, share });
        },
        received: (frame) => this.#received(frame),
        lost: () => this.#lost(),
      },
      {
        ...ports,
        socket: (url, listener) => (this.#socket = ports.socket(url, listener)),
        surroundings: surroundingsOf(ports.surroundings, () => this.#relay.online),
      },
    );
    this.#stops.push(this.#relay.status.subscribe(() => this.#linkChanged()));
  }

  start(listener: PageViewListener): void {
    this.#listener = listener;
    this.#relay.start();
  }

  age(): number | undefined {
    return this.#heardAt === undefined ? undefined : this.#ports.clock.monotonic() - this.#heardAt;
  }

  resync(reason: string): void {
    this.#order.expectSnapshot();
    this.#askForSnapshot(reason);
  }

  showAgain(): void {
    const { link } = this.#status.value;
    if (link === 'ended' || link === 'stopped') return;
    this.#relay.stop();
    this.#lost();
    this.#relay.start();
  }

  mark(mark: PageMark): void {
    this.#hand.mark(mark);
  }

  act(action: PageAction): Promise<ActionOutcome> {
    const { grant } = this.#status.value;
    const shown = this.#order.shown;
    if (!grant) return Promise.resolve({ kind: 'refused', reason: 'no-grant' });
    if (!shown || !this.#relay.online) return Promise.resolve({ kind: 'lost' });
    return this.#hand.act(action, grant.id, shown.stream);
  }

  askForAsset(asset: string): void {
    if (!this.#relay.online) {
      this.#listener?.asset({ asset, refused: 'busy' });
      return;
    }
    this.#assets.asks(asset);
    this.#send({ type: 'asset-asked', asset });
  }

  hurry(): void {
    this.#relay.hurry();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#listener = undefined;
    this.#hand.stop();
    this.#relay.stop();
    this.#lost();
  }

  #received(frame: CoBrowseAgentDown): void {
    switch (frame.type) {
      case 'welcome':
        this.#welcomed(frame);
        return;
      case 'frame':
      case 'frame-part':
        this.#frame(frame);
        return;
      case 'pointer':
        this.#heard();
        if (frame.stream === this.#order.shown?.stream) this.#listener?.pointer(JSON.stringify(frame.events));
        return;
      case 'page-state':
        this.#heard();
        this.#pageIs(frame);
        return;
      case 'acted':
        this.#hand.acted(frame);
        return;
      case 'asset': {
        const asset = this.#assets.came(frame);
        if (asset) this.#listener?.asset(asset);
        return;
      }
      case 'viewers':
        this.#change({ viewers: frame.agents });
        return;
      case 'grant':
        this.#change({ grant: frame.grant });
        return;
      case 'ping':
        this.#pinged(frame);
        return;
      case 'ended':
        this.#end('ended', frame.reason);
    }
  }

  #welcomed({ viewers, grant, viewer, assetOrigins, state }: Down<'welcome'>): void {
    this.#order.expectSnapshot();
    const known = this.#status.value.viewer;
    const isSame = known?.url === viewer && String(known.assetOrigins) === String(assetOrigins);
    this.#change({ viewers, grant, viewer: isSame ? known : { url: viewer, assetOrigins } });
    this.#pageIs(state);
  }

  #frame(frame: Down<'frame'> | Down<'frame-part'>): void {
    this.#heard();
    const taken = this.#order.take(frame);
    if (taken.kind === 'gap') this.#askForSnapshot(taken.reason);
    if (taken.kind !== 'show') return;
    if (taken.snapshot) {
      this.#stopAsking?.();
      this.#stopAsking = undefined;
      this.#change({ hasPicture: true, isBehind: false });
    }
    this.#listener?.frame(taken.text, taken.snapshot);
  }

  #pinged({ stream, seq, age }: Down<'ping'>): void {
    if (age !== undefined) {
      const heardAt = this.#ports.clock.monotonic() - age;
      this.#heardAt = Math.max(heardAt, this.#heardAt ?? heardAt);
    }
    if (stream === undefined || seq === undefined || seq === 0 || this.#stopAsking) return;
    const missing = this.#order.newestIs(stream, seq);
    if (missing !== undefined) this.#askForSnapshot(missing);
  }

  /** Asks once, and again only where no snapshot comes for a while. */
  #askForSnapshot(reason: string): void {
    if (this.#status.value.hasPicture) this.#change({ isBehind: true });
    if (this.#stopAsking) return;
    this.#send({ type: 'resync', reason: reason.slice(0, 120) });
    this.#stopAsking = this.#ports.clock.after(SNAPSHOT_WAIT_MS, () => {
      this.#stopAsking = undefined;
      if (this.#relay.online) this.#askForSnapshot(reason);
    });
  }

  #lost(): void {
    this.#order.expectSnapshot();
    this.#stopAsking?.();
    this.#stopAsking = undefined;
    this.#hand.lost();
    for (const asset of this.#assets.lost()) this.#listener?.asset({ asset, refused: 'busy' });
  }

  #heard(): void {
    this.#heardAt = this.#ports.clock.monotonic();
  }

  #pageIs({ state, url, title, scheme }: Omit<Down<'page-state'>, 'type'>): void {
    const { page } = this.#status.value;
    // A state without an address is about the same page.
    const at = url ?? page.url;
    const asked = scheme ?? page.scheme;
    const named = title ?? (url === undefined || url === page.url ? page.title : undefined);
    this.#change({
      page: {
        state,
        ...(at !== undefined && { url: at }),
        ...(named !== undefined && { title: named }),
        ...(asked && { scheme: asked }),
      },
    });
  }

  #linkChanged(): void {
    const status = this.#relay.status.value;
    const { link, hasPicture } = this.#status.value;
    if (link === 'ended' || link === 'stopped') return;
    switch (status.state) {
      case 'online':
        this.#change({ link: 'online' });
        return;
      case 'stopped':
        this.#end('stopped', status.reason);
        return;
      default:
        this.#change({ link: hasPicture || link !== 'connecting' ? 'reconnecting' : 'connecting' });
    }
  }

  /** For good: nothing of the page is kept, and nothing is asked for any more. */
  #end(link: 'ended' | 'stopped', reason: string): void {
    this.#change({ link, reason, grant: undefined, isBehind: false, hasPicture: false });
    this.#relay.stop();
    this.#lost();
  }

  #change(change: { [Key in keyof PageViewStatus]?: PageViewStatus[Key] | undefined }): void {
    const { grant, viewer, reason, ...others } = { ...this.#status.value, ...change };
    this.#status.value = {
      ...(others as PageViewStatus),
      ...(grant && { grant }),
      ...(viewer && { viewer }),
      ...(reason !== undefined && { reason }),
    };
  }

  /** Not by the connection's own way: what is sent here wants no answer in time. */
  #send(frame: CoBrowseAgentUp): void {
    if (this.#relay.online) this.#socket?.send(JSON.stringify(frame));
  }
}
