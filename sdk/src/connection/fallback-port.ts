import type { Clock } from '../lib/clock.ts';
import type { SocketPort } from './socket-port.ts';

/** From opening a socket to the server's first word; then another way is looked for (DL10). */
const SILENT_AFTER_MS = 2_000;
const CLOSED_ABNORMALLY = 1006;
/** Below are the codes that networks and browsers make; the server's own begin here. */
const OWN_CODES_FROM = 4_000;

/**
 * A {@link SocketPort} that goes by `socket` until that brings no word of the server, then by what `load` answers.
 * It is small, because everybody loads it; the other way is fetched by whom it concerns. In an outage it cannot be
 * fetched either, so that most clients come back on a socket.
 */
export function withFallback(
  socket: SocketPort,
  clock: Clock,
  load: (socketWorked: boolean) => Promise<SocketPort>,
): SocketPort {
  let other: SocketPort | undefined;
  let worked = false;
  /** Fetched before the next try, which then goes the other way; where it cannot be, the socket goes on. */
  const turn = async (): Promise<void> => {
    other = await load(worked).catch(() => undefined);
  };
  return (url, listener) => {
    if (other) return other(url, listener);
    let isWaiting = true;
    const stop = (): void => {
      isWaiting = false;
      stopTimer();
    };
    const inner = socket(url, {
      opened: () => listener.opened(),
      message: (text) => {
        worked = true;
        if (isWaiting) stop();
        listener.message(text);
      },
      closed: (code, reason) => {
        const isBad = isWaiting && code < OWN_CODES_FROM;
        stop();
        const tell = (): void => listener.closed(code, reason);
        if (isBad) void turn().then(tell);
        else tell();
      },
    });
    const stopTimer = clock.after(SILENT_AFTER_MS, () => {
      void turn().then(() => {
        if (!isWaiting || !other) return;
        connection.close();
        listener.closed(CLOSED_ABNORMALLY, '');
      });
    });
    const connection = {
      send: (text: string) => inner.send(text),
      close: () => {
        stop();
        inner.close();
      },
    };
    return connection;
  };
}
