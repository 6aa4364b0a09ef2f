import type { Socket } from 'node:net';
import type { Direction, Faults, Link, PipeContext } from './fault-proxy.ts';
import { type Piece, WebSocketFrames } from './web-socket-frames.ts';

/** From here on a source is not read from until what waits has gone. */
const WAITING_MAX_BYTES = 1024 * 1024;
/** A throttled direction lets through this share of a second's bytes at once. */
const THROTTLED_STEPS_PER_SECOND = 20;
const HTTP_GET = 'GET ';
const SWITCHED = 'HTTP/1.1 101';
const HEAD_END = '\r\n\r\n';
const STREAM_TYPE = 'Content-Type: text/event-stream';
const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

interface Waiting {
  bytes: Buffer;
  /** When it goes on; of what trickles, when its next step does. */
  releaseAt: number;
  readonly trickle: Trickle | undefined;
  readonly left: () => void;
}

/** How a throttled piece goes on: so many bytes after each so many milliseconds. */
interface Trickle {
  readonly stepBytes: number;
  readonly stepMs: number;
}

/** One direction of a connection through the fault proxy. */
export class Pipe {
  readonly #link: Link;
  readonly #direction: Direction;
  readonly #context: PipeContext;
  readonly #passed: (bytes: number) => void;
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #lastRelease = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The beginning of a request, until its head is whole. */
  #head: Buffer | undefined;
  #mode: 'new' | 'raw' | 'frames' = 'new';
  readonly #frames = new WebSocketFrames();
  #later: Buffer | undefined;
  #kept = false;
  #ended = false;
  #stopped = false;

  constructor(link: Link, direction: Direction, context: PipeContext, passed: (bytes: number) => void) {
    this.#link = link;
    this.#direction = direction;
    this.#context = context;
    this.#passed = passed;
    [this.#source, this.#sink] = direction === 'up' ? [link.client, link.server] : [link.server, link.client];
    this.#source.on('data', (bytes: Buffer) => this.#took(bytes));
    this.#source.on('end', () => this.#end());
    this.#source.on('close', () => this.#end());
    this.#sink.on('drain', () => this.faultsChanged());
    if (this.#faults.frozen) this.#source.pause();
  }

  /** Nothing waits to be passed on. */
  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  faultsChanged(): void {
    if (this.#stopped) return;
    if (this.#faults.frozen) {
      this.#source.pause();
      return;
    }
    this.#pump();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const { left } of this.#waiting.splice(0)) left();
  }

  get #faults(): Faults {
    return this.#context.faults();
  }

  // What comes in

  #took(bytes: Buffer): void {
    if (this.#stopped) return;
    if (this.#swallows()) {
      this.#link.dead = true;
      this.#context.struck('swallowed');
      return;
    }
    if (this.#keeps(bytes)) return;
    // A connection that was kept alive may carry an upgrade after other requests.
    if (this.#mode === 'raw' && this.#beginsAnew(bytes)) this.#mode = 'new';
    if (this.#mode === 'new') this.#begin(bytes);
    else this.#pass(bytes);
  }

  #pass(bytes: Buffer): void {
    if (this.#mode === 'raw') this.#queue(bytes);
    else for (const piece of this.#frames.push(bytes)) this.#piece(piece);
  }

  /** Nothing of a stream that was kept ever passes: it does not end by itself. */
  #keeps(bytes: Buffer): boolean {
    if (this.#direction === 'up' || !this.#faults.keepStreams) return this.#kept;
    if (!this.#kept && bytes.includes(STREAM_TYPE)) {
      this.#kept = true;
      this.#context.struck('stream-kept');
    }
    return this.#kept;
  }

  #swallows(): boolean {
    const { blackHole } = this.#faults;
    return this.#link.dead || blackHole === 'both' || blackHole === this.#direction;
  }

  #beginsAnew(bytes: Buffer): boolean {
    if (this.#direction === 'up') return bytes.toString('latin1', 0, HTTP_GET.length) === HTTP_GET;
    return this.#link.upgraded && bytes.toString('latin1', 0, SWITCHED.length) === SWITCHED;
  }

  /** Only a request that begins like one is looked into; all else passes as it is. */
  #begin(bytes: Buffer): void {
    if (this.#direction === 'down') {
      this.#mode = this.#link.upgraded ? 'frames' : 'raw';
      this.#pass(bytes);
      return;
    }
    this.#head = this.#head ? Buffer.concat([this.#head, bytes]) : bytes;
    const start = this.#head.toString('latin1', 0, HTTP_GET.length);
    const isRequest = HTTP_GET.startsWith(start) || start === HTTP_GET;
    if (isRequest && !this.#head.includes(HEAD_END)) return;
    const whole = this.#head;
    this.#head = undefined;
    this.#link.upgraded = isRequest && /^upgrade: *websocket\r$/im.test(whole.toString('latin1'));
    this.#mode = this.#link.upgraded ? 'frames' : 'raw';
    if (this.#link.upgraded && this.#faults.refuseUpgrade) this.#refuse();
    else this.#pass(whole);
  }

  #refuse(): void {
    this.#context.struck('upgrade-refused');
    this.#source.end(FORBIDDEN);
    this.#link.server.destroy();
    this.stop();
  }

  #piece({ bytes, kind, text }: Piece): void {
    if (kind === 'head') {
      this.#queue(bytes);
      if (this.#direction === 'down') this.#answered(bytes.toString('latin1'));
      return;
    }
    const fate = text === undefined ? 'pass' : (this.#faults.frames?.(this.#direction, text) ?? 'pass');
    if (fate === 'drop') {
      this.#context.struck('frame-dropped');
      return;
    }
    if (fate === 'later' && !this.#later) {
      this.#later = bytes;
      return;
    }
    this.#queue(bytes);
    if (fate === 'twice') {
      this.#context.struck('frame-doubled');
      this.#queue(bytes);
    }
    if (this.#later) {
      this.#context.struck('frame-swapped');
      this.#queue(this.#later);
      this.#later = undefined;
    }
  }

  #answered(head: string): void {
    if (!head.startsWith(SWITCHED)) {
      this.#mode = 'raw';
      return;
    }
    if (!this.#faults.silentAfterUpgrade) return;
    this.#context.struck('silenced');
    this.#link.dead = true;
  }

  // What goes out

  #queue(bytes: Buffer): void {
    const { bytesPerSecond } = this.#faults;
    if (bytesPerSecond === undefined) {
      this.#wait(bytes, this.#delay());
      return;
    }
    this.#context.struck('throttled');
    const stepBytes = Math.max(1, Math.floor(bytesPerSecond / THROTTLED_STEPS_PER_SECOND));
    this.#wait(bytes, this.#delay(), { stepBytes, stepMs: (stepBytes / bytesPerSecond) * 1_000 });
  }

  #delay(): number {
    const { delayMs, skewMs } = this.#faults;
    const { random, skew } = this.#link;
    let delay = 0;
    if (delayMs) delay += delayMs[0] + random.fraction() * (delayMs[1] - delayMs[0]);
    if (skewMs) delay += skewMs[0] + skew * (skewMs[1] - skewMs[0]);
    if (delay > 0) this.#context.struck('delayed');
    return delay;
  }

  #wait(bytes: Buffer, delay: number, trickle?: Trickle): void {
    // A cut by the piece before it ends this one too.
    if (this.#stopped) return;
    let releaseAt = Math.max(this.#lastRelease, performance.now() + delay);
    this.#lastRelease = releaseAt;
    if (trickle) {
      this.#lastRelease += (bytes.length / trickle.stepBytes) * trickle.stepMs;
      releaseAt += trickle.stepMs;
    }
    this.#waiting.push({ bytes, releaseAt, trickle, left: this.#context.arrived(this.#link) });
    this.#waitingBytes += bytes.length;
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const { frozen } = this.#faults;
    if (frozen && this.#waiting.length > 0) this.#context.struck('frozen');
    while (!frozen && !this.#stopped) {
      const [next] = this.#waiting;
      if (!next) break;
      const wait = next.releaseAt - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#pump(), Math.ceil(wait));
        break;
      }
      this.#release(next);
    }
    if (this.#stopped) return;
    // A slow network holds what it can carry in a second.
    const holdsMax = this.#faults.bytesPerSecond ?? WAITING_MAX_BYTES;
    const full = this.#waitingBytes > holdsMax || this.#sink.writableNeedDrain;
    if (full || frozen) this.#source.pause();
    else this.#source.resume();
    if (this.#ended && this.idle && !this.#link.dead) this.#sink.end();
  }

  /** Lets the first that waits go, or the next step of it. */
  #release(next: Waiting): void {
    const { bytes, trickle } = next;
    const step = bytes.subarray(0, trickle?.stepBytes);
    this.#waitingBytes -= step.length;
    if (trickle && step.length < bytes.length) {
      next.bytes = bytes.subarray(step.length);
      next.releaseAt += trickle.stepMs;
    } else {
      this.#waiting.shift();
      next.left();
    }
    this.#write(step);
  }

  #write(bytes: Buffer): void {
    const left = this.#context.beforeCut(this.#direction);
    if (left === undefined || left > bytes.length) {
      this.#passed(bytes.length);
      this.#sink.write(bytes);
      return;
    }
    this.#sink.write(bytes.subarray(0, left));
    this.#context.cut(this.#link);
  }

  /** The source sends no more; the sink learns it once it has everything, unless the link is half open for good. */
  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#stopped) this.#pump();
  }
}
