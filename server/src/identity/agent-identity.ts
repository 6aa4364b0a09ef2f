import type { Clock } from '@alongside/sdk/shared';
import type { Bus } from '../bus/bus.ts';
import { hashOfToken, newToken } from '../lib/random-token.ts';
import type { AgentSessionRow, AgentSessionsStore } from './agent-sessions-store.ts';
import type { AgentAccount, AgentsStore } from './agents-store.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** How long a session lasts, whatever happens, and how long a socket's ticket does. */
export const AGENT_SESSION_LASTS_MS = 12 * HOUR_MS;
export const TICKET_LASTS_MS = 30 * SECOND_MS;
export const SIGN_IN_LINK_LASTS_MS = HOUR_MS;
/** The demo prints its links when it starts, and somebody may come to them after lunch. */
export const DEMO_LINK_LASTS_MS = 24 * HOUR_MS;
/** `last_seen_at` is written no more often than this. */
const SEEN_EVERY_MS = 60 * SECOND_MS;

/** A signed-in agent, as the store says at this moment (T24). */
export interface SignedIn {
  session: string;
  agent: AgentAccount;
}

/** Who an agent is: by a one-time link first, then by a cookie, and on a socket by a one-time ticket. */
export class AgentIdentity {
  readonly #agents: AgentsStore;
  readonly #sessions: AgentSessionsStore;
  readonly #clock: Clock;
  readonly #newId: (prefix: string) => string;
  readonly #bus: Bus;

  constructor(options: {
    agents: AgentsStore;
    sessions: AgentSessionsStore;
    clock: Clock;
    newId: (prefix: string) => string;
    bus: Bus;
  }) {
    this.#agents = options.agents;
    this.#sessions = options.sessions;
    this.#clock = options.clock;
    this.#newId = options.newId;
    this.#bus = options.bus;
  }

  /** The code of a new one-time link. */
  async newLink(agent: string, lastsMs = SIGN_IN_LINK_LASTS_MS): Promise<string> {
    const code = newToken();
    const now = this.#clock.now();
    await this.#sessions.addLink({
      hash: hashOfToken(code),
      agent,
      createdAt: now,
      expiresAt: now + lastsMs,
    });
    return code;
  }

  /** Uses a link up. Answers the cookie's value, or undefined where the link is not good. */
  async signIn(code: string): Promise<({ cookie: string } & SignedIn) | undefined> {
    const id = await this.#sessions.useLink(hashOfToken(code), this.#clock.now());
    const agent = id === undefined ? undefined : await this.#agents.find(id);
    return agent?.active ? this.startSession(agent) : undefined;
  }

  /** A session without a link: for the demo, which signs a browser on the same machine in. */
  async startSession(agent: AgentAccount): Promise<{ cookie: string } & SignedIn> {
    const cookie = newToken();
    const now = this.#clock.now();
    const session = this.#newId('ses');
    await this.#sessions.addSession({
      id: session,
      hash: hashOfToken(cookie),
      agent: agent.id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + AGENT_SESSION_LASTS_MS,
    });
    return { cookie, session, agent };
  }

  /** Who a cookie belongs to, read anew each time. */
  async byCookie(cookie: string): Promise<SignedIn | undefined> {
    return this.#signedIn(await this.#sessions.findByHash(hashOfToken(cookie), this.#clock.now()));
  }

  /** Whether a live connection's session still stands. */
  async bySession(id: string): Promise<SignedIn | undefined> {
    return this.#signedIn(await this.#sessions.findById(id, this.#clock.now()));
  }

  /** A ticket for one socket of this session. */
  async newTicket(session: string): Promise<string> {
    const ticket = newToken();
    const expiresAt = this.#clock.now() + TICKET_LASTS_MS;
    await this.#sessions.addTicket({ hash: hashOfToken(ticket), session, expiresAt });
    return ticket;
  }

  /** Uses a ticket up. */
  async byTicket(ticket: string): Promise<SignedIn | undefined> {
    const session = await this.#sessions.useTicket(hashOfToken(ticket), this.#clock.now());
    return session === undefined ? undefined : this.bySession(session);
  }

  async signOut(session: string): Promise<void> {
    this.#tell(await this.#sessions.revoke({ id: session }, this.#clock.now()), 'signed-out');
  }

  /** Ends all sessions of an agent: their role or right to sign in has changed. */
  async signOutEverywhere(agent: string, reason: string): Promise<void> {
    this.#tell(await this.#sessions.revoke({ agent }, this.#clock.now()), reason);
  }

  /** Sessions that were revoked since a time, by whichever process. */
  revokedSince(time: number): Promise<{ id: string; at: number }[]> {
    return this.#sessions.revokedSince(time);
  }

  sweep(): Promise<void> {
    return this.#sessions.sweep(this.#clock.now());
  }

  #tell(sessions: string[], reason: string): void {
    for (const session of sessions) this.#bus.publish('revoked', session, { reason });
  }

  async #signedIn(row: AgentSessionRow | undefined): Promise<SignedIn | undefined> {
    if (!row) return undefined;
    const agent = await this.#agents.find(row.agent);
    if (!agent?.active) return undefined;
    const now = this.#clock.now();
    if (now - row.lastSeenAt > SEEN_EVERY_MS) await this.#sessions.seen(row.id, now);
    return { session: row.id, agent };
  }
}
