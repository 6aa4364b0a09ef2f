import type { AgentCommandBody } from '../protocol/index.ts';
import type { Outcome } from './agent-client.ts';

/** What an agent asks of a shared page by way of the conversation; each resolves with the server's answer. */
export interface ShareCommands {
  /** Asks the visitor to share the page (CO1). */
  askToSee(): Promise<Outcome>;
  /** Asks the visitor for leave to act on the page that is shared. */
  askForControl(): Promise<Outcome>;
  /** Ends the share, or what may be done in it. */
  endShare(share: string, scope: 'view' | 'control'): Promise<Outcome>;
  /** Proposes a page; the site's list decides whether it may be (T8). */
  suggestPage(url: string): Promise<Outcome>;
}

/** The commands of one conversation. */
export function shareCommands(command: (body: AgentCommandBody) => Promise<Outcome>): ShareCommands {
  return {
    askToSee: () => command({ type: 'co-browse.ask', scope: 'view' }),
    askForControl: () => command({ type: 'co-browse.ask', scope: 'control' }),
    endShare: (share, scope) => command({ type: 'co-browse.end', share, scope, why: 'button' }),
    suggestPage: (url) => command({ type: 'co-browse.suggest', url }),
  };
}
