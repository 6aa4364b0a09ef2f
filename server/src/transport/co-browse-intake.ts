import {
  type CloseCode,
  type CoBrowseAgentUp,
  type CoBrowseVisitorUp,
  coBrowseAgentUp,
  coBrowseVisitorUp,
} from '@alongside/sdk/protocol';
import type { ShareDoors, Weight } from '../events/share-ports.ts';
import type { Limits } from '../lib/limits.ts';
import type { Logger } from '../lib/logger.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { ShareMetrics } from '../lib/share-metrics.ts';
import type { AdmittedToShare, CoBrowseHello } from './co-browse-hello.ts';
import { type CoBrowseGreeting, type CoBrowseSocket, wireOf } from './co-browse-socket.ts';
import { type Problem, decodeProblem, shapeProblem } from './decode-frame.ts';
import { HelloRefused } from './hello.ts';

export interface IntakeOptions {
  readonly doors: ShareDoors;
  readonly hello: CoBrowseHello;
  readonly limits: Limits;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly shareMetrics: ShareMetrics;
  readonly now: () => number;
  /** Where a site's viewer is, for a console that was reached under `host`. */
  readonly viewerUrl: (site: string, host: string | undefined) => string;
  /** The socket is that person's from now on; answers false where they have too many. */
  readonly enters: (socket: CoBrowseSocket, admitted: AdmittedToShare) => boolean;
}

type Message = CoBrowseVisitorUp | CoBrowseAgentUp;

const BUSY_RETRY_MS = 10_000;

/** What comes on the sockets of shared pages: counted, decoded, and handed to the shares. */
export class CoBrowseIntake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** A message as it came; held back while the socket is not read from for its rate. */
  message(socket: CoBrowseSocket, bytes: Buffer, isBinary: boolean): void {
    if (!socket.isOpen) return;
    if (isBinary) {
      this.#close(socket, 4000, 'binary');
      return;
    }
    const { metrics, limits } = this.#options;
    socket.pingedAt = 0;
    metrics.framesIn += 1;
    metrics.bytesIn += bytes.length;
    const wireBytes = socket.takeWireBytes();
    if (socket.pausedUntil === 0) {
      this.#read(socket, bytes, wireBytes);
      return;
    }
    // What was on its way into us when it was paused. Little on the wire may be much when it is inflated.
    socket.hold({ bytes, wireBytes });
    if (socket.heldBytes > limits.shares.snapshotMaxCharacters) {
      this.#close(socket, 4029, `retry-after=${BUSY_RETRY_MS}`);
    }
  }

  /** The pause is over: first what was held back, then the socket again. */
  resumed(socket: CoBrowseSocket): void {
    socket.pausedUntil = 0;
    while (socket.pausedUntil === 0 && socket.isOpen) {
      const held = socket.takeHeld();
      if (!held) {
        socket.resume();
        return;
      }
      this.#read(socket, held.bytes, held.wireBytes);
    }
  }

  #read(socket: CoBrowseSocket, bytes: Buffer, wireBytes: number): void {
    const text = bytes.toString();
    const value = parsed(text);
    if (value === undefined) this.#close(socket, 4000, 'not JSON');
    else if (socket.session) this.#take(socket, value, { characters: text.length, wireBytes });
    else void this.#greet(socket, value);
  }

  async #greet(socket: CoBrowseSocket, value: unknown): Promise<void> {
    const { greeting } = socket;
    socket.greeting = undefined;
    if (!greeting) {
      this.#close(socket, 4000, 'before the welcome');
      return;
    }
    try {
      const admitted = await this.#options.hello.read(value, greeting);
      if (!socket.isOpen) return;
      if (this.#options.enters(socket, admitted)) await this.#letIn(socket, admitted, greeting);
      else this.#close(socket, 4029, `retry-after=${BUSY_RETRY_MS}`);
    } catch (error) {
      this.#refuse(socket, error);
    }
  }

  async #letIn(socket: CoBrowseSocket, admitted: AdmittedToShare, greeting: CoBrowseGreeting): Promise<void> {
    const { doors, limits, shareMetrics, now, viewerUrl } = this.#options;
    const sent = (bytes: number): void => {
      shareMetrics.framesOut += 1;
      shareMetrics.bytesOut += bytes;
    };
    const guest =
      admitted.role === 'visitor'
        ? await doors.page(
            admitted.session,
            admitted.hello,
            wireOf(socket, { now, sent, unsentMaxBytes: limits.shares.pageUnsentMaxBytes }),
          )
        : await doors.viewer(
            admitted.session,
            admitted.hello,
            wireOf(socket, { now, sent }),
            viewerUrl(admitted.session.site, greeting.host),
          );
    if ('close' in guest) {
      const { reason, close } = guest;
      const ended = { type: 'ended', reason };
      if (socket.isOpen && reason !== undefined) socket.write(Buffer.from(JSON.stringify(ended)));
      this.#close(socket, close);
      return;
    }
    // It may have gone while it was let in.
    if (socket.readyState === socket.CLOSED) guest.left(socket.isRevoked ? 'revoked' : undefined);
    else socket.guest = guest;
  }

  #refuse(socket: CoBrowseSocket, error: unknown): void {
    const { metrics, logger } = this.#options;
    if (error instanceof HelloRefused) {
      metrics.refused[error.code] += 1;
      this.#close(socket, error.close);
      return;
    }
    try {
      metrics.refused[decodeProblem(error).code] += 1;
      this.#close(socket, 4000, 'a hello that cannot be read');
    } catch {
      logger.error({ err: error }, 'a shared page could not be let in');
      this.#close(socket, 1011);
    }
  }

  #take(socket: CoBrowseSocket, value: unknown, weight: Weight): void {
    const message = this.#decoded(socket, value);
    if (!message) return;
    if (message.type === 'hello') {
      this.#close(socket, 4000, 'a second hello');
      return;
    }
    if (message.type === 'pong') return;
    try {
      socket.guest?.take(message as never, weight);
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a message of a shared page could not be handled');
      this.#close(socket, 1011);
    }
  }

  /** Undefined where it is to be passed over, or was reason to part. */
  #decoded(socket: CoBrowseSocket, value: unknown): Message | undefined {
    const { metrics, limits } = this.#options;
    let problem: Problem | undefined = shapeProblem(withoutEvents(value), limits);
    if (!problem) {
      try {
        const decoder = socket.session?.kind === 'visitor' ? coBrowseVisitorUp : coBrowseAgentUp;
        return decoder.decode(value, '');
      } catch (error) {
        problem = decodeProblem(error);
      }
    }
    metrics.refused[problem.code] += 1;
    // A type of a later version is no reason to part; anything else comes from who does not speak this.
    const isLater = problem.code === 'unknown-type' && hasType(value);
    if (!isLater) this.#close(socket, problem.code === 'too-large' ? 1009 : 4000);
    return undefined;
  }

  #close(socket: CoBrowseSocket, code: CloseCode, reason = ''): void {
    socket.end(code, reason, this.#options.now());
  }
}

/** The firewall reads the events of a page; they are deep by their nature. */
function withoutEvents(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('events' in value)) return value;
  return { ...value, events: [] };
}

function hasType(value: unknown): boolean {
  return typeof (value as { type?: unknown } | null)?.type === 'string';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
