/**
 * Peers of the relay for load: they speak the wire by hand and look at a frame's first characters only, so that the
 * load costs as little of the machine as it can.
 */
import { newCommandId, newId } from '@alongside/sdk/shared';
import { WebSocket } from 'ws';

/** A usual line of a chat: 66 characters. */
export const LINE = 'Hello, is my order 12345 on its way? I have waited since Tuesday.';

const PONG = '{"type":"pong"}';

/** `type` comes first in each frame that the server writes. */
const isOf = (data: Buffer, type: string): boolean =>
  data.toString('latin1', 9, 9 + type.length + 1) === `${type}"`;

/** Resolves with the socket once it is open. */
export function openSocket(url: string, localAddress: string | undefined): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      ...(localAddress !== undefined && { localAddress }),
    });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Something that sends a message and is told when it was answered. */
export interface Sender {
  /** Sends one; `answered` is called with the answer. */
  send(answered: () => void): void;
  close(): void;
}

/** Sends what a visitor would send to a server that only sends it back. */
export class EchoPeer implements Sender {
  readonly #socket: WebSocket;
  #answered: (() => void) | undefined;
  #count = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', () => {
      this.#answered?.();
    });
  }

  send(answered: () => void): void {
    this.#answered = answered;
    this.#socket.send(commandFrame((this.#count += 1)));
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** A message of the wire with the command id that every real client makes. */
function commandFrame(n: number, text = LINE): string {
  return JSON.stringify({
    type: 'command',
    id: newCommandId(Date.now()),
    n,
    body: { type: 'chat.send', text },
  });
}

interface Welcome {
  readonly type: string;
  readonly counter: number;
  readonly tokens?: { readonly access: string };
  readonly opened: { readonly conversation: string; readonly epoch: string; readonly head: number };
}

/** A visitor with an identity of its own, who keeps it when it comes back. */
export class VisitorPeer implements Sender {
  readonly #device = newId('dev');
  #socket: WebSocket | undefined;
  #access: string | undefined;
  #opened: Welcome['opened'] | undefined;
  #n = 0;
  #answered: (() => void) | undefined;

  /** Connects, or comes back with the token it was given and the position it has reached. */
  async connect(url: string, localAddress?: string): Promise<this> {
    const socket = await openSocket(url, localAddress);
    socket.send(JSON.stringify(this.#hello()));
    const { counter, tokens, opened } = await firstFrame<Welcome>(socket, 'welcome');
    this.#socket = socket;
    this.#access = tokens?.access ?? this.#access;
    this.#opened = opened;
    this.#n = counter;
    socket.on('message', (data: Buffer) => this.#received(data));
    return this;
  }

  get conversation(): string {
    return this.#opened?.conversation ?? '';
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(answered: () => void): void {
    this.#answered = answered;
    this.#socket?.send(commandFrame((this.#n += 1)));
  }

  close(): void {
    this.#socket?.terminate();
  }

  #hello(): object {
    return {
      type: 'hello',
      protocol: { min: 1, max: 1 },
      role: 'visitor',
      site: 'demo',
      device: this.#device,
      access: this.#access,
      position: this.#position(),
    };
  }

  /** Where its copy stands; only while nothing was said, since it keeps no copy. */
  #position(): object | undefined {
    if (!this.#opened || this.#opened.head > 0 || this.#n > 0) return undefined;
    const { conversation, epoch } = this.#opened;
    return { conversation, epoch, seq: 0 };
  }

  #received(data: Buffer): void {
    if (isOf(data, 'ack')) this.#answered?.();
    else if (isOf(data, 'ping')) this.#socket?.send(PONG);
    else if (isOf(data, 'refused')) throw new Error(data.toString());
  }
}

/** An agent who reads conversations, and says that it did when asked to. */
export class AgentPeer {
  /** Called for each message that was pushed. */
  onMessage: (() => void) | undefined;
  /** Whether it acknowledges each entry with a receipt. */
  givesReceipts = false;
  readonly #socket: WebSocket;
  readonly #opened = new Map<number, () => void>();
  #requests = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#received(data));
  }

  static async connect(url: string, ticket: string): Promise<AgentPeer> {
    const socket = await openSocket(url, undefined);
    socket.send(
      JSON.stringify({
        type: 'hello',
        protocol: { min: 1, max: 1 },
        role: 'agent',
        device: newId('dev'),
        ticket,
      }),
    );
    await firstFrame(socket, 'welcome');
    return new AgentPeer(socket);
  }

  open(conversation: string): Promise<void> {
    const request = (this.#requests += 1);
    this.#socket.send(JSON.stringify({ type: 'open', request, conversation }));
    return new Promise((resolve) => this.#opened.set(request, resolve));
  }

  /** Has the desk sent, and from then on each change of it. */
  openDesk(): void {
    this.#socket.send('{"type":"desk.open"}');
  }

  close(): void {
    this.#socket.terminate();
  }

  #received(data: Buffer): void {
    if (isOf(data, 'entry')) this.#read(data);
    else if (isOf(data, 'ping')) this.#socket.send(PONG);
    else if (isOf(data, 'opened'))
      this.#opened.get((JSON.parse(data.toString()) as { request: number }).request)?.();
    else if (isOf(data, 'refused')) throw new Error(data.toString());
  }

  #read(data: Buffer): void {
    if (!data.includes('"chat.message"')) return;
    if (this.givesReceipts) {
      const { conversation, entry } = JSON.parse(data.toString()) as {
        conversation: string;
        entry: { seq: number };
      };
      const body = { type: 'chat.receipt', delivered: entry.seq, read: entry.seq };
      this.#socket.send(
        JSON.stringify({ type: 'command', id: newCommandId(Date.now()), conversation, body }),
      );
    }
    this.onMessage?.();
  }
}

function firstFrame<T>(socket: WebSocket, type: string): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.once('close', (code) => reject(new Error(`closed with ${code} before ${type}`)));
    socket.once('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { type: string };
      if (frame.type === type) resolve(frame as T);
      else reject(new Error(data.toString()));
    });
  });
}
