import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import type { CloseCode } from '@alongside/sdk/protocol';
import { type RawData, WebSocket } from 'ws';
import type { ShareGuest, ShareWire } from '../events/share-ports.ts';
import type { Session } from '../events/session.ts';

/** Below it compressing costs more than it saves, without a context of what was sent before. */
const COMPRESS_FROM_BYTES = 1_024;

/** What the request told that brought the socket. */
export interface CoBrowseGreeting {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly cookies: string | undefined;
}

/** A message that came while nothing was to be read. */
interface HeldMessage {
  readonly bytes: Buffer;
  readonly wireBytes: number;
}

/** A socket of `/v1/co-browse`, with a place for what is known of it. Times are monotonic milliseconds. */
export class CoBrowseSocket extends WebSocket {
  stream: Duplex | undefined;
  greeting: CoBrowseGreeting | undefined;
  address = '';
  openedAt = 0;
  session: Session | undefined;
  guest: ShareGuest<never> | undefined;
  stopRevocation: (() => void) | undefined;
  heartbeatAt = 0;
  /** The ping that waits for a sign of life; 0: none does. */
  pingedAt = 0;
  checkedAt = 0;
  closingAt = 0;
  closedFor: CloseCode | undefined;
  /** Until then nothing is read from it. */
  pausedUntil = 0;
  ended = false;
  /** The session ended, and with it every right. */
  isRevoked = false;
  heldBytes = 0;
  #wireBytesSeen = 0;
  #held: HeldMessage[] = [];

  get isOpen(): boolean {
    return this.closingAt === 0 && !this.ended && this.readyState === WebSocket.OPEN;
  }

  /** Bytes that came on the wire since this was last asked, headers of frames included. */
  takeWireBytes(): number {
    const read = this.stream instanceof Socket ? this.stream.bytesRead : 0;
    const bytes = read - this.#wireBytesSeen;
    this.#wireBytesSeen = read;
    return bytes;
  }

  /** Keeps a message until the pause is over. */
  hold(message: HeldMessage): void {
    this.#held.push(message);
    this.heldBytes += message.bytes.length;
  }

  takeHeld(): HeldMessage | undefined {
    const held = this.#held.shift();
    if (held) this.heldBytes -= held.bytes.length;
    return held;
  }

  /** Sends text; what is large is compressed by itself, so that a viewer needs no memory of a context. */
  write(bytes: Buffer, flushed?: () => void): void {
    const compress = bytes.length >= COMPRESS_FROM_BYTES;
    this.send(bytes, { binary: false, compress }, flushed && (() => flushed()));
  }

  /** Says why and begins to end. */
  end(code: CloseCode, reason: string, now: number): void {
    if (this.closingAt !== 0 || this.ended) return;
    this.closingAt = now;
    this.closedFor = code;
    this.#held = [];
    this.resume();
    this.close(code, reason);
  }
}

/** The socket as those see it who know nothing of sockets. */
export function wireOf<Down extends object>(
  socket: CoBrowseSocket,
  parts: { now: () => number; sent: (bytes: number) => void; unsentMaxBytes?: number },
): ShareWire<Down> {
  return {
    get unsentBytes() {
      return socket.bufferedAmount;
    },
    send(frame, flushed) {
      if (!socket.isOpen) return;
      if (parts.unsentMaxBytes !== undefined && socket.bufferedAmount > parts.unsentMaxBytes) {
        socket.end(4008, '', parts.now());
        return;
      }
      const bytes = Buffer.isBuffer(frame) ? frame : Buffer.from(JSON.stringify(frame));
      parts.sent(bytes.length);
      socket.write(bytes, flushed);
    },
    close: (code, reason = '') => socket.end(code, reason, parts.now()),
    pauseFor(milliseconds) {
      if (!socket.isOpen) return;
      socket.pausedUntil = parts.now() + milliseconds;
      socket.pause();
    },
  };
}

/** One set of listeners for all sockets. */
export function coBrowseListeners(then: {
  message: (socket: CoBrowseSocket, data: RawData, isBinary: boolean) => void;
  close: (socket: CoBrowseSocket, code: number) => void;
}): (socket: CoBrowseSocket) => void {
  function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    if (this instanceof CoBrowseSocket) then.message(this, data, isBinary);
  }
  function onClose(this: WebSocket, code: number): void {
    if (this instanceof CoBrowseSocket) then.close(this, code);
  }
  function onError(): void {
    // The close event follows and says all there is to know.
  }
  return (socket) => void socket.on('message', onMessage).on('close', onClose).on('error', onError);
}
