/** Runs in the browser: a page that is shared through the real relay, as the widget does it but without its windows. */
import { systemClock } from '../../../sdk/src/lib/clock.ts';
import { platformRandom } from '../../../sdk/src/lib/ids.ts';
import { startRecording } from '../../../sdk/src/co-browse/page-recorder.ts';
import { type PrivacySettings, STRICTEST } from '../../../sdk/src/co-browse/privacy-settings.ts';
import { VisitorShare } from '../../../sdk/src/co-browse/visitor-share.ts';
import { browserShareSocket, type ShareSocketPort } from '../../../sdk/src/co-browse/visitor-share-ports.ts';

export interface SharingOptions {
  readonly server: string;
  readonly conversation: string;
  readonly share: string;
  readonly stream: string;
  readonly access: string;
  readonly settings: Partial<PrivacySettings>;
  /** Loses or swaps this share of the frames, by a seed, until `mend`. */
  readonly faults?: { readonly seed: number; readonly share: number };
}

/** What went wrong, and what was said of the recording. */
export const failures: string[] = [];
export const states: string[] = [];
export let status = 'connecting';
/** Snapshots that were asked for. */
export let snapshots = 0;

/** What became of the frames. */
export const struck = { sent: 0, lost: 0, swapped: 0 };
let isMended = false;

/** From now on all frames arrive, in order. */
export function mend(): void {
  isMended = true;
}

/** A socket that loses frames, and sends others one later. */
function faulty({ seed, share }: { readonly seed: number; readonly share: number }): ShareSocketPort {
  let state = seed;
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return (url, listener) => {
    const socket = browserShareSocket(url, listener);
    let held: string | undefined;
    return {
      send(text) {
        if (!text.startsWith('{"type":"frame"')) {
          socket.send(text);
          return;
        }
        struck.sent++;
        const hit = !isMended && chance() < share;
        if (hit && chance() < 0.5) {
          struck.lost++;
          return;
        }
        if (hit && held === undefined) {
          struck.swapped++;
          held = text;
          return;
        }
        socket.send(text);
        if (held !== undefined) socket.send(held);
        held = undefined;
      },
      close: () => socket.close(),
      get buffered() {
        return socket.buffered;
      },
    };
  };
}

/** Shares this page, for good. */
export function start({ access, settings, faults, ...rest }: SharingOptions): void {
  const connection = new VisitorShare({
    ...rest,
    site: 'demo',
    tab: 'tab-1',
    access: () => access,
    renew: () => failures.push('the token was refused'),
    clock: systemClock,
    random: platformRandom,
    socket: faults ? faulty(faults) : browserShareSocket,
    snapshot: (urgent) => {
      snapshots++;
      if (urgent) recording?.takeSnapshot();
      else recording?.checkpoint();
    },
    changed: (now) => {
      status = now.state === 'ended' ? `ended ${now.reason}` : now.state;
      if (now.state === 'live') recording ??= record();
    },
    asked: () => undefined,
  });
  let recording: ReturnType<typeof record>;
  function record() {
    const started = startRecording({
      window,
      clock: systemClock,
      settings: { ...STRICTEST, preset: 'balanced', ...settings },
      salt: 1,
      send: (events) => connection.send(events),
      failed: (error) => failures.push(String(error)),
      state: (state) => states.push(state),
    });
    return started.state === 'recording' ? started : undefined;
  }
  connection.start();
  connection.tell({ type: 'page-state', state: 'live' });
}
