import type {
  CloseCode,
  CoBrowseAgentDown,
  CoBrowseAgentUp,
  CoBrowseVisitorDown,
  CoBrowseVisitorUp,
  Infer,
  shareHello,
  viewHello,
} from '@alongside/sdk/protocol';
import type { AgentSession, VisitorSession } from './session.ts';

/**
 * Where the socket of a shared page meets what is shared: the transport carries it and knows nothing of shares, the
 * capability decides and knows nothing of sockets.
 */

export type PageHello = Infer<typeof shareHello>;
export type ViewHello = Infer<typeof viewHello>;
export type FromPage = Exclude<CoBrowseVisitorUp, { type: 'hello' | 'pong' }>;
export type FromViewer = Exclude<CoBrowseAgentUp, { type: 'hello' | 'pong' }>;
export type ToPage = CoBrowseVisitorDown;
export type ToViewer = CoBrowseAgentDown;

/** One end of a socket. After `close` nothing more is sent, and the guest is told that it has left. */
export interface ShareWire<Down> {
  /** Bytes that are not with the system yet. */
  readonly unsentBytes: number;
  /** An object, or a text that was written once for several. `flushed` is called once it is with the system. */
  send(frame: Down | Buffer, flushed?: () => void): void;
  close(code: CloseCode, reason?: string): void;
  /** Takes nothing from the other side for so long; what it sends waits on its side. */
  pauseFor(milliseconds: number): void;
}

/** What a message weighed: characters of its text, and bytes since the one before it on the wire. */
export interface Weight {
  readonly characters: number;
  readonly wireBytes: number;
}

/** Somebody who was let in. */
export interface ShareGuest<Up> {
  take(message: Up, weight: Weight): void;
  /** What a viewer hears with its ping, so that a lost last frame is found. */
  beat(): { stream?: string; seq?: number; age?: number };
  /** `revoked`: the session ended, and with it every right. */
  left(why?: 'revoked'): void;
}

/** Not let in: why, for the `ended` message (absent: nothing has ended), and the close code after it. */
export interface NotLetIn {
  readonly reason?: string;
  readonly close: CloseCode;
}

export interface ShareDoors {
  /** A page of the visitor. Resolves once its welcome was sent. */
  page(
    session: VisitorSession,
    hello: PageHello,
    wire: ShareWire<ToPage>,
  ): Promise<ShareGuest<FromPage> | NotLetIn>;
  /** `viewer`: where the document is that shows the page. */
  viewer(
    session: AgentSession,
    hello: ViewHello,
    wire: ShareWire<ToViewer>,
    viewer: string,
  ): Promise<ShareGuest<FromViewer> | NotLetIn>;
}
