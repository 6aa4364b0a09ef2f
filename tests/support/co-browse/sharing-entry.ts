/** Runs in the browser: a page that is shared through the real relay, as the widget does it but without its windows. */
import { systemClock } from '../../../sdk/src/lib/clock.ts';
import { platformRandom } from '../../../sdk/src/lib/ids.ts';
import { startRecording } from '../../../sdk/src/co-browse/page-recorder.ts';
import { type PrivacySettings, STRICTEST } from '../../../sdk/src/co-browse/privacy-settings.ts';
import { VisitorShare } from '../../../sdk/src/co-browse/visitor-share.ts';
import { browserShareSocket } from '../../../sdk/src/co-browse/visitor-share-ports.ts';

export interface SharingOptions {
  readonly server: string;
  readonly conversation: string;
  readonly share: string;
  readonly stream: string;
  readonly access: string;
  readonly settings: Partial<PrivacySettings>;
}

/** What went wrong, and what was said of the recording. */
export const failures: string[] = [];
export const states: string[] = [];
export let status = 'connecting';
/** Snapshots that were asked for. */
export let snapshots = 0;

/** Shares this page, for good. */
export function start({ access, settings, ...rest }: SharingOptions): void {
  const connection = new VisitorShare({
    ...rest,
    site: 'demo',
    tab: 'tab-1',
    access: () => access,
    renew: () => failures.push('the token was refused'),
    clock: systemClock,
    random: platformRandom,
    socket: browserShareSocket,
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
