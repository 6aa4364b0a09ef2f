import type { AvailabilitySource } from '../events/handlers.ts';
import type { Connection } from './connection.ts';
import type { SessionRegistry } from './session-registry.ts';
import { type Transmitter, writtenOnce } from './transmitter.ts';

/** Agents that a visitor is shown. */
const SHOWN_AGENTS_MAX = 10;

/** Tells visitors who is there and how they wait: after the welcome and whenever it changes. */
export class AvailabilityFeed {
  readonly #source: AvailabilitySource;
  readonly #out: Transmitter;
  readonly #sessions: SessionRegistry;
  /** Per site, the frame that its visitors who do not wait were sent last. */
  readonly #frames = new Map<string, Buffer>();
  readonly #stops: (() => void)[];

  constructor(options: { availability: AvailabilitySource; out: Transmitter; sessions: SessionRegistry }) {
    this.#source = options.availability;
    this.#out = options.out;
    this.#sessions = options.sessions;
    this.#stops = [
      options.availability.onAvailabilityChanged((site) => this.#changed(site)),
      options.availability.onWaitsChanged((site, conversations) => {
        for (const connection of this.#sessions.visitorsOf(site)) {
          if (conversations.has(conversationOf(connection))) this.greet(connection, site);
        }
      }),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  greet(connection: Connection, site: string): void {
    this.#out.send(connection, this.#ownFrame(connection, site) ?? this.#siteFrame(site));
  }

  #changed(site: string): void {
    const frame = this.#frameOf(site);
    if (this.#frames.get(site)?.equals(frame)) return;
    this.#frames.set(site, frame);
    for (const connection of this.#sessions.visitorsOf(site)) this.greet(connection, site);
  }

  /** Undefined where the conversation does not wait. */
  #ownFrame(connection: Connection, site: string): Buffer | undefined {
    const wait = this.#source.waitOf(site, conversationOf(connection));
    return wait && writtenOnce({ ...this.#content(site), wait });
  }

  #siteFrame(site: string): Buffer {
    let frame = this.#frames.get(site);
    if (!frame) this.#frames.set(site, (frame = this.#frameOf(site)));
    return frame;
  }

  #frameOf(site: string): Buffer {
    return writtenOnce(this.#content(site));
  }

  #content(site: string) {
    const { agents, ...rest } = this.#source.of(site);
    const shown = agents.slice(0, SHOWN_AGENTS_MAX).map(({ id, name }) => ({ id, name }));
    return { type: 'availability', agents: shown, ...rest } as const;
  }
}

function conversationOf({ session }: Connection): string {
  return session?.kind === 'visitor' ? session.conversation : '';
}
