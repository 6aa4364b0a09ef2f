import type {
  ConversationEvent,
  ConversationRow,
  EventBody,
  OfferRow,
  PendingMessage,
} from '@alongside/sdk/agent';
import type { FunctionComponent } from 'preact';
import type { IconName } from '../ui/icon.tsx';
import type { OpenConversation } from './open-conversation.ts';
import type { Workspace } from './workspace.ts';

/** An event of the timeline as its capability draws it. */
export interface CardProps {
  conversation: OpenConversation;
  event: ConversationEvent;
  /** Continues the group of the card above: same author, within 3 minutes. */
  joined: boolean;
  /** Whose it is, as seen by who looks. */
  by: 'me' | 'colleague' | 'visitor' | 'system';
}

/** An own message that is not an entry yet. */
export interface PendingCardProps {
  conversation: OpenConversation;
  pending: PendingMessage;
  joined: boolean;
}

/** What one can do with the open conversation; it has a button where `place` says so, and a name in the palette. */
export interface ConversationAction {
  id: string;
  name: string;
  icon: IconName;
  /** A single letter, upper case. */
  key?: string;
  place: 'header' | 'palette';
  available(conversation: OpenConversation, row: ConversationRow | undefined): boolean;
  run(conversation: OpenConversation, workspace: Workspace): void;
}

/** What a capability adds to the console. Only the entry file lists the registrations. */
export interface Registration {
  name: 'chat' | 'callback' | 'forms' | 'co-browse' | 'call';
  /** Which events of the timeline it draws. */
  cards: { readonly [Type in EventBody['type']]?: FunctionComponent<CardProps> };
  pendingCard?: FunctionComponent<PendingCardProps>;
  conversationActions: readonly ConversationAction[];
  /** The title of an offer of its channel; undefined for those of others. */
  offerTitle(offer: OfferRow): string | undefined;
  /** What stands between the conversation's head and its timeline: a state that is not in the log. */
  Bar?: FunctionComponent<{ conversation: OpenConversation }>;
  /** What takes the middle of the console, with the conversation beside it, while it is shown. */
  stage?: {
    isShown(conversation: OpenConversation, workspace: Workspace): boolean;
    Screen: FunctionComponent<{ conversation: OpenConversation }>;
  };
  /** What stands under the timeline. */
  Composer?: FunctionComponent<{ conversation: OpenConversation }>;
}
