/** One connection that carries text frames in both directions. */
export interface Socket {
  /** Sends a frame; what cannot be sent is lost silently, and `closed` tells of it. */
  send(text: string): void;
  /** Ends the connection. Nothing is called any more from then on, `closed` neither. */
  close(): void;
}

export interface SocketListener {
  opened(): void;
  message(text: string): void;
  /** The connection ended or never came about; called once, last, and never from within `open`. */
  closed(code: number, reason: string): void;
}

/** Opens a connection to `url` (`https://…` or `http://…`). Frames keep their order within one connection. */
export type SocketPort = (url: string, listener: SocketListener) => Socket;

/** What a close that no side announced is called (RFC 6455, section 7.1.5). */
const CLOSED_ABNORMALLY = 1006;
const CLOSED_NORMALLY = 1000;

/** A {@link SocketPort} over the platform's WebSocket (browsers, and Node from 22). */
export const webSocketPort: SocketPort = (url, listener) => {
  let socket: WebSocket | undefined;
  let listening = true;
  const closed = (code: number, reason: string): void => {
    if (listening) listener.closed(code, reason);
    listening = false;
  };
  try {
    socket = new WebSocket(url.replace(/^http/, 'ws'));
  } catch {
    // A page's policy or a bad address throws instead of closing.
    void Promise.resolve().then(() => closed(CLOSED_ABNORMALLY, ''));
  }
  if (socket) {
    socket.onopen = () => {
      if (listening) listener.opened();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (listening && typeof data === 'string') listener.message(data);
    };
    socket.onclose = ({ code, reason }) => closed(code, reason);
  }
  return {
    send: (text) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => {
      listening = false;
      socket?.close(CLOSED_NORMALLY);
    },
  };
};
