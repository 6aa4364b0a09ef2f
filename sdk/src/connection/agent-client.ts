import type { ConversationView } from '../conversation/conversation-view.ts';
import type { Observable } from '../lib/observable.ts';
import type { AgentCard, ChosenPresence, DeskRow, ErrorCode, Role } from '../protocol/index.ts';
import type { ConnectionStatus } from './connection-status.ts';
import type { ShareCommands } from './share-commands.ts';

/** A command that the server did not take: `code` tells why, `message` is a sentence for a log. */
export interface Refusal {
  code: ErrorCode;
  message: string;
}
export type Outcome = { ok: true; seq: number } | { ok: false; refusal: Refusal };

/** Where a work item is passed on to; `warm`: the colleague joins first, `keepsPlace: false`: at the queue's end. */
export type TransferTarget = { agent: string; warm?: boolean } | { queue: string; keepsPlace?: boolean };

/** How a sitting ends: what it was about (a code of the site), and whether to have time to write it up. */
export interface Ending {
  code?: string;
  wrapUp?: boolean;
}

/** An open conversation of an agent. Its view stays live until `close`. */
export interface AgentConversation extends ShareCommands {
  readonly view: Observable<ConversationView>;
  /** What the visitor is writing, where the site shows it to the agents of the conversation; else empty. Live only. */
  readonly visitorDraft: Observable<string>;
  /** Why the server shows nothing new of it at present; it is asked for again by itself. */
  readonly hindered: Observable<ErrorCode | undefined>;
  /** Resolves once saved in this browser's outbox; goes out by itself, also after a reload. */
  send(text: string): Promise<{ id: string }>;
  /** `mentions`: ids of colleagues who are told of it. */
  note(text: string, mentions?: readonly string[]): Promise<{ id: string }>;
  tryAgain(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  markRead(seq: number): void;
  markDelivered(seq: number): void;
  typing(on: boolean): void;
  loadOlder(): Promise<void>;
  readDraft(): Promise<string>;
  writeDraft(text: string): void;
  /** Marks the conversation by a tag of the site, or no longer. */
  tag(tag: string, on: boolean): Promise<Outcome>;
  /** Ends the sitting. */
  finish(ending?: Ending): Promise<Outcome>;
  close(): void;
}

/** What an agent can do at the desk. Each resolves with the server's answer, or `unavailable` where none came in time. */
export interface DeskActions {
  /** `drain`: finish the work at hand first, and take nothing new. */
  setPresence(presence: ChosenPresence, reason?: string, drain?: boolean): Promise<Outcome>;
  accept(item: string, offer: string): Promise<Outcome>;
  decline(item: string, offer: string): Promise<Outcome>;
  /** Passes work on. To a colleague: they are asked, and until they take it, it stays here. */
  transfer(item: string, to: TransferTarget): Promise<Outcome>;
  /** Stops asking the colleague. */
  withdrawTransfer(item: string): Promise<Outcome>;
  /** Of two agents one goes: `handOver` leaves the item to the colleague, else the colleague goes. */
  endConsult(item: string, handOver: boolean): Promise<Outcome>;
  /** Written up, before the time is over. */
  endWrapUp(item: string, code?: string): Promise<Outcome>;
  /** The agent has looked at a conversation in which they were mentioned. */
  seeMentions(conversation: string): Promise<Outcome>;
  /** Supervisors: puts a work item into an agent's hands, as far as these have room. */
  assign(item: string, agent: string): Promise<Outcome>;
}

/** Everything an agent's side can do and see; made by `connectAgent` of `@alongside/sdk/agent`. */
export interface AgentClient extends DeskActions {
  readonly connection: Observable<ConnectionStatus>;
  /** Who is signed in, once welcomed. */
  readonly me: Observable<{ agent: AgentCard; role: Role; site: { key: string; name: string } } | undefined>;
  /** The desk's rows by key, whole and in step with the server (versioned; a gap asks for it whole). */
  readonly desk: Observable<ReadonlyMap<string, DeskRow>>;
  /** Server's wall clock minus this device's, in milliseconds; for countdowns and relative times. */
  readonly clockOffset: Observable<number>;
  /** `memory`: this browser denies storage, so that a reload loses what was not sent (shown as a warning). */
  readonly storage: Observable<'durable' | 'memory' | 'opening'>;
  /** Supervisors: the desk has the rows of the floor too, until this is turned off; for others it changes nothing. */
  watchFloor(on: boolean): void;
  /** Opens a conversation; several callers share one. */
  open(conversation: string): AgentConversation;
  hurry(): void;
  stop(): Promise<void>;
}

/** Options of `connectAgent`. */
export interface AgentClientOptions {
  server: string;
  /**
   * Gives a one-time socket ticket (30 s), asked for before each connect. Rejects with a `SignedOutError` when
   * signed out (the client stops); any other rejection counts as a lost network and is tried again.
   */
  ticket: () => Promise<string>;
  storage?: 'browser' | 'memory';
}
