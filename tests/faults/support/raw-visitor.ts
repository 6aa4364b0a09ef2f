import { newCommandId, newId } from '../../../sdk/src/lib/ids.ts';
import { WebSocket } from 'ws';

interface DownFrame {
  type: string;
  id?: string;
  code?: string;
  retryAfter?: number;
}

/** How a connection ended: the close code, or the answer to its upgrade. */
export type End = { readonly code: number; readonly reason: string } | { readonly status: number };

/** A visitor without manners: sends what it likes as fast as it likes, and looks at the answers. */
export class RawVisitor {
  readonly device = newId('dev');
  readonly acks = new Map<string, number>();
  /** Refusals by code. */
  readonly refusals = new Map<string, number>();
  /** Resolves when the connection has ended. */
  readonly ended: Promise<End>;
  readonly #socket: WebSocket;
  readonly #welcomed: Promise<void>;
  #n = 0;

  constructor(server: string, protocol: { min: number; max: number } = { min: 1, max: 1 }) {
    const socket = new WebSocket(`${server.replace('http', 'ws')}/v1/relay`);
    this.#socket = socket;
    this.ended = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      socket.on('unexpected-response', (_, response) => resolve({ status: response.statusCode ?? 0 }));
      // The close, or the answer, follows.
      socket.on('error', () => undefined);
    });
    this.#welcomed = new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as DownFrame;
        if (frame.type === 'welcome') resolve();
        this.#heard(frame);
      });
    });
    socket.on('open', () => {
      this.#send({ type: 'hello', protocol, role: 'visitor', site: 'demo', device: this.device });
    });
  }

  /** Resolves to true once the server has welcomed it, to false when the connection ended before. */
  welcomed(): Promise<boolean> {
    return Promise.race([this.#welcomed.then(() => true), this.ended.then(() => false)]);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a message without waiting for anything. */
  say(text: string): void {
    const id = newCommandId(Date.now());
    this.#send({ type: 'command', id, n: ++this.#n, body: { type: 'chat.send', text } });
  }

  close(): void {
    this.#socket.terminate();
  }

  #send(frame: object): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(frame));
  }

  #heard({ type, id = '', code = '' }: DownFrame): void {
    if (type === 'ack') this.acks.set(id, performance.now());
    if (type === 'refused') this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
}
