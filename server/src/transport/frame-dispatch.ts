import {
  type AgentUp,
  type Author,
  type ErrorCode,
  HISTORY_PAGE_MAX_BYTES,
  type VisitorUp,
  agentUp,
  commandId,
  requestId,
  visitorUp,
} from '@alongside/sdk/protocol';
import {
  type CommandAnswer,
  LookNotRecorded,
  type ReceivedCommand,
  type SignalReaders,
} from '../events/handlers.ts';
import type { AgentSession, Session, VisitorSession } from '../events/session.ts';
import { authorOf, readerOf } from '../events/submit.ts';
import { mayAccess } from '../identity/access.ts';
import type { Connection } from './connection.ts';
import type { ConversationFeed } from './conversation-feed.ts';
import { type Problem, decodeProblem } from './decode-frame.ts';
import type { DeskFeeds } from './desk-feed.ts';
import type { AnyCommandHandler, AnySignalHandler, RelayOptions } from './relay-options.ts';
import type { RelayRates } from './relay-rates.ts';
import type { Transmitter } from './transmitter.ts';

type Up = VisitorUp | AgentUp;
type Of<Type extends Up['type']> = Extract<Up, { type: Type }>;

interface Refusal {
  code: ErrorCode;
  message: string;
  retryAfter?: number;
}

export interface DispatchParts {
  feed: ConversationFeed;
  desks: DeskFeeds;
  out: Transmitter;
  rates: RelayRates;
}

const SECOND_MS = 1_000;
const NOT_FOUND: Refusal = { code: 'not-found', message: 'there is no such conversation' };

/** What a welcomed connection's frames do. Every one that asks gets an answer: never silence (DL11). */
export class FrameDispatch {
  readonly #options: RelayOptions;
  readonly #feed: ConversationFeed;
  readonly #desks: DeskFeeds;
  readonly #out: Transmitter;
  readonly #rates: RelayRates;
  readonly #commands: { visitor: HandlerMap<VisitorSession>; agent: HandlerMap<AgentSession> };
  readonly #signals: { visitor: SignalMap<VisitorSession>; agent: SignalMap<AgentSession> };

  constructor(options: RelayOptions, parts: DispatchParts) {
    this.#options = options;
    this.#feed = parts.feed;
    this.#desks = parts.desks;
    this.#out = parts.out;
    this.#rates = parts.rates;
    const { visitor, agent } = options.handlers;
    this.#commands = { visitor: byType(visitor.commands), agent: byType(agent.commands) };
    this.#signals = { visitor: byType(visitor.signals), agent: byType(agent.signals) };
  }

  /** Handles one frame; resolves when it is answered, so that the next one of the connection comes after it. */
  async handle(connection: Connection, session: Session, value: unknown): Promise<void> {
    if ((value as { type?: unknown } | null)?.type === 'hello') {
      this.#out.close(connection, 4000, 'a second hello');
      return;
    }
    let frame: Up;
    try {
      frame = session.kind === 'visitor' ? visitorUp.decode(value, '') : agentUp.decode(value, '');
    } catch (error) {
      this.refuseFrame(connection, value, decodeProblem(error));
      return;
    }
    switch (frame.type) {
      case 'command':
        return this.#command(connection, session, frame);
      case 'fetch':
        return this.#answered(connection, frame.request, this.#fetch(connection, session, frame));
      case 'open':
        return this.#answered(connection, frame.request, this.#open(connection, session, frame));
      case 'leave':
        this.#feed.leave(connection, frame.conversation);
        return;
      case 'desk.open':
        if (session.kind === 'agent') this.#desks.open(connection, session, frame.floor);
        return;
      case 'signal':
        return this.signal(connection, session, frame);
      case 'ping':
        this.#out.send(connection, { type: 'pong', heads: this.#feed.headsOf(connection) });
        return;
      case 'pong':
      case 'hello':
        return;
    }
  }

  /** Answers a frame that could not be read: to its own id where it has a good one, else as an error. */
  refuseFrame(connection: Connection, value: unknown, problem: Problem): void {
    const { type, id, request } = (value ?? {}) as { type?: unknown; id?: unknown; request?: unknown };
    this.#options.metrics.refused[problem.code] += 1;
    if (type === 'command' && decodes(() => commandId.decode(id, ''))) {
      this.#out.send(connection, { type: 'refused', id, ...problem });
    } else if ((type === 'fetch' || type === 'open') && decodes(() => requestId.decode(request, ''))) {
      this.#out.send(connection, { type: 'refused', request, ...problem });
    } else {
      this.#out.send(connection, { type: 'error', ...problem });
    }
  }

  /** A page that came with the hello, or a signal frame. What is too much is dropped: it may be lost by its nature. */
  async signal(connection: Connection, session: Session, frame: Of<'signal'>): Promise<void> {
    const isDraft = frame.body.type === 'draft';
    if (!this.#rates.takeSignal(session, isDraft, this.#options.clock.monotonic())) {
      this.#options.metrics.signalsDropped += 1;
      return;
    }
    const conversation = session.kind === 'visitor' ? session.conversation : conversationOf(frame);
    if (conversation === undefined || !this.#feed.isReading(connection, conversation)) return;
    const handler = this.#signals[session.kind].get(frame.body.type);
    const shown = handler?.handle(session as never, conversation, frame.body as never);
    if (!handler || !shown) return;
    const author = authorOf(session);
    if (handler.only) await this.#signalTo(handler.only, session, conversation, author, shown);
    else this.#feed.signal(conversation, connection, author, shown);
  }

  async #signalTo(
    { agents, since }: SignalReaders<never>,
    session: Session,
    conversation: string,
    author: Author,
    shown: { type: string },
  ): Promise<void> {
    try {
      const only = { agents: await agents(session as never, conversation), since };
      this.#feed.signalTo(only, conversation, author, shown);
    } catch (error) {
      // Lost, as a signal may be: a store in trouble says so by its health.
      this.#options.logger.warn({ err: error }, 'it is not known who may be shown a signal');
    }
  }

  async #command(connection: Connection, session: Session, frame: Of<'command'>): Promise<void> {
    const { clock, metrics } = this.#options;
    const begun = clock.monotonic();
    metrics.commands += 1;
    const answer = await this.#answerTo(session, frame, begun);
    metrics.ackSeconds.observe((clock.monotonic() - begun) / SECOND_MS);
    const { id } = frame;
    if (!answer.ok) {
      const { ok, ...refusal } = answer;
      metrics.refused[refusal.code] += 1;
      this.#out.send(connection, { type: 'refused', id, ...refusal });
      return;
    }
    const { seq, head, conflict } = answer;
    const conversation = conversationOf(frame);
    this.#out.send(connection, { type: 'ack', id, conversation, seq, head, conflict });
  }

  async #answerTo(session: Session, frame: Of<'command'>, now: number): Promise<CommandAnswer> {
    const { id, n, body } = frame;
    const retryAfter = this.#rates.takeCommand(session, n !== undefined, now);
    if (retryAfter > 0) {
      return { ok: false, code: 'rate-limited', message: 'too many in a short time', retryAfter };
    }
    const conversation = session.kind === 'visitor' ? session.conversation : conversationOf(frame);
    const may = conversation === undefined || this.#mayUse(session, conversation);
    if (may !== true && !(await may)) return { ok: false, ...NOT_FOUND };
    const handler = this.#commands[session.kind].get(body.type);
    if (!handler) return { ok: false, code: 'unknown-type', message: `${body.type} is not taken here` };
    const command = { id, body, ...(n !== undefined && { n }), ...(conversation && { conversation }) };
    try {
      return await handler.handle(session as never, command as ReceivedCommand<never>);
    } catch (error) {
      this.#options.logger.error({ err: error, command: body.type }, 'a command handler failed');
      return { ok: false, code: 'internal', message: 'a fault of the server; nothing was stored' };
    }
  }

  /** A store that cannot be read is an answer too. */
  async #answered(connection: Connection, request: number, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      // One line for each conversation in trouble: whoever wants to see it asks again and again.
      if (error instanceof LookNotRecorded) {
        if (error.isNews) this.#options.logger.warn({ err: error }, 'a look could not be recorded');
      } else this.#options.logger.error({ err: error }, 'a conversation could not be read');
      const message = 'it cannot be read at present';
      this.#refuseRequest(connection, request, { code: 'unavailable', message, retryAfter: SECOND_MS });
    }
  }

  async #fetch(connection: Connection, session: Session, frame: Of<'fetch'>): Promise<void> {
    const { request, conversation, after, before, limit } = frame;
    const retryAfter = this.#rates.takeFetch(session, this.#options.clock.monotonic());
    if (retryAfter > 0) {
      const refusal: Refusal = { code: 'rate-limited', message: 'too many in a short time', retryAfter };
      this.#refuseRequest(connection, request, refusal);
      return;
    }
    if ((after === undefined) === (before === undefined)) {
      this.#refuseRequest(connection, request, { code: 'invalid', message: 'give either after or before' });
      return;
    }
    if (!(await this.#mayUse(session, conversation))) {
      this.#refuseRequest(connection, request, NOT_FOUND);
      return;
    }
    if (session.kind === 'agent') await this.#options.looked(session, conversation);
    const { entries, head, more } = await this.#options.log.read(conversation, {
      reader: readerOf(session),
      ...(after !== undefined ? { after } : { before: before ?? 0 }),
      limit,
      maxBytes: HISTORY_PAGE_MAX_BYTES,
    });
    this.#out.send(connection, { type: 'page', request, conversation, entries, head, more });
  }

  async #open(connection: Connection, session: Session, frame: Of<'open'>): Promise<void> {
    const { request, conversation, position } = frame;
    const { openConversation, limits } = this.#options;
    const isNew = !this.#feed.isReading(connection, conversation);
    if (isNew && connection.subscriptions.length >= limits.openConversationsMax) {
      const message = `only ${limits.openConversationsMax} conversations can be open at once`;
      this.#refuseRequest(connection, request, { code: 'invalid', message });
      return;
    }
    if (!(await this.#mayUse(session, conversation))) {
      this.#refuseRequest(connection, request, NOT_FOUND);
      return;
    }
    if (session.kind === 'agent') await this.#options.looked(session, conversation);
    const at = position?.conversation === conversation ? position : undefined;
    const where = { id: conversation, site: session.site };
    await this.#feed.subscribe(
      connection,
      conversation,
      () => openConversation(where, readerOf(session), at),
      (opened) => this.#out.send(connection, { type: 'opened', request, opened }),
    );
    const on = this.#feed.hasVisitor(conversation);
    const body = { type: 'online', on };
    this.#out.send(connection, { type: 'signal', conversation, author: { kind: 'system' }, body });
    if (!on) this.#feed.askForVisitor(conversation);
  }

  /** Whether the session may read and write there; at once where nothing has to be looked up. */
  #mayUse(session: Session, conversation: string): boolean | Promise<boolean> {
    const object = { kind: 'conversation' as const, id: conversation };
    if (session.kind === 'visitor') return mayAccess(session, { ...object, site: session.site });
    const site = this.#options.identity.conversations.siteOfConversation(conversation);
    const may = (found: string | undefined): boolean =>
      found !== undefined && mayAccess(session, { ...object, site: found });
    return site instanceof Promise ? site.then(may) : may(site);
  }

  #refuseRequest(connection: Connection, request: number, refusal: Refusal): void {
    this.#options.metrics.refused[refusal.code] += 1;
    this.#out.send(connection, { type: 'refused', request, ...refusal });
  }
}

type HandlerMap<S extends Session> = ReadonlyMap<string, AnyCommandHandler<S>>;
type SignalMap<S extends Session> = ReadonlyMap<string, AnySignalHandler<S>>;

function byType<H extends { type: string }>(handlers: readonly H[]): ReadonlyMap<string, H> {
  return new Map(handlers.map((handler) => [handler.type, handler]));
}

/** The conversation that an agent's frame names; a visitor's names none. */
function conversationOf(frame: object): string | undefined {
  return 'conversation' in frame ? (frame.conversation as string | undefined) : undefined;
}

function decodes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}
