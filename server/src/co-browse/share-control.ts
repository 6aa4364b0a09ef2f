import type { ActionKind, AgentCard, ConversationState, RefusalReason } from '@alongside/sdk/protocol';
import type { FromPage, FromViewer } from '../events/share-ports.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareViewer } from './share-viewer.ts';

type Act = Extract<FromViewer, { type: 'act' }>;
type Acted = Extract<FromPage, { type: 'acted' }>;

/** What a grant lets do; a page is proposed by a card, not under a grant. */
const SCOPES: readonly ActionKind[] = ['click', 'type', 'select', 'scroll'];

export interface Grant {
  readonly id: string;
  readonly agent: AgentCard;
  readonly until: number;
  readonly scopes: ActionKind[];
}

/** The leave to act that a header tells of; none once it has run out, or its agent no longer has the conversation. */
export function grantOf(header: ConversationState, now: number): Grant | undefined {
  const control = header.share?.state === 'allowed' ? header.share.control : undefined;
  if (control?.state !== 'allowed' || control.grant === undefined || control.until === undefined)
    return undefined;
  const { agent, grant: id, until } = control;
  const has = header.agents.some((each) => each.id === agent.id);
  return has && until > now ? { id, agent, until, scopes: [...SCOPES] } : undefined;
}

interface Waiting {
  readonly viewer: ShareViewer;
  readonly request: number;
  readonly at: number;
}

/**
 * Acts on their way to the page. Each is checked here against what the log says at this moment (CO10, T24), and again
 * on the page. Requests are numbered anew, because two screens of an agent count each for themselves.
 */
export class ShareControl {
  readonly #limits: ShareLimits;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  constructor(limits: ShareLimits) {
    this.#limits = limits;
  }

  /** The act as the page gets it, or why not. `now`: wall clock and monotonic milliseconds. */
  admit(
    act: Act,
    viewer: ShareViewer,
    grant: Grant | undefined,
    stream: string | undefined,
    monotonic: number,
  ): { act: Act } | { refused: RefusalReason } {
    if (grant?.id !== act.grant || grant.agent.id !== viewer.agent.id || !viewer.mayAct) {
      return { refused: 'no-grant' };
    }
    if (!grant.scopes.includes(act.kind)) return { refused: 'denied' };
    if (!viewer.acts.take(monotonic)) return { refused: 'too-fast' };
    if (stream === undefined) return { refused: 'paused' };
    if (act.stream !== stream) return { refused: 'changed' };
    for (const [id, { at }] of this.#waiting) {
      if (monotonic - at > this.#limits.actAnswerMs) this.#waiting.delete(id);
    }
    if (this.#waiting.size >= this.#limits.actsWaitingMax) return { refused: 'too-fast' };
    this.#count += 1;
    this.#waiting.set(this.#count, { viewer, request: act.request, at: monotonic });
    return { act: { ...act, request: this.#count } };
  }

  /** The page's answer, for the screen that asked. */
  answered(acted: Acted): void {
    const waiting = this.#waiting.get(acted.request);
    if (!waiting) return;
    this.#waiting.delete(acted.request);
    waiting.viewer.wire.send({ ...acted, request: waiting.request });
  }

  forget(viewer: ShareViewer): void {
    for (const [id, waiting] of this.#waiting) if (waiting.viewer === viewer) this.#waiting.delete(id);
  }

  clear(): void {
    this.#waiting.clear();
  }
}
