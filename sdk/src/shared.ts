/** `@alongside/sdk/shared`: what server, console and replay use of the sdk besides the wire. */
export * from './lib/assert.ts';
export * from './lib/clock.ts';
export * from './lib/ids.ts';
export * from './lib/observable.ts';
export * from './chat/markdown.ts';
export * from './conversation/conversation-state.ts';
export type * from './conversation/conversation-view.ts';
export * from './chat/delivery-state.ts';
export { maskDraft } from './chat/draft-mask.ts';
export * from './lib/mask-page.ts';
export { assetTypeOf } from './co-browse/asset-types.ts';
export { editorText } from './co-browse/editor-text.ts';
export { readFrame } from './co-browse/firewall-limits.ts';
export type { PageEvent } from './co-browse/page-events.ts';
export {
  type PrivacySettings,
  type SelectorFault,
  STRICTEST,
  selectorFaults,
} from './co-browse/privacy-settings.ts';
export * from './co-browse/preview-messages.ts';
export { writtenSelectorFaults } from './co-browse/selector-grammar.ts';
export { StreamFirewall } from './co-browse/stream-firewall.ts';
export { popoversTold } from './co-browse/told-popovers.ts';
export * from './settings/co-browse-policy.ts';
export * from './settings/desk-settings.ts';
export * from './settings/hours-settings.ts';
export * from './settings/routing-settings.ts';
export * from './settings/settings-changes.ts';
export * from './settings/settings-kinds.ts';
export * from './settings/settings-values.ts';
export * from './settings/website.ts';
