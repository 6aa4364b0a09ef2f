import type { Clock } from '../lib/clock.ts';
import type { SocketPort } from './socket-port.ts';

/** From opening a socket to the server's first word; then another way is looked for (DL10). */
const SILENT_AFTER_MS = 2_000;
/** The same where a socket has worked before: it is rather the network that is slow. */
const KNOWN_SILENT_AFTER_MS = 5_000;
const CLOSED_ABNORMALLY = 1006;
/** Below are the codes that networks and browsers make; the server's own begin here. */
const OWN_CODES_FROM = 4_000;

/**
 * A {@link SocketPort} that goes by `socket` until that brings no word of the server, then by what `load` answers.
 * It is small, because everybody loads it; the other way is fetched by whom it concerns.
 */
export function withFallback(
  socket: SocketPort,
  clock: Clock,
  load: (socketWorked: boolean) => Promise<SocketPort>,
): SocketPort {
  let other: SocketPort | undefined;
  let worked = false;
  let failures = 0;
  /** Fetched before the next try, which then goes the other way; where it cannot be, the socket goes on. */
  const turn = async (): Promise<void> => {
    other ??= await load(worked).catch(() => undefined);
  };
  return (url, listener) => {
    if (other) return other(url, listener);
    let isWaiting = true;
    const heard = (): void => {
      isWaiting = false;
      stopWaiting();
      worked = true;
      failures = 0;
    };
    const inner = socket(url, {
      opened: () => listener.opened(),
      message: (text) => {
        if (isWaiting) heard();
        listener.message(text);
      },
      closed: (code, reason) => {
        if (isWaiting && code >= OWN_CODES_FROM) heard();
        stopWaiting();
        const isBad = isWaiting && ++failures >= (worked ? 2 : 1);
        isWaiting = false;
        if (isBad) void turn().then(() => listener.closed(code, reason));
        else listener.closed(code, reason);
      },
    });
    const stopWaiting = clock.after(worked ? KNOWN_SILENT_AFTER_MS : SILENT_AFTER_MS, () => {
      void turn().then(() => {
        if (!isWaiting || !other) return;
        isWaiting = false;
        inner.close();
        listener.closed(CLOSED_ABNORMALLY, '');
      });
    });
    return {
      send: (text) => inner.send(text),
      close: () => {
        isWaiting = false;
        stopWaiting();
        inner.close();
      },
    };
  };
}
