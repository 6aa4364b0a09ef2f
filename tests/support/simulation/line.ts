import type { SocketListener, SocketPort } from '../../../sdk/src/connection/socket-port.ts';

/** One opened connection, seen from the other side: the test says what happens on it. */
export interface Line {
  readonly url: string;
  /** Frames that the client sent, decoded from JSON. */
  readonly sent: Record<string, unknown>[];
  /** The client has closed it. */
  readonly closed: boolean;
  opened(): void;
  receive(frame: unknown): void;
  receiveText(text: string): void;
  close(code: number, reason?: string): void;
}

/** A socket port whose connections the test plays by hand; `lines` has them in the order of their opening. */
export function handPlayedSockets(): { port: SocketPort; lines: Line[] } {
  const lines: Line[] = [];
  const port: SocketPort = (url: string, listener: SocketListener) => {
    const sent: Record<string, unknown>[] = [];
    const line = {
      url,
      sent,
      closed: false,
      opened: () => listener.opened(),
      receive: (frame: unknown) => listener.message(JSON.stringify(frame)),
      receiveText: (text: string) => listener.message(text),
      close: (code: number, reason = '') => listener.closed(code, reason),
    };
    lines.push(line);
    return {
      send: (text) => sent.push(JSON.parse(text) as Record<string, unknown>),
      close: () => {
        line.closed = true;
      },
    };
  };
  return { port, lines };
}
