import { WHY_NOT_AGENTS_MAX, type WhyNotAnswer } from '@alongside/sdk/protocol';
import type { Ineligibility } from '../routing/eligibility.ts';
import { type WhyNot, endOf, ruleWords, whyNot } from '../routing/why-not.ts';
import type { RoutingState } from '../routing/routing-state.ts';
import { cardOf } from './desk-service.ts';

/** The nearer a rule is to being over, the earlier it stands: what rules out one piece of work first, then the agent. */
const NEARNESS: readonly (Ineligibility['rule'] | 'none')[] = [
  ...(['none', 'ringing', 'excluded', 'reserved', 'count', 'budget', 'interrupt', 'skill'] as const),
  ...(['delay', 'owner-only', 'draining', 'channel', 'presence', 'queue'] as const),
];

/** RT16: why nobody takes the item; undefined where it neither waits nor rings. */
export function whyNotAnswer(routing: RoutingState, item: string, now: number): WhyNotAnswer | undefined {
  const found = routing.items.get(item);
  if (found?.state !== 'waiting' && found?.state !== 'offered') return undefined;
  const at = Math.max(now, routing.clock);
  const all = whyNot(routing, found, at).sort((left, right) => rankOf(left) - rankOf(right));
  const counts = new Map<string, number>();
  for (const each of all) counts.set(ruleOf(each), (counts.get(ruleOf(each)) ?? 0) + 1);
  const nameOf = (agent: string): string => routing.agents.get(agent)?.name ?? 'somebody who has left';
  return {
    item,
    at,
    agents: all.slice(0, WHY_NOT_AGENTS_MAX).map((each) => {
      const { agent, because } = each;
      const until = because && endOf(because);
      return {
        agent: cardOf(routing, agent.id),
        rule: ruleOf(each),
        words: because ? ruleWords(because, nameOf) : 'being offered now',
        ...(until !== undefined && { until }),
      };
    }),
    totals: [...counts].map(([rule, count]) => ({ rule, count })),
  };
}

function ruleOf({ because }: WhyNot): Ineligibility['rule'] | 'none' {
  return because?.rule ?? 'none';
}

/** Who is not there at all comes last. */
function rankOf(each: WhyNot): number {
  const isGone = each.because?.rule === 'presence' && each.because.presence === 'offline';
  return isGone ? NEARNESS.length : NEARNESS.indexOf(ruleOf(each));
}
