import {
  AGENT_HEARTBEAT_MS,
  ANSWER_TIMEOUT_MS,
  FRAME_MAX_BYTES,
  HELLO_TIMEOUT_MS,
  VISITOR_HEARTBEAT_MS,
} from '@alongside/sdk/protocol';
import type { Rate } from './rate.ts';
import { type ShareLimits, defaultShareLimits } from './share-limits.ts';

export type { Rate };

/**
 * Every limit of the server, as one object that is handed to it: tests, benches and fault runs raise those that
 * they do not test. Anchors: the OWASP WebSocket cheat sheet and Centrifugo's defaults.
 */
export interface Limits {
  /** One text frame of a client. */
  readonly frameMaxBytes: number;
  readonly jsonDepthMax: number;
  /** Keys of one object. */
  readonly jsonKeysMax: number;
  readonly jsonItemsMax: number;

  readonly helloTimeoutMs: number;
  readonly visitorHeartbeatMs: number;
  readonly agentHeartbeatMs: number;
  /** From a ping to any sign of life (DL7). */
  readonly answerTimeoutMs: number;
  /** How often all connections are looked at; the grain of the three times above. */
  readonly sweepEveryMs: number;
  /** How long a live connection goes without its session being looked up again. */
  readonly sessionCheckEveryMs: number;

  /** Unsent bytes of a connection from which signals are dropped, and from which it is closed (DL9). */
  readonly unsentSignalsMaxBytes: number;
  readonly unsentMaxBytes: number;
  /** From our close frame to the end of the socket. */
  readonly closeGraceMs: number;
  /** Frames of one connection that wait for the one before them; then it is not read from until they are done. */
  readonly waitingFramesMax: number;

  readonly connectionsMax: number;
  /** Part of them that the visitors of one site may take, where there are several sites. */
  readonly siteShareMax: number;
  /** An address is an IPv4 address or the /64 of an IPv6 one. */
  readonly connectionsPerAddress: number;
  readonly newConnectionsPerAddress: Rate;
  readonly newVisitorsPerAddress: Rate;
  readonly connectionsPerVisitor: number;
  readonly connectionsPerAgent: number;
  readonly hellosPerVisitor: Rate;
  /** Conversations that one agent's connection reads at once. */
  readonly openConversationsMax: number;

  readonly framesPerConnection: Rate;
  /** Commands that go into a device's order, that is: messages and notes. */
  readonly visitorMessages: Rate;
  readonly agentMessages: Rate;
  /** All other commands: receipts, the desk. */
  readonly visitorCommands: Rate;
  readonly agentCommands: Rate;
  readonly signals: Rate;
  /** What is being written, where a site shows it: five a second. */
  readonly drafts: Rate;
  readonly fetches: Rate;

  readonly httpBodyMaxBytes: number;
  readonly httpHeadersMaxBytes: number;
  readonly httpHeadersMax: number;
  readonly httpHeadersTimeoutMs: number;
  readonly httpRequestTimeoutMs: number;
  readonly httpKeepAliveTimeoutMs: number;
  readonly requestsPerAddress: Rate;
  readonly signInsPerAddress: Rate;

  /** For commands on their way at SIGTERM, and for clients to take their leave (DL13: 10 s in all). */
  readonly drainCommandsMs: number;
  readonly drainCloseMs: number;

  /** Of shared pages, which have a socket of their own. */
  readonly shares: ShareLimits;
}

const KB = 1024;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

export const defaultLimits: Limits = {
  frameMaxBytes: FRAME_MAX_BYTES,
  jsonDepthMax: 16,
  jsonKeysMax: 200,
  jsonItemsMax: 5_000,

  helloTimeoutMs: HELLO_TIMEOUT_MS,
  visitorHeartbeatMs: VISITOR_HEARTBEAT_MS,
  agentHeartbeatMs: AGENT_HEARTBEAT_MS,
  answerTimeoutMs: ANSWER_TIMEOUT_MS,
  sweepEveryMs: SECOND_MS,
  sessionCheckEveryMs: 30 * MINUTE_MS,

  unsentSignalsMaxBytes: 256 * KB,
  unsentMaxBytes: KB * KB,
  closeGraceMs: 5 * SECOND_MS,
  waitingFramesMax: 64,

  connectionsMax: 20_000,
  siteShareMax: 0.2,
  connectionsPerAddress: 50,
  newConnectionsPerAddress: { burst: 60, perMinute: 60 },
  newVisitorsPerAddress: { burst: 20, perMinute: 20 },
  connectionsPerVisitor: 6,
  connectionsPerAgent: 10,
  hellosPerVisitor: { burst: 20, perMinute: 20 },
  openConversationsMax: 128,

  framesPerConnection: { burst: 200, perMinute: 3_000 },
  visitorMessages: { burst: 10, perMinute: 30 },
  agentMessages: { burst: 20, perMinute: 60 },
  visitorCommands: { burst: 60, perMinute: 120 },
  agentCommands: { burst: 60, perMinute: 600 },
  signals: { burst: 5, perMinute: 120 },
  drafts: { burst: 10, perMinute: 300 },
  fetches: { burst: 40, perMinute: 300 },

  httpBodyMaxBytes: 64 * KB,
  httpHeadersMaxBytes: 8 * KB,
  httpHeadersMax: 64,
  httpHeadersTimeoutMs: 10 * SECOND_MS,
  httpRequestTimeoutMs: 30 * SECOND_MS,
  httpKeepAliveTimeoutMs: 65 * SECOND_MS,
  requestsPerAddress: { burst: 600, perMinute: 1_200 },
  signInsPerAddress: { burst: 20, perMinute: 20 },

  drainCommandsMs: 5 * SECOND_MS,
  drainCloseMs: 2 * SECOND_MS,

  shares: defaultShareLimits,
};

/** In the demo everybody comes from one address, and tries things out. */
const DEMO_FACTOR = 100;

/** The limits with every rate and every count of connections multiplied by 100; sizes and times stay. */
export function demoLimits(limits: Limits = defaultLimits): Limits {
  const more = (rate: Rate): Rate => ({
    burst: rate.burst * DEMO_FACTOR,
    perMinute: rate.perMinute * DEMO_FACTOR,
  });
  return {
    ...limits,
    connectionsPerAddress: limits.connectionsPerAddress * DEMO_FACTOR,
    connectionsPerVisitor: limits.connectionsPerVisitor * DEMO_FACTOR,
    connectionsPerAgent: limits.connectionsPerAgent * DEMO_FACTOR,
    newConnectionsPerAddress: more(limits.newConnectionsPerAddress),
    newVisitorsPerAddress: more(limits.newVisitorsPerAddress),
    hellosPerVisitor: more(limits.hellosPerVisitor),
    framesPerConnection: more(limits.framesPerConnection),
    visitorMessages: more(limits.visitorMessages),
    agentMessages: more(limits.agentMessages),
    visitorCommands: more(limits.visitorCommands),
    agentCommands: more(limits.agentCommands),
    signals: more(limits.signals),
    drafts: more(limits.drafts),
    fetches: more(limits.fetches),
    requestsPerAddress: more(limits.requestsPerAddress),
    signInsPerAddress: more(limits.signInsPerAddress),
  };
}
