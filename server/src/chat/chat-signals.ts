import type { Page } from '@alongside/sdk/protocol';
import { maskPageTitle, maskPageUrl } from '@alongside/sdk/shared';
import type { Whereabouts } from '../customers/whereabouts.ts';
import type { AgentSession, SignalHandler, VisitorSession } from '../events/handlers.ts';

type Typing = { type: 'typing'; on: boolean };
type OnPage = { type: 'page'; page: Page };

/** What the chat does with live signals, by who sends them. */
export interface ChatSignals {
  visitor: [SignalHandler<VisitorSession, Typing>, SignalHandler<VisitorSession, OnPage>];
  agent: [SignalHandler<AgentSession, Typing>];
}

/** Typing is passed on as it is; a page is masked again, since the sender's masking proves nothing. */
export function chatSignals(whereabouts: Whereabouts): ChatSignals {
  return {
    visitor: [
      { type: 'typing', handle: (_session, _conversation, { type, on }) => ({ type, on }) },
      {
        type: 'page',
        handle: (session, _conversation, { page }) => {
          const masked = { url: maskPageUrl(page.url), title: maskPageTitle(page.title) };
          whereabouts.moved(session, masked);
          return { type: 'page', page: masked };
        },
      },
    ],
    agent: [{ type: 'typing', handle: (_session, _conversation, { type, on }) => ({ type, on }) }],
  };
}
