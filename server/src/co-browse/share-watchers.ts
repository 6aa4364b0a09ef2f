import type { AgentCard, ConversationState } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import { conversationStream } from '../events/conversation-stream.ts';
import type { Decision, Log } from '../events/log.ts';
import { type Report, oneLine } from '../lib/report.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import { agentWatches, controlLeaves } from './co-browse-machine.ts';

export interface WatchersOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly limits: ShareLimits;
  readonly report: Report;
  readonly conversation: string;
  readonly site: string;
  readonly share: string;
  /** Somebody who watched has not come back. */
  readonly onGone: () => void;
}

/** An agent whose watching is in the log, and what ends it unless they come back. */
interface Watching {
  readonly isWritten: Promise<boolean>;
  cancel: () => void;
}

const nothing = (): void => undefined;

/** Who watches a share, as the log knows it: written before they see anything (T22), and when they have gone. */
export class ShareWatchers {
  readonly #options: WatchersOptions;
  readonly #watching = new Map<string, Watching>();

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#watching.size;
  }

  /** Writes down that an agent watches, unless that stands there already. */
  begins(agent: AgentCard): Promise<boolean> {
    const known = this.#watching.get(agent.id);
    if (known) {
      known.cancel();
      known.cancel = nothing;
      return known.isWritten;
    }
    const { share } = this.#options;
    const isWritten = decide(this.#options, this.#options, (header) =>
      agentWatches(header, { share, agent, on: true }),
    ).then((isDone) => {
      if (!isDone) this.#watching.delete(agent.id);
      return isDone;
    });
    this.#watching.set(agent.id, { isWritten, cancel: nothing });
    return isWritten;
  }

  /** Nobody of that agent is connected: it is written down unless they come back soon. */
  stopLater(agent: AgentCard): void {
    const { clock, limits, share, onGone } = this.#options;
    const known = this.#watching.get(agent.id);
    if (!known) return;
    known.cancel();
    known.cancel = clock.after(limits.viewerReturnsMs, () => {
      this.#watching.delete(agent.id);
      void decide(this.#options, this.#options, (header) =>
        agentWatches(header, { share, agent, on: false }),
      );
      this.loseControl(agent, 'left');
      onGone();
    });
  }

  /** Control does not outlast its agent's view. */
  loseControl(agent: AgentCard, reason: 'signed-out' | 'left'): void {
    const { share } = this.#options;
    void decide(this.#options, this.#options, (header) =>
      controlLeaves(header, { share, agent: agent.id, reason, even: true }),
    );
  }

  stop(): void {
    for (const { cancel } of this.#watching.values()) cancel();
    this.#watching.clear();
  }
}

/** Has the log decide about a conversation; a store that is away is an answer too. */
export async function decide(
  ports: { readonly log: Log; readonly report: Report },
  where: { readonly conversation: string; readonly site: string },
  decision: (header: ConversationState) => Decision,
): Promise<boolean> {
  try {
    const key = conversationStream(where.conversation, where.site);
    const answer = await ports.log.transact(key, undefined, ({ state }) => decision(state.agents.header));
    return answer.ok;
  } catch (error) {
    ports.report('share-not-written', { error: oneLine(error) });
    return false;
  }
}
