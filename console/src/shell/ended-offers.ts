import { effect } from '@preact/signals';
import type { OfferRow } from '@alongside/sdk/agent';
import { observed } from '../ui/observed.ts';
import { plainName } from '../ui/person.tsx';
import type { Workspace } from './workspace.ts';

/** An offer that goes this shortly before its end was missed: clocks and the way of the news are not exact. */
const NEAR_THE_END_MS = 1_500;

/**
 * Says what became of an offer that went without an answer from here: its time ran out, or it was withdrawn. A card
 * that only vanishes leaves one in doubt whether one pressed something.
 */
export function tellEndedOffers(workspace: Workspace): () => void {
  const { signal: desk, stop } = observed(workspace.client.desk);
  let before = new Map<string, OfferRow>();
  const stopFollowing = effect(() => {
    const now = new Map(
      [...desk.value.values()].flatMap((row) => (row.type === 'offer' ? [[row.offer, row]] : [])),
    );
    for (const [id, offer] of before) if (!now.has(id)) tell(workspace, offer);
    before = now;
  });
  return () => {
    stopFollowing();
    stop();
  };
}

function tell(workspace: Workspace, offer: OfferRow): void {
  const { me, notices, ticker } = workspace;
  const isOurs = workspace.rowOf(offer.conversation)?.state === 'active';
  if (isOurs || workspace.hasAnswered(offer)) return;
  const name = plainName(offer.visitorName);
  if (ticker.now.peek() >= offer.expiresAt - NEAR_THE_END_MS) {
    notices.say(`You did not take ${name} in time.`, 'problem');
    // Who has just chosen to be away knows why nothing rings any more.
  } else if (me.peek()?.presence === 'available' || me.peek()?.presence === 'busy') {
    notices.say(`${name} is no longer offered to you.`);
  }
}
