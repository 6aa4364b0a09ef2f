/**
 * The recorder as the widget fetches it: a bundle of its own, because the panel's shortens names of properties and
 * knows shapes instead of schemas. What passes between the two is named here, in names that neither build changes.
 */
import { systemClock } from '../lib/clock.ts';
import {
  type Recording,
  type RecordingOptions,
  type RefusedRecording,
  startRecording,
} from './page-recorder.ts';

export type ChunkOptions = Omit<RecordingOptions, 'window' | 'clock'>;
export type { Recording, RefusedRecording };

/** Starts to record this page, or refuses to because of the site's selectors (CO4). */
export function start(options: ChunkOptions): Recording | RefusedRecording {
  return startRecording({ ...options, window, clock: systemClock });
}

/** What the widget imports. */
export interface RecorderChunk {
  start: typeof start;
}
