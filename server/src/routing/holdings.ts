import { type Holding, MEDIUM, type Medium } from './capacity.ts';
import { type Channel, type HeldItem, secondOf } from './routing-model.ts';

type MutableHolding = { items: Set<string>; ringing: Record<Medium, number> } & Record<Channel, number>;

const NOTHING: Holding = { items: new Set(), chat: 0, callback: 0, call: 0, ringing: { text: 0, voice: 0 } };

/** Who holds what, counted as items are offered, taken and given up. */
export class Holdings {
  readonly #byAgent = new Map<string, MutableHolding>();

  of(agent: string): Holding {
    return this.#byAgent.get(agent) ?? NOTHING;
  }

  add(item: HeldItem): void {
    this.#take(item.agent, item, item.state === 'offered');
    const second = secondOf(item);
    if (second) this.#take(second.agent, item, second.kind === 'ringing');
  }

  remove(item: HeldItem): void {
    this.#giveUp(item.agent, item, item.state === 'offered');
    const second = secondOf(item);
    if (second) this.#giveUp(second.agent, item, second.kind === 'ringing');
  }

  #take(agent: string, item: HeldItem, rings: boolean): void {
    let holding = this.#byAgent.get(agent);
    if (!holding) {
      holding = { items: new Set(), chat: 0, callback: 0, call: 0, ringing: { text: 0, voice: 0 } };
      this.#byAgent.set(agent, holding);
    }
    holding.items.add(item.id);
    holding[item.channel] += 1;
    if (rings) holding.ringing[MEDIUM[item.channel]] += 1;
  }

  #giveUp(agent: string, item: HeldItem, rings: boolean): void {
    const holding = this.#byAgent.get(agent);
    if (!holding?.items.delete(item.id)) return;
    holding[item.channel] -= 1;
    if (rings) holding.ringing[MEDIUM[item.channel]] -= 1;
    if (holding.items.size === 0) this.#byAgent.delete(agent);
  }
}
