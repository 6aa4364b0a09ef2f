/** `@alongside/sdk/sharing`: a visitor's side of a shared page. Fetched by who shares one, and by nobody else. */
import type * as Assets from './co-browse/visitor-assets.ts';
import type * as Control from './co-browse/visitor-control.ts';

export { shareAfter } from './co-browse/share-fold.ts';
export type { PageEvent } from './co-browse/page-events.ts';
export type { PrivacySettings } from './co-browse/privacy-settings.ts';
export type { Recording, RecorderChunk, RefusedRecording } from './co-browse/recorder-chunk.ts';
export * from './co-browse/preview-messages.ts';
export { VisitorShare } from './co-browse/visitor-share.ts';
export * from './co-browse/visitor-share-ports.ts';
export type { ControlOptions, VisitorControl } from './co-browse/visitor-control.ts';
export { AssetNames } from './co-browse/asset-names.ts';
export type { VisitorAssets } from './co-browse/visitor-assets.ts';
/** What hands over pictures and fonts; fetched when a viewer first asks for one. */
export const fetchAssets = (): Promise<typeof Assets> => import('./co-browse/visitor-assets.ts');
/** What carries out acts; fetched with the first leave to act. */
export const fetchControl = (): Promise<typeof Control> => import('./co-browse/visitor-control.ts');
