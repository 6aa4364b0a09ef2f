import type { Clock } from '../lib/clock.ts';
import type { RandomBytes } from '../lib/ids.ts';
import type { CoBrowseVisitorDown, CoBrowseVisitorUp } from '../protocol/co-browse-socket.ts';

/** One connection of a shared page to the relay. */
export interface ShareSocket {
  /** Sends a frame; what cannot be sent is lost silently. */
  send(text: string): void;
  /** Ends the connection; nothing is called any more from then on. */
  close(): void;
  /** Characters that were sent and have not left yet. */
  readonly buffered: number;
}

export interface ShareSocketListener {
  opened(): void;
  message(text: string): void;
  /** Called once, last, and never from within the port. */
  closed(code: number): void;
}

/** Opens a connection to `url` (`https://…` or `http://…`). */
export type ShareSocketPort = (url: string, listener: ShareSocketListener) => ShareSocket;

export type Told<Type extends CoBrowseVisitorDown['type']> = Extract<CoBrowseVisitorDown, { type: Type }>;
export type Said<Type extends CoBrowseVisitorUp['type']> = Extract<CoBrowseVisitorUp, { type: Type }>;
export type Grant = NonNullable<Told<'welcome'>['grant']>;
export type Viewer = Told<'viewers'>['agents'][number];

/** What becomes of a share, as far as this page knows. */
export type ShareStatus =
  | { readonly state: 'connecting' }
  /** `followed`: what happens here is told; else another tab is in front. */
  | {
      readonly state: 'live';
      readonly followed: boolean;
      readonly viewers: readonly Viewer[];
      readonly grant: Grant | undefined;
    }
  /** The connection is lost and comes back by itself. */
  | { readonly state: 'waiting' }
  | { readonly state: 'ended'; readonly reason: string };

/** A connection's life, each state with what it alone has. */
export type Link =
  | { readonly name: 'idle' }
  /** From the socket's opening to the relay's welcome. */
  | { readonly name: 'greeting'; readonly socket: ShareSocket }
  | {
      readonly name: 'live';
      readonly socket: ShareSocket;
      readonly followed: boolean;
      readonly viewers: readonly Viewer[];
      readonly grant: Grant | undefined;
    }
  | { readonly name: 'waiting' }
  | { readonly name: 'ended'; readonly reason: string };

export interface ShareOptions {
  /** Origin of the server, without a slash at its end. */
  readonly server: string;
  readonly site: string;
  readonly conversation: string;
  readonly share: string;
  /** This tab's name, the same on all of its pages. */
  readonly tab: string;
  /** This page's run of the recorder. */
  readonly stream: string;
  /** The visitor's token, read anew for each connection. */
  readonly access: () => string | undefined;
  /** The token is not good any more; a newer one is wanted. */
  readonly renew: () => void;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly socket: ShareSocketPort;
  /** Wants a snapshot from the recorder; not urgent: in idle time. */
  readonly snapshot: (urgent: boolean) => void;
  readonly changed: (status: ShareStatus) => void;
  /** Something that is not about the connection: a mark, an act, an asset. */
  readonly asked: (message: Told<'mark' | 'act' | 'asset-asked'>) => void;
}

const CLOSED_ABNORMALLY = 1006;
const CLOSED_NORMALLY = 1000;

/** The browser's own socket, as it was when the snippet ran (the build puts that in place of the name). */
export const browserShareSocket: ShareSocketPort = (url, listener) => {
  let isListening = true;
  let socket: WebSocket | undefined;
  const closed = (code: number): void => {
    if (isListening) listener.closed(code);
    isListening = false;
  };
  try {
    socket = new WebSocket(url.replace(/^http/, 'ws'));
  } catch {
    // A page's policy or a bad address throws instead of closing.
    void Promise.resolve().then(() => closed(CLOSED_ABNORMALLY));
  }
  if (socket) {
    socket.onopen = () => {
      if (isListening) listener.opened();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isListening && typeof data === 'string') listener.message(data);
    };
    socket.onclose = ({ code }) => closed(code);
  }
  return {
    send: (text) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => {
      isListening = false;
      socket?.close(CLOSED_NORMALLY);
    },
    get buffered() {
      return socket?.bufferedAmount ?? 0;
    },
  };
};
