import type { Clock } from '@alongside/sdk/shared';
import { type Report, oneLine } from '../lib/report.ts';
import type { Storage } from '../storage/storage.ts';
import { type EffectLine, type Fate, sorted } from './effect-line.ts';
import { type AnyEffectHandler, EffectNotDue } from './effects.ts';
import { EFFECT_LEASE_MS, type EffectSink } from './log-options.ts';
import { OutboxStore, type StoredEffect } from './outbox-store.ts';

export type { StoredEffect } from './outbox-store.ts';

/** Wait after the first failure; it doubles each time. */
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 5 * 60_000;
/** After about an hour an effect is given up, said to the operator, and stays in the table. */
const ATTEMPTS_MAX = 20;
/** Effects that run at the same time. */
const RUNNING_MAX = 50;
/** Effects in memory; the others wait in the store. */
const HELD_MAX = 5_000;
const CLAIM_MAX = 500;
/** How soon after it is done an effect is taken out of the store at the latest, where no commit did it on its way. */
const REMOVE_AFTER_MS = 200;
/** A process that died leaves its effects to the others, who look this often. */
const LOOK_EVERY_MS = 5_000;

/**
 * Carries out effects after their commit (at least once, also over a crash). Those of one stream and kind are
 * done in the order of the log; one that fails is tried again and holds up only its own line.
 */
export class Outbox implements EffectSink {
  readonly #clock: Clock;
  readonly #report: Report;
  readonly #store: OutboxStore;
  readonly #handlers = new Map<string, AnyEffectHandler>();
  readonly #lines = new Map<string, EffectLine>();
  readonly #held = new Set<number>();
  readonly #timers = new Set<() => void>();
  #ready: EffectLine[] = [];
  #done: number[] = [];
  #running = 0;
  #state: 'new' | 'open' | 'draining' | 'closed' = 'new';
  #cancelRemoval: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  #cancelLook: (() => void) | undefined;
  #lookAt = Number.POSITIVE_INFINITY;
  #whenQuiet: (() => void)[] = [];

  constructor(storage: Storage, { clock, report }: { clock: Clock; report: Report }) {
    this.#clock = clock;
    this.#report = report;
    this.#store = new OutboxStore(storage.kysely, storage.dialect);
  }

  /** Says who carries out a kind of effect; before {@link start}. */
  register(handler: AnyEffectHandler): void {
    this.#handlers.set(handler.kind, handler);
  }

  /** Begins: with what an earlier run left, then with each commit's. */
  async start(): Promise<void> {
    await this.#store.releaseAll();
    this.#state = 'open';
    this.#later(LOOK_EVERY_MS, () => this.#renewLeases());
    await this.#lookNow();
  }

  committed(effects: readonly StoredEffect[]): void {
    const now = this.#clock.now();
    for (const effect of effects) {
      if (effect.runAt > now) this.#lookBy(effect.runAt);
      // What finds no room stays in the store; its lease ends, and a later look finds it.
      else if (this.#state !== 'draining' && this.#state !== 'closed' && this.#held.size < HELD_MAX)
        this.#hold(effect);
    }
    // Answers go first: whoever waits for one waits for no effect.
    setImmediate(() => this.#run());
  }

  takeDone(max: number): readonly number[] {
    return this.#done.splice(0, max);
  }

  tookOut(effects: readonly number[], isStored: boolean): void {
    for (const id of effects) {
      if (isStored) this.#held.delete(id);
      else this.#removeSoon(id);
    }
  }

  /** Resolves when nothing is at work or due in memory, and what is done is out of the store. */
  async quiet(): Promise<void> {
    while (this.#running > 0 || this.#ready.length > 0) {
      await new Promise<void>((resolve) => void this.#whenQuiet.push(resolve));
    }
    await this.#remove();
  }

  /** Ends: what is at work is finished, the rest is left to the next start or to another process. */
  async drain(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'draining';
    this.#ready = [];
    for (const cancel of this.#timers) cancel();
    this.#cancelLook?.();
    await this.#looking;
    await this.quiet();
    this.#state = 'closed';
    try {
      await this.#store.renew([...this.#held], 0);
    } catch (error) {
      this.#report('effects-not-released', { error: oneLine(error) });
    }
  }

  /** How many are still to be done, and how many were given up. */
  counts(): Promise<{ waiting: number; givenUp: number }> {
    return this.#store.counts();
  }

  #hold(effect: StoredEffect): void {
    if (this.#held.has(effect.id)) return;
    this.#held.add(effect.id);
    const key = `${effect.kind} ${effect.stream}`;
    const line = this.#lines.get(key);
    if (line) {
      line.effects.push(effect);
      return;
    }
    const begun: EffectLine = { key, effects: [effect], state: 'ready' };
    this.#lines.set(key, begun);
    this.#ready.push(begun);
  }

  #run(): void {
    if (this.#state !== 'open') return;
    while (this.#running < RUNNING_MAX) {
      const line = this.#ready.shift();
      const [first] = line?.effects ?? [];
      if (!line || !first) return;
      const effects = line.effects.splice(0, this.#handlers.get(first.kind)?.atOnce ?? 1);
      line.state = 'running';
      this.#running++;
      void Promise.all(effects.map((effect) => this.#carryOut(effect))).then((fates) => {
        this.#running--;
        this.#settled(line, effects, fates);
        this.#run();
        if (this.#running === 0) for (const resolve of this.#whenQuiet.splice(0)) resolve();
      });
    }
  }

  /** Never rejects. */
  async #carryOut(effect: StoredEffect): Promise<Fate> {
    const { kind, payload, site, stream, seq } = effect;
    try {
      const handler = this.#handlers.get(kind);
      if (!handler) throw new Error('nobody carries out this kind of effect');
      await handler.handle(payload, { site, stream, seq });
      return 'done';
    } catch (error) {
      if (error instanceof EffectNotDue && (await this.#putBack(effect, error.againAfterMs))) return 'left';
      effect.attempts++;
      const isOver = effect.attempts >= ATTEMPTS_MAX;
      const again = Math.min(RETRY_FIRST_MS * 2 ** (effect.attempts - 1), RETRY_MAX_MS);
      const problem = isOver ? 'effect-given-up' : 'effect-failed';
      this.#report(problem, { kind, stream, seq, attempts: effect.attempts, error: oneLine(error) });
      await this.#noteFailure(effect, isOver ? null : this.#clock.now() + again);
      return isOver ? 'left' : { againAfter: again };
    }
  }

  /** Back into the store, until it is due; where that fails it is tried again like one that failed. */
  #putBack(effect: StoredEffect, againAfterMs: number): Promise<boolean> {
    const runAt = this.#clock.now() + againAfterMs;
    return this.#store.failed(effect.id, 0, runAt, 0).then(
      () => {
        this.#lookBy(runAt);
        return true;
      },
      () => false,
    );
  }

  async #noteFailure({ id, attempts }: StoredEffect, runAt: number | null): Promise<void> {
    try {
      await this.#store.failed(id, attempts, runAt, this.#clock.now() + EFFECT_LEASE_MS);
    } catch (error) {
      // It is tried again all the same: the row says that it is not done.
      this.#report('effect-failure-not-noted', { id, error: oneLine(error) });
    }
  }

  #settled(line: EffectLine, effects: readonly StoredEffect[], fates: readonly Fate[]): void {
    const { done, left, again, againAfter } = sorted(effects, fates);
    for (const id of done) this.#removeSoon(id);
    for (const id of left) this.#held.delete(id);
    line.effects.unshift(...again);
    if (again.length > 0) {
      line.state = 'waiting';
      this.#later(againAfter, () => {
        this.#makeReady(line);
      });
    } else if (line.effects.length > 0) this.#makeReady(line);
    else this.#lines.delete(line.key);
  }

  #makeReady(line: EffectLine): void {
    if (this.#state !== 'open') return;
    line.state = 'ready';
    this.#ready.push(line);
    this.#run();
  }

  #removeSoon(id: number): void {
    this.#done.push(id);
    this.#cancelRemoval ??= this.#clock.after(REMOVE_AFTER_MS, () => void this.#remove());
  }

  async #remove(): Promise<void> {
    this.#cancelRemoval?.();
    this.#cancelRemoval = undefined;
    const ids = this.#done.splice(0);
    if (ids.length === 0) return;
    try {
      for (let from = 0; from < ids.length; from += CLAIM_MAX) {
        await this.#store.remove(ids.slice(from, from + CLAIM_MAX));
      }
      for (const id of ids) this.#held.delete(id);
    } catch (error) {
      this.#report('effects-not-removed', { count: ids.length, error: oneLine(error) });
      if (this.#state === 'open') for (const id of ids) this.#removeSoon(id);
    }
  }

  #lookNow(): Promise<void> {
    this.#looking = this.#look();
    return this.#looking;
  }

  /** Takes what is due from the store, until nothing is or the memory is full. */
  async #look(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#lookAt = Number.POSITIVE_INFINITY;
    try {
      const now = this.#clock.now();
      const room = Math.min(CLAIM_MAX, HELD_MAX - this.#held.size);
      const claimed = room > 0 ? await this.#store.claim(now, EFFECT_LEASE_MS, room) : [];
      for (const effect of claimed) this.#hold(effect);
      this.#run();
      const next = await this.#store.nextDue(now);
      this.#lookBy(
        claimed.length > 0 && claimed.length === room ? now : Math.min(next ?? Infinity, now + LOOK_EVERY_MS),
      );
    } catch (error) {
      this.#report('effects-not-read', { error: oneLine(error) });
      this.#lookBy(this.#clock.now() + LOOK_EVERY_MS);
    }
  }

  #lookBy(time: number): void {
    if (this.#state !== 'open' || time >= this.#lookAt) return;
    this.#lookAt = time;
    this.#cancelLook?.();
    this.#cancelLook = this.#clock.after(Math.max(time - this.#clock.now(), 0), () => void this.#lookNow());
  }

  async #renewLeases(): Promise<void> {
    try {
      const ids = [...this.#held];
      const until = this.#clock.now() + EFFECT_LEASE_MS;
      for (let from = 0; from < ids.length; from += CLAIM_MAX) {
        await this.#store.renew(ids.slice(from, from + CLAIM_MAX), until);
      }
    } catch (error) {
      this.#report('effects-not-kept', { error: oneLine(error) });
    }
    if (this.#state === 'open') this.#later(LOOK_EVERY_MS, () => this.#renewLeases());
  }

  #later(delay: number, then: () => void | Promise<void>): void {
    const cancel = this.#clock.after(delay, () => {
      this.#timers.delete(cancel);
      void then();
    });
    this.#timers.add(cancel);
  }
}
