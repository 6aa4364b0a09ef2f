import type { AgentCard, OwnWait } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import type { AvailabilitySource, SiteAvailability } from '../events/handlers.ts';
import { hoursAt, nextOpening } from '../routing/hours-at.ts';
import type { OpeningHours } from '../routing/hours.ts';
import type { RoutingState } from '../routing/routing-state.ts';
import { DEFAULT_QUEUE } from '../settings/decided-settings.ts';
import { nextWaitChange, waitsOf } from './visitor-waits.ts';

/** Agents named to a visitor. */
const NAMED_AGENTS_MAX = 10;
/** Positions and estimates are told at most this often, in milliseconds. */
const WAITS_EVERY_MS = 1_000;
/** Timers do not reach further than this; what lies beyond is looked at again then. */
const LOOK_AGAIN_MS = 60 * 60_000;

const NOBODY: SiteAvailability = { agents: [], open: false };

interface Site {
  availability: SiteAvailability;
  waits: Map<string, OwnWait>;
  /** When the waits were told last; monotonic milliseconds. */
  toldAt: number;
  /** The next look, with its time; monotonic milliseconds. */
  next: { at: number; cancel: () => void } | undefined;
}

/** Tells visitors who is there, when it opens (RT12), and how they wait (RT11, RT15). */
export class VisitorFeed implements AvailabilitySource {
  readonly #clock: Clock;
  readonly #look: (site: string) => Promise<RoutingState | undefined>;
  readonly #showsDrafts: (site: string) => boolean;
  readonly #sites = new Map<string, Site>();
  readonly #availabilityListeners = new Set<(site: string) => void>();
  readonly #waitListeners = new Set<(site: string, conversations: ReadonlySet<string>) => void>();
  #stopped = false;

  constructor(
    clock: Clock,
    look: (site: string) => Promise<RoutingState | undefined>,
    showsDrafts: (site: string) => boolean,
  ) {
    this.#clock = clock;
    this.#look = look;
    this.#showsDrafts = showsDrafts;
  }

  of(site: string): SiteAvailability {
    return this.#sites.get(site)?.availability ?? NOBODY;
  }

  waitOf(site: string, conversation: string): OwnWait | undefined {
    return this.#sites.get(site)?.waits.get(conversation);
  }

  onAvailabilityChanged(then: (site: string) => void): () => void {
    this.#availabilityListeners.add(then);
    return () => this.#availabilityListeners.delete(then);
  }

  onWaitsChanged(then: (site: string, conversations: ReadonlySet<string>) => void): () => void {
    this.#waitListeners.add(then);
    return () => this.#waitListeners.delete(then);
  }

  /** The desk may be another. */
  update(site: string, routing: RoutingState): void {
    const known = this.#site(site);
    const now = this.#clock.now();
    const drafts = this.#showsDrafts(site);
    const availability = { ...availabilityOf(routing, now), ...(drafts && { drafts }) };
    const isOther = JSON.stringify(availability) !== JSON.stringify(known.availability);
    known.availability = availability;
    if (isOther) for (const listener of this.#availabilityListeners) listener(site);
    const sinceTold = this.#clock.monotonic() - known.toldAt;
    if (sinceTold < WAITS_EVERY_MS) {
      this.#lookIn(site, known, WAITS_EVERY_MS - sinceTold);
      return;
    }
    this.#tellWaits(site, known, waitsOf(routing, now));
    const hours = chatHours(routing);
    const changes = [nextWaitChange(routing, now), hours && hoursAt(hours, now).until];
    const next = Math.min(LOOK_AGAIN_MS, ...changes.flatMap((time) => (time ? time - now : [])));
    this.#lookIn(site, known, Math.max(WAITS_EVERY_MS, next));
  }

  stop(): void {
    this.#stopped = true;
    for (const { next } of this.#sites.values()) next?.cancel();
  }

  #site(site: string): Site {
    let known = this.#sites.get(site);
    if (!known) {
      known = { availability: NOBODY, waits: new Map(), toldAt: -WAITS_EVERY_MS, next: undefined };
      this.#sites.set(site, known);
    }
    return known;
  }

  #tellWaits(site: string, known: Site, waits: Map<string, OwnWait>): void {
    const before = known.waits;
    known.waits = waits;
    known.toldAt = this.#clock.monotonic();
    const changed = new Set<string>();
    for (const conversation of new Set([...before.keys(), ...waits.keys()])) {
      if (!isAlike(before.get(conversation), waits.get(conversation))) changed.add(conversation);
    }
    if (changed.size > 0) for (const listener of this.#waitListeners) listener(site, changed);
  }

  #lookIn(site: string, known: Site, milliseconds: number): void {
    if (this.#stopped) return;
    const at = this.#clock.monotonic() + milliseconds;
    known.next?.cancel();
    const cancel = this.#clock.after(milliseconds, () => {
      known.next = undefined;
      this.#look(site).then(
        (routing) => {
          if (routing && !this.#stopped) this.update(site, routing);
        },
        () => this.#lookIn(site, known, WAITS_EVERY_MS),
      );
    });
    known.next = { at, cancel };
  }
}

function isAlike(left: OwnWait | undefined, right: OwnWait | undefined): boolean {
  return (
    left?.position === right?.position &&
    left?.low === right?.low &&
    left?.high === right?.high &&
    left?.mayLeave === right?.mayLeave &&
    left?.left === right?.left
  );
}

/** The hours of the queue to which chats go. */
function chatHours(routing: RoutingState): OpeningHours | undefined {
  const hours = routing.queues.get(routing.site.chats ?? DEFAULT_QUEUE)?.hours;
  return hours === undefined ? undefined : routing.hours.get(hours);
}

function availabilityOf(routing: RoutingState, now: number): SiteAvailability {
  const hours = chatHours(routing);
  if (hours && !hoursAt(hours, now).isOpen) {
    const opens = nextOpening(hours, now);
    const saysOnly = routing.site.afterHours === 'say-closed';
    return { agents: [], open: false, ...(opens !== undefined && { opens }), ...(saysOnly && { saysOnly }) };
  }
  const agents: AgentCard[] = [...routing.agents.values()]
    .filter((agent) => agent.presence.kind === 'available')
    .map(({ id, name }) => ({ id, name }))
    .slice(0, NAMED_AGENTS_MAX);
  return { agents, open: agents.length > 0 };
}
