import type { Duplex } from 'node:stream';
import { type RawData, WebSocket } from 'ws';
import type { Connection } from './connection.ts';
import type { Wire } from './wire.ts';

const TEXT = { binary: false };

/**
 * The socket of `ws` as a {@link Wire}, with a place for what we know of it, so that one listener serves all
 * connections and none of them needs a second object.
 */
export class RelaySocket extends WebSocket implements Wire {
  connection: Connection | undefined;
  /** What is below the socket. */
  stream: Duplex | undefined;

  get canSend(): boolean {
    return this.readyState === WebSocket.OPEN;
  }

  get unsentBytes(): number {
    return this.bufferedAmount;
  }

  write(frame: Buffer, flushed?: () => void): void {
    this.send(frame, TEXT, flushed && (() => flushed()));
  }

  cork(): void {
    this.stream?.cork();
  }

  uncork(): void {
    this.stream?.uncork();
  }
}

/** Listens on sockets. */
export interface SocketListeners {
  attach(socket: RelaySocket): void;
}

/** One set of listeners for all sockets, which find their connection on the socket itself. */
export function socketListeners(then: {
  message: (connection: Connection, data: RawData, isBinary: boolean) => void;
  ping: (connection: Connection) => void;
  close: (connection: Connection, code: number) => void;
}): SocketListeners {
  function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    const connection = connectionOf(this);
    if (connection) then.message(connection, data, isBinary);
  }
  function onPing(this: WebSocket): void {
    const connection = connectionOf(this);
    if (connection) then.ping(connection);
  }
  function onClose(this: WebSocket, code: number): void {
    const connection = connectionOf(this);
    if (connection) then.close(connection, code);
  }
  /** What a client did wrong on the WebSocket level: `ws` closes with the right code by itself. */
  function onError(): void {
    // The close event follows and says all there is to know.
  }
  return {
    attach(socket) {
      socket.on('message', onMessage).on('ping', onPing).on('close', onClose).on('error', onError);
    },
  };
}

function connectionOf(socket: WebSocket): Connection | undefined {
  return socket instanceof RelaySocket ? socket.connection : undefined;
}
