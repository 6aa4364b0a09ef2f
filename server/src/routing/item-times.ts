import { type WaitingItem, type WorkItem, agesFrom, secondOf } from './routing-model.ts';

/** When something of the item ends by itself; a waiting one asks for less (RT5), or of more (RT11). */
export function dueOf(item: WorkItem): number | undefined {
  if (item.state === 'offered') return item.expiresAt;
  if (item.state === 'wrap-up') return item.endsAt;
  const second = secondOf(item);
  if (second) return second.kind === 'ringing' ? second.expiresAt : undefined;
  if (item.state !== 'waiting') return undefined;
  const plans = [item.steps[0], item.help].flatMap((plan) => plan?.after ?? []);
  return plans.length === 0 ? undefined : agesFrom(item) + Math.min(...plans);
}

/** When the item may suit others than before, without anything happening to it. */
export function openingsOf(item: WaitingItem): number[] {
  const times = item.exclusions.map((each) => each.until);
  if (item.sticky) times.push(item.sticky.until);
  if (item.ownerOnly) times.push(item.ownerOnly.until);
  if (item.opensAt !== undefined) times.push(item.opensAt);
  return times;
}
