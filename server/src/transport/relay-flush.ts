import { STREAM_BATCH_MAX_FRAMES, deviceId, object, opaque, siteKey } from '@alongside/sdk/protocol';
import type { VisitorSession } from '../events/session.ts';
import { AnswersWire } from './answers-wire.ts';
import { Connection, type Greeting } from './connection.ts';
import { decodeProblem, shapeProblem } from './decode-frame.ts';
import type { FrameIntake } from './frame-intake.ts';
import { HelloRefused, admitVisitor } from './hello.ts';
import { HttpError } from './http-error.ts';
import type { RelayOptions } from './relay-options.ts';
import type { RelayRates } from './relay-rates.ts';
import type { ConnectionRefusal } from './wire.ts';

/** What a flush needs of the relay, whose frames it brings. */
export interface RelayFlushParts {
  intake: FrameIntake;
  rates: RelayRates;
  refusal: (address: string) => ConnectionRefusal | undefined;
}

/**
 * Who sends. The refresh token is not asked for: using one replaces it, and nobody would read its successor.
 */
const sender = object({ site: siteKey, device: deviceId, access: opaque });

/**
 * What a page had not sent when it went, in one request (DL5). The commands are frames like all others, handled one
 * after the other, and the first that is not stored ends it, so that none overtakes another. It is no connection:
 * nobody appears or disappears by it. What is lost here is sent again by the next page.
 */
export class RelayFlush {
  readonly #options: RelayOptions;
  readonly #parts: RelayFlushParts;

  constructor(options: RelayOptions, parts: RelayFlushParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Counts a request as what it stands for: one more connection. @throws HttpError where there is no room */
  admit(address: string): void {
    const refusal = this.#parts.refusal(address);
    if (!refusal) return;
    const code = refusal.status === 429 ? 'rate-limited' : 'unavailable';
    throw new HttpError(code, 'too many in a short time', refusal.retryAfterMs);
  }

  /** Handles the commands of a body; resolves with their answers. @throws HttpError where none was looked at */
  async take(body: Buffer, address: string, greeting: Greeting): Promise<unknown[]> {
    const { clock, limits, metrics } = this.#options;
    metrics.bytesIn += body.length;
    const { frames, ...who } = this.#read(body);
    const session = await this.#sender(who, greeting);
    const wire = new AnswersWire();
    const tokens = limits.framesPerConnection.burst;
    const connection = new Connection(wire, address, undefined, clock.monotonic(), tokens);
    connection.session = session;
    for (const frame of frames) {
      const answered = wire.next();
      this.#parts.intake.frame(connection, frame);
      if ((await answered)?.type !== 'ack') break;
    }
    connection.ended = true;
    return wire.answers;
  }

  #read(body: Buffer): { frames: readonly unknown[] } & object {
    const value = parsed(body);
    const problem = shapeProblem(value, this.#options.limits);
    if (problem) throw new HttpError(problem.code, problem.message);
    const { frames } = (value ?? {}) as { frames?: unknown };
    if (!Array.isArray(frames) || !frames.every(isCommand)) {
      throw new HttpError('malformed', 'the body must be {"site", "device", "access", "frames": [commands]}');
    }
    if (frames.length > STREAM_BATCH_MAX_FRAMES) {
      throw new HttpError('too-large', `there are more than ${STREAM_BATCH_MAX_FRAMES} frames`);
    }
    return { ...(value as object), frames };
  }

  async #sender(value: object, greeting: Greeting): Promise<VisitorSession> {
    const { identity, clock } = this.#options;
    try {
      const who = sender.decode(value, '');
      const { session } = await admitVisitor(identity, who, greeting, () => undefined);
      const retryAfter = this.#parts.rates.hellos.take(session.visitor, clock.monotonic());
      if (retryAfter > 0) throw new HttpError('rate-limited', 'too many in a short time', retryAfter);
      return session;
    } catch (error) {
      if (error instanceof HttpError) throw error;
      const { code, message } = error instanceof HelloRefused ? error : decodeProblem(error);
      throw new HttpError(code, message);
    }
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new HttpError('malformed', 'the body is not JSON');
  }
}

function isCommand(frame: unknown): boolean {
  return (frame as { type?: unknown } | null)?.type === 'command';
}
