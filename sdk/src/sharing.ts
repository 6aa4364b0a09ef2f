/** `@alongside/sdk/sharing`: a visitor's side of a shared page. Fetched by who shares one, and by nobody else. */
export { shareAfter } from './co-browse/share-fold.ts';
export type { PageEvent } from './co-browse/page-events.ts';
export type { PrivacySettings } from './co-browse/privacy-settings.ts';
export type { Recording, RecorderChunk, RefusedRecording } from './co-browse/recorder-chunk.ts';
export { VisitorShare } from './co-browse/visitor-share.ts';
export * from './co-browse/visitor-share-ports.ts';
