/** `@alongside/sdk/agent`: an agent's side, in a browser or in Node. */
export { connectAgent } from './connection/agent-session.ts';
export type {
  AgentClient,
  AgentClientOptions,
  AgentConversation,
  DeskActions,
  Ending,
  Outcome,
  Refusal,
  TransferTarget,
} from './connection/agent-client.ts';
export type { PageAsset } from './co-browse/agent-assets.ts';
export { watchPage } from './co-browse/agent-view.ts';
export type { PageView, PageViewListener, PageViewStatus } from './co-browse/agent-view-status.ts';
export type { ActionOutcome, PageAction, PageMark } from './co-browse/agent-hand.ts';
export type { PageViewOptions, PageViewPorts } from './co-browse/agent-view-ports.ts';
export type { ShareCommands } from './connection/share-commands.ts';
export { SignedOutError } from './connection/relay-connection.ts';
export type { ConnectionStatus } from './connection/connection-status.ts';
export type { ClientPorts } from './connection/client-ports.ts';
export type { ConversationView, DeliveryState, PendingMessage } from './conversation/conversation-view.ts';
export { deliveryState } from './chat/delivery-state.ts';
export type * from './protocol/index.ts';
export { MESSAGE_TEXT_MAX_LENGTH } from './protocol/limits.ts';
