/** `@alongside/sdk`: a visitor's side, in a browser or in Node. */
export { connectVisitor } from './connection/visitor-session.ts';
export type { VisitorClient, VisitorClientOptions } from './connection/visitor-client.ts';
export type { ConnectionStatus } from './connection/connection-status.ts';
export type { ClientPorts } from './connection/client-ports.ts';
export type { ConversationView, DeliveryState, PendingMessage } from './conversation/conversation-view.ts';
export { deliveryState } from './chat/delivery-state.ts';
export { maskDraft } from './chat/draft-mask.ts';
