import type { AvailabilitySource } from '../events/handlers.ts';
import type { Connection } from './connection.ts';
import type { SessionRegistry } from './session-registry.ts';
import { type Transmitter, writtenOnce } from './transmitter.ts';

/** Agents that a visitor is shown. */
const SHOWN_AGENTS_MAX = 10;

/** Tells visitors who is there: after the welcome and whenever it changes. */
export class AvailabilityFeed {
  readonly #source: AvailabilitySource;
  readonly #out: Transmitter;
  readonly #sessions: SessionRegistry;
  /** Per site, the frame that all its visitors were sent last. */
  readonly #frames = new Map<string, Buffer>();
  readonly stop: () => void;

  constructor(options: { availability: AvailabilitySource; out: Transmitter; sessions: SessionRegistry }) {
    this.#source = options.availability;
    this.#out = options.out;
    this.#sessions = options.sessions;
    this.stop = options.availability.onAvailabilityChanged((site) => this.#changed(site));
  }

  greet(connection: Connection, site: string): void {
    let frame = this.#frames.get(site);
    if (!frame) this.#frames.set(site, (frame = this.#frameOf(site)));
    this.#out.send(connection, frame);
  }

  #changed(site: string): void {
    const frame = this.#frameOf(site);
    if (this.#frames.get(site)?.equals(frame)) return;
    this.#frames.set(site, frame);
    for (const connection of this.#sessions.visitorsOf(site)) this.#out.send(connection, frame);
  }

  #frameOf(site: string): Buffer {
    const { agents, open } = this.#source.of(site);
    const shown = agents.slice(0, SHOWN_AGENTS_MAX).map(({ id, name }) => ({ id, name }));
    return writtenOnce({ type: 'availability', agents: shown, open });
  }
}
