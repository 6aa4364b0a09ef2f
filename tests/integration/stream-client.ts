import { EventStreamReader } from '../../sdk/src/connection/event-stream.ts';
import { type Frame, type TestServer, visitorHello } from './transport-harness.ts';

const WAIT_MS = 30_000;

/** A stream that says exactly what a test tells it to. */
export class StreamClient {
  readonly frames: Frame[] = [];
  readonly headers: Headers;
  readonly closed: Promise<{ code: number; reason: string }>;
  answersPings = true;
  key = '';
  batch = 0;
  readonly #url: string;
  readonly #sent: Record<string, string>;
  readonly #aborter: AbortController;
  #taken = 0;
  #wake: () => void = () => undefined;

  private constructor(
    url: string,
    sent: Record<string, string>,
    response: Response,
    aborter: AbortController,
  ) {
    this.#url = url;
    this.#sent = sent;
    this.headers = response.headers;
    this.#aborter = aborter;
    this.closed = this.#read(response.body);
  }

  /** Opens a stream; resolves with the client once it has its key. */
  static async open(server: TestServer, headers: Record<string, string> = {}): Promise<StreamClient> {
    const aborter = new AbortController();
    const response = await fetch(`${server.url}/v1/relay/stream`, { headers, signal: aborter.signal });
    if (!response.ok) throw new Error(`the stream answered ${response.status}`);
    const client = new StreamClient(server.url, headers, response, aborter);
    await client.#until(() => client.key !== '', 'key');
    return client;
  }

  /** The same, welcomed as a visitor. */
  static async visitor(server: TestServer, headers: Record<string, string> = {}, more: object = {}) {
    const client = await StreamClient.open(server, headers);
    await client.send(visitorHello(more));
    const welcome = await client.next('welcome');
    const { conversation } = welcome['opened'] as { conversation: string };
    return { client, welcome, conversation };
  }

  /** Posts the next batch. */
  send(...frames: object[]): Promise<Response> {
    return this.post(JSON.stringify({ batch: ++this.batch, frames }));
  }

  post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.#url}/v1/relay/send`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.key}`,
        ...this.#sent,
        ...headers,
      },
      body,
    });
  }

  /** The next frame that matches, in order; those before it are passed over. */
  async next(what: string | ((frame: Frame) => boolean)): Promise<Frame> {
    const matches = typeof what === 'string' ? ({ type }: Frame) => type === what : what;
    let found: Frame | undefined;
    await this.#until(() => {
      while (!found && this.#taken < this.frames.length) {
        const frame = this.frames[this.#taken++];
        if (frame && matches(frame)) found = frame;
      }
      return found !== undefined;
    }, String(what));
    return found as Frame;
  }

  /** Goes without a word. */
  leave(): void {
    this.#aborter.abort();
  }

  async #until(fits: () => boolean, what: string): Promise<void> {
    const deadline = AbortSignal.timeout(WAIT_MS);
    while (!fits()) {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        const types = this.frames.map(({ type }) => type).join(' ');
        const fail = (): void => reject(new Error(`no ${what} came; there were: ${types}`));
        deadline.addEventListener('abort', fail, { once: true });
      });
    }
  }

  async #read(body: ReadableStream<Uint8Array> | null): Promise<{ code: number; reason: string }> {
    const events = new EventStreamReader();
    const decoder = new TextDecoder();
    let end = { code: 1006, reason: '' };
    try {
      for await (const piece of body ?? []) {
        for (const { event, data } of events.push(decoder.decode(piece, { stream: true }))) {
          const value: unknown = JSON.parse(data);
          if (event === 'open') this.key = (value as { key: string }).key;
          else if (event === 'close') end = value as { code: number; reason: string };
          else this.#heard(value as Frame);
          this.#wake();
        }
      }
    } catch {
      // Given up by the test, or broken off by the server: both end it.
    }
    return end;
  }

  #heard(frame: Frame): void {
    if (frame.type === 'ping' && this.answersPings) void this.send({ type: 'pong' });
    this.frames.push(frame);
  }
}
