import type { OpenedConversation } from '@alongside/sdk/protocol';
import type { Session, VisitorSession } from '../events/session.ts';
import type { AvailabilityFeed } from './availability-feed.ts';
import type { Connection, Greeting } from './connection.ts';
import type { ConversationFeed } from './conversation-feed.ts';
import type { FrameDispatch } from './frame-dispatch.ts';
import {
  type AcceptedHello,
  type VisitorHello,
  HelloRefused,
  admitAgent,
  admitVisitor,
  readHello,
} from './hello.ts';
import type { RelayOptions } from './relay-options.ts';
import type { RelayRates } from './relay-rates.ts';
import type { SessionCookie } from './session-cookie.ts';
import { type SessionRegistry, identityOf } from './session-registry.ts';
import type { Transmitter } from './transmitter.ts';

export interface WelcomeParts {
  feed: ConversationFeed;
  availability: AvailabilityFeed;
  dispatch: FrameDispatch;
  out: Transmitter;
  rates: RelayRates;
  sessions: SessionRegistry;
  cookie: SessionCookie;
}

/** Closed for a rate: the client comes back no sooner than this. */
const BUSY_RETRY_MS = 10_000;

/** Answers first frames: who it is, then the welcome. */
export class Welcome {
  readonly #options: RelayOptions;
  readonly #parts: WelcomeParts;

  constructor(options: RelayOptions, parts: WelcomeParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** @throws HelloRefused, DecodeError: the connection is to be closed. */
  async greet(connection: Connection, frame: unknown): Promise<void> {
    const accepted = readHello(frame);
    const greeting = connection.greeting ?? { origin: undefined, host: undefined, cookies: undefined };
    connection.greeting = undefined;
    connection.protocol = accepted.protocol;
    if (accepted.role === 'visitor') await this.#visitor(connection, accepted, greeting);
    else await this.#agent(connection, accepted, greeting);
  }

  async #visitor(
    connection: Connection,
    { protocol, hello }: { protocol: number; hello: VisitorHello },
    greeting: Greeting,
  ): Promise<void> {
    const { identity, clock, limits, log, openConversation } = this.#options;
    const { out, feed, availability, rates } = this.#parts;
    const { session, tokens } = await admitVisitor(identity, hello, greeting, () => {
      this.#mayPass(rates.newVisitors.take(connection.address, clock.monotonic()));
    });
    this.#mayPass(rates.hellos.take(session.visitor, clock.monotonic()));
    await this.#leaveRoom(session.site);
    this.#enter(connection, session, limits.connectionsPerVisitor);
    const { conversation, site } = session;
    const position = hello.position?.conversation === conversation ? hello.position : undefined;
    let counter = 0;
    await feed.subscribe(
      connection,
      conversation,
      async (): Promise<OpenedConversation> => {
        counter = await log.counter(conversation, session.device);
        return openConversation({ id: conversation, site }, 'everyone', position);
      },
      (opened) => {
        out.send(connection, {
          type: 'welcome',
          protocol,
          session: session.id,
          visitor: session.visitor,
          tokens,
          counter,
          opened,
          serverTime: clock.now(),
          heartbeatMs: limits.visitorHeartbeatMs,
        });
        availability.greet(connection, site);
      },
    );
    this.#arrive(connection, session, hello);
  }

  async #agent(
    connection: Connection,
    accepted: Extract<AcceptedHello, { role: 'agent' }>,
    greeting: Greeting,
  ): Promise<void> {
    const { identity, clock, limits, publicOrigin } = this.#options;
    const own = { cookie: this.#parts.cookie, publicOrigin };
    const { session, site } = await admitAgent(identity, accepted.hello, greeting, own);
    this.#enter(connection, session, limits.connectionsPerAgent);
    this.#parts.out.send(connection, {
      type: 'welcome',
      protocol: accepted.protocol,
      session: session.id,
      agent: session.agent,
      role: session.role,
      site: { key: site.key, name: site.name },
      serverTime: clock.now(),
      heartbeatMs: limits.agentHeartbeatMs,
    });
  }

  /** From here on the connection counts as that person's. */
  #enter(connection: Connection, session: Session, connectionsMax: number): void {
    const { metrics, bus, identity } = this.#options;
    const { sessions, out } = this.#parts;
    if (connection.ended) return;
    if (session.kind === 'visitor' && identity.visitors.isRevoked(session.id)) {
      throw new HelloRefused(4001, 'unauthenticated', 'the tokens are not valid any more');
    }
    if (sessions.countOf(identityOf(session)) >= connectionsMax) this.#mayPass(BUSY_RETRY_MS);
    connection.session = session;
    metrics.connections.none -= 1;
    connection.role = session.kind;
    metrics.connections[session.kind] += 1;
    connection.stopRevocation = bus.subscribe('revoked', session.id, () => out.close(connection, 4010));
    sessions.welcomed(connection, session);
  }

  /** Agents who read the conversation see that the visitor is there, and where. */
  #arrive(connection: Connection, session: VisitorSession, hello: VisitorHello): void {
    if (connection.ended) return;
    const { feed, dispatch } = this.#parts;
    feed.signal(session.conversation, connection, { kind: 'system' }, onlineBody(true));
    if (!hello.page) return;
    const body = { type: 'page' as const, page: hello.page };
    void dispatch.signal(connection, session, { type: 'signal', body });
  }

  /** One site's rush leaves room for the others. */
  async #leaveRoom(site: string): Promise<void> {
    const { connectionsMax, siteShareMax } = this.#options.limits;
    if (this.#parts.sessions.visitorsOf(site).size < connectionsMax * siteShareMax) return;
    if (!(await this.#options.identity.sites.areSeveral())) return;
    throw new HelloRefused(1013, 'unavailable', 'the site has taken its share of connections', BUSY_RETRY_MS);
  }

  #mayPass(retryAfter: number): void {
    if (retryAfter === 0) return;
    throw new HelloRefused(4029, 'rate-limited', 'too many in a short time', retryAfter);
  }
}

/** The signal that tells agents whether the visitor has a connection. */
export function onlineBody(on: boolean): { type: string; on: boolean } {
  return { type: 'online', on };
}
