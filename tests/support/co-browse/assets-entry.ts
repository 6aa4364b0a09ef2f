/** Runs in the browser: a page that is recorded and hands over what is asked for, as the widget does it. */
import { systemClock } from '../../../sdk/src/lib/clock.ts';
import { AssetNames } from '../../../sdk/src/co-browse/asset-names.ts';
import type { PageEvent } from '../../../sdk/src/co-browse/page-events.ts';
import { startRecording } from '../../../sdk/src/co-browse/page-recorder.ts';
import { type PrivacySettings, STRICTEST } from '../../../sdk/src/co-browse/privacy-settings.ts';
import { VisitorAssets } from '../../../sdk/src/co-browse/visitor-assets.ts';
import type { Said } from '../../../sdk/src/co-browse/visitor-share-ports.ts';

type Answer = Said<'asset'>;

/** Frames as they leave. */
export const frames: string[] = [];
export const answers: Answer[] = [];
const names = new AssetNames(location.origin);
const waiting = new Map<string, (answer: Answer) => void>();
let giver: VisitorAssets | undefined;

/** Starts the recorder on this page. */
export function start(settings: Partial<PrivacySettings>, send?: (events: readonly PageEvent[]) => void) {
  const recording = startRecording({
    window,
    clock: systemClock,
    settings: { ...STRICTEST, preset: 'balanced', ...settings },
    salt: 1,
    send: (events) => {
      frames.push(JSON.stringify(events));
      send?.(events);
    },
    failed: (error) => {
      throw error;
    },
    asset: (address) => names.nameOf(address),
  });
  if (recording.state === 'refused') throw new Error('the page is not recorded');
  giver = new VisitorAssets({
    window,
    clock: systemClock,
    names,
    privacy: recording.privacy,
    answer: (answer) => {
      answers.push(answer);
      if (answer.part === answer.parts - 1) waiting.get(answer.asset)?.(answer);
    },
    buffered: () => 0,
  });
  return recording;
}

/** The name of an address, whether or not it left the page: a hostile agent guesses right. */
export function nameOf(address: string): string {
  return names.nameOf(new URL(address, location.href).href) ?? 'asset:none';
}

/** Asks as the relay does; answers what came last. */
export function ask(asset: string, sha256?: string): Promise<Answer> {
  return new Promise((resolve) => {
    waiting.set(asset, resolve);
    giver?.asked({ type: 'asset-asked', asset, ...(sha256 !== undefined && { sha256 }) });
  });
}

/** Asks until there are bytes, or a reason why there are none. */
export async function fetched(address: string): Promise<string> {
  const asset = nameOf(address);
  const named = await ask(asset);
  if (named.refused !== undefined) return named.refused;
  const before = answers.length;
  const last = await ask(asset, named.sha256);
  const length = answers.slice(before).reduce((sum, { data = '' }) => sum + atob(data).length, 0);
  return last.refused ?? `${named.mime ?? ''} ${length}`;
}
