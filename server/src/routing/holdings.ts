import { type Holding, MEDIUM, type Medium } from './capacity.ts';
import type { Channel, HeldItem } from './routing-model.ts';

type MutableHolding = { items: Set<string>; ringing: Record<Medium, number> } & Record<Channel, number>;

const NOTHING: Holding = { items: new Set(), chat: 0, callback: 0, call: 0, ringing: { text: 0, voice: 0 } };

/** Who holds what, counted as items are offered, taken and given up. */
export class Holdings {
  readonly #byAgent = new Map<string, MutableHolding>();

  of(agent: string): Holding {
    return this.#byAgent.get(agent) ?? NOTHING;
  }

  add(item: HeldItem): void {
    let holding = this.#byAgent.get(item.agent);
    if (!holding) {
      holding = { items: new Set(), chat: 0, callback: 0, call: 0, ringing: { text: 0, voice: 0 } };
      this.#byAgent.set(item.agent, holding);
    }
    holding.items.add(item.id);
    holding[item.channel] += 1;
    if (item.state === 'offered') holding.ringing[MEDIUM[item.channel]] += 1;
  }

  remove(item: HeldItem): void {
    const holding = this.#byAgent.get(item.agent);
    if (!holding?.items.delete(item.id)) return;
    holding[item.channel] -= 1;
    if (item.state === 'offered') holding.ringing[MEDIUM[item.channel]] -= 1;
    if (holding.items.size === 0) this.#byAgent.delete(item.agent);
  }
}
