import type { AgentCard, CloseCode } from '@alongside/sdk/protocol';
import { type Clock, newId } from '@alongside/sdk/shared';
import type { Bus, BusHealth } from '../bus/bus.ts';
import type { FromViewer, ShareGuest, ShareWire, ToViewer } from '../events/share-ports.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareRoom } from './share-room.ts';

/** Who watches from another process. */
export interface FarViewer {
  readonly agent: AgentCard;
  readonly mayAct: boolean;
  readonly isSupervisor: boolean;
  readonly viewerUrl: string;
}

type Up = { arrive: FarViewer } | { message: FromViewer } | { leave: true };
type Down = { frame: string } | { close: CloseCode };

declare module '../bus/bus.ts' {
  interface TopicMessages {
    /** key: conversation. The page of the share is followed at that process from now on. */
    'share-page': { process: string; share: string };
    /** key: conversation. Whoever has the page says so. */
    'share-asked': { process: string; share: string };
    /** key: the process that has the page. */
    'to-process:share-up': { from: string; viewer: string; conversation: string; share: string; up: Up };
    /** key: the process that the viewer is connected to. */
    'to-process:share-down': { from: string; viewer: string; down: Down };
  }
}

/** Processes that share the store and a bus, or share only the store. */
export interface PipesBetween {
  readonly process: string;
  readonly bus: Bus;
  /** Absent without Redis: no frame gets from process to process. */
  readonly health: BusHealth | undefined;
}

export interface PipesOptions extends PipesBetween {
  readonly clock: Clock;
  readonly limits: ShareLimits;
  /** The room of a share that somebody here is connected to. */
  readonly roomOf: (conversation: string) => ShareRoom | undefined;
}

interface Pipe {
  readonly home: string;
  readonly conversation: string;
  readonly wire: ShareWire<ToViewer>;
}

/**
 * Viewers and pages that are connected to different processes (DL14). The process that has the page does all the
 * work; the viewer's own passes on what it sends and hears, over the bus. Where the page moves, viewers are sent to
 * connect anew (4012), which finds the new place.
 */
export class SharePipes {
  readonly #options: PipesOptions;
  readonly #pipes = new Map<string, Pipe>();
  /** Viewers of other processes at pages that are followed here. */
  readonly #far = new Map<string, { guest: ShareGuest<FromViewer>; from: string }>();
  readonly #stops: (() => void)[];

  constructor(options: PipesOptions) {
    this.#options = options;
    const { bus, process, health } = options;
    this.#stops = [
      bus.subscribe('to-process:share-up', process, (message) => this.#up(message)),
      bus.subscribe('to-process:share-down', process, ({ viewer, down }) => this.#down(viewer, down)),
      bus.subscribe('process-gone', '', (gone) => this.#gone(gone.process)),
      // What was lost while it failed shows as a gap; connecting anew is the shorter way.
      health?.onChanged(() => {
        for (const { wire } of this.#pipes.values()) wire.close(4012);
      }) ?? (() => undefined),
    ];
  }

  /** Frames get from process to process. */
  get works(): boolean {
    const { health } = this.#options;
    return health !== undefined && health.trouble === undefined;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** Which other process has the page, if one says so in time. */
  find(conversation: string, share: string): Promise<string | undefined> {
    const { bus, process, clock, limits } = this.#options;
    if (!this.works) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const done = (found?: string): void => {
        stop();
        cancel();
        resolve(found);
      };
      const stop = bus.subscribe('share-page', conversation, (said) => {
        if (said.process !== process && said.share === share) done(said.process);
      });
      const cancel = clock.after(limits.pageElsewhereMs, () => done());
      bus.publish('share-asked', conversation, { process, share });
    });
  }

  /** Says that the page is followed here. */
  announce(conversation: string, share: string): void {
    const { bus, process } = this.#options;
    bus.publish('share-page', conversation, { process, share });
  }

  /** What other processes say of a page: it is followed there now, or somebody wants to know where it is. */
  hear(conversation: string, share: string): () => void {
    const { bus, process, roomOf } = this.#options;
    const stops = [
      bus.subscribe('share-page', conversation, (said) => {
        if (said.process === process || said.share !== share) return;
        this.#moved(conversation, said.process);
        roomOf(conversation)?.yield();
      }),
      bus.subscribe('share-asked', conversation, (asked) => {
        const isMeant = asked.process !== process && asked.share === share;
        if (isMeant && roomOf(conversation)?.isHome === true) this.announce(conversation, share);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Connects a viewer to a page at another process. */
  open(
    home: string,
    place: { conversation: string; share: string },
    viewer: FarViewer,
    wire: ShareWire<ToViewer>,
    left: (why?: 'revoked') => void,
  ): ShareGuest<FromViewer> {
    const { bus, process } = this.#options;
    const id = newId('vwr');
    const say = (up: Up): void => {
      bus.publish('to-process:share-up', home, { from: process, viewer: id, ...place, up });
    };
    this.#pipes.set(id, { home, conversation: place.conversation, wire });
    say({ arrive: viewer });
    return {
      take: (message) => say({ message }),
      beat: () => ({}),
      left: (why) => {
        this.#pipes.delete(id);
        say({ leave: true });
        left(why);
      },
    };
  }

  /** The page is somewhere else by now: viewers find it by connecting anew. */
  #moved(conversation: string, to: string): void {
    for (const pipe of this.#pipes.values()) {
      if (pipe.conversation === conversation && pipe.home !== to) pipe.wire.close(4012);
    }
  }

  #gone(process: string): void {
    for (const { home, wire } of this.#pipes.values()) if (home === process) wire.close(4012);
    for (const [viewer, { guest, from }] of this.#far) {
      if (from !== process) continue;
      this.#far.delete(viewer);
      guest.left();
    }
  }

  #up(said: { from: string; viewer: string; conversation: string; share: string; up: Up }): void {
    const { from, viewer, conversation, share, up } = said;
    if ('arrive' in up) {
      const wire = this.#wireTo(from, viewer);
      const guest = this.#arrives({ conversation, share }, up.arrive, wire);
      if (guest) this.#far.set(viewer, { guest, from });
      else wire.close(4012);
      return;
    }
    const known = this.#far.get(viewer);
    if ('message' in up) known?.guest.take(up.message, { characters: 0, wireBytes: 0 });
    else {
      this.#far.delete(viewer);
      known?.guest.left();
    }
  }

  #arrives(
    { conversation, share }: { conversation: string; share: string },
    { viewerUrl, ...who }: FarViewer,
    wire: ShareWire<ToViewer>,
  ): ShareGuest<FromViewer> | undefined {
    const room = this.#options.roomOf(conversation);
    if (room?.share !== share || !room.isHome) return undefined;
    const viewer = room.viewerArrives(who, wire, viewerUrl);
    return {
      take: (message) => room.fromViewer(viewer, message),
      beat: () => room.beat,
      left: () => room.viewerLeaves(viewer),
    };
  }

  #wireTo(to: string, viewer: string): ShareWire<ToViewer> {
    const { bus, process } = this.#options;
    const say = (down: Down): void => {
      bus.publish('to-process:share-down', to, { from: process, viewer, down });
    };
    return {
      // The process of the viewer looks after its socket.
      unsentBytes: 0,
      send: (frame) => say({ frame: Buffer.isBuffer(frame) ? frame.toString() : JSON.stringify(frame) }),
      close: (code) => {
        const known = this.#far.get(viewer);
        this.#far.delete(viewer);
        say({ close: code });
        known?.guest.left();
      },
      pauseFor: () => undefined,
    };
  }

  #down(viewer: string, down: Down): void {
    const wire = this.#pipes.get(viewer)?.wire;
    if (!wire) return;
    if ('close' in down) wire.close(down.close);
    else if (wire.unsentBytes > this.#options.limits.farViewerUnsentMaxBytes) wire.close(4008);
    else wire.send(Buffer.from(down.frame));
  }
}
