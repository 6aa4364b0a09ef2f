import type { PresenceListener } from '../events/handlers.ts';
import type { Session } from '../events/session.ts';
import type { Connection } from './connection.ts';

const NOBODY: ReadonlySet<Connection> = new Set();

/** Who is connected: counts per identity, connections per site, and first and last of each session. */
export class SessionRegistry {
  readonly all = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #perIdentity = new Map<string, number>();
  readonly #sessions = new Map<string, number>();
  readonly #visitors = new Map<string, Set<Connection>>();
  readonly #presence: PresenceListener;

  constructor(presence: PresenceListener) {
    this.#presence = presence;
  }

  countAt(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  countOf(identity: string): number {
    return this.#perIdentity.get(identity) ?? 0;
  }

  visitorsOf(site: string): ReadonlySet<Connection> {
    return this.#visitors.get(site) ?? NOBODY;
  }

  opened(connection: Connection): void {
    this.all.add(connection);
    add(this.#perAddress, connection.address, 1);
  }

  welcomed(connection: Connection, session: Session): void {
    add(this.#perIdentity, identityOf(session), 1);
    if (session.kind === 'visitor') {
      let visitors = this.#visitors.get(session.site);
      if (!visitors) this.#visitors.set(session.site, (visitors = new Set()));
      visitors.add(connection);
    }
    if (add(this.#sessions, session.id, 1) === 1) this.#presence.connected(session);
  }

  ended(connection: Connection): void {
    this.all.delete(connection);
    add(this.#perAddress, connection.address, -1);
    const { session } = connection;
    if (!session) return;
    add(this.#perIdentity, identityOf(session), -1);
    if (session.kind === 'visitor') this.#visitors.get(session.site)?.delete(connection);
    if (add(this.#sessions, session.id, -1) === 0) this.#presence.disconnected(session);
  }
}

/** The person behind a session, for limits that count persons. */
export function identityOf(session: Session): string {
  return session.kind === 'visitor' ? session.visitor : session.agent.id;
}

function add(counts: Map<string, number>, key: string, by: 1 | -1): number {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
  return count;
}
