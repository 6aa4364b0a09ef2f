import { type Report, oneLine } from '../lib/report.ts';
import type { Bus, Topic, TopicMessages } from './bus.ts';

type Listener = (message: never) => void;

/**
 * The bus of a single process. Listeners are called before `publish` returns, in the order they came; one that
 * fails is reported and keeps nobody from hearing it.
 */
export class InProcessBus implements Bus {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #report: Report | undefined;

  constructor(report?: Report) {
    this.#report = report;
  }

  publish<T extends Topic>(topic: T, key: string, message: TopicMessages[T]): void {
    for (const listener of [...(this.#listeners.get(`${topic} ${key}`) ?? [])]) {
      try {
        listener(message as never);
      } catch (error) {
        this.#report?.('listener-failed', { topic, error: oneLine(error) });
      }
    }
  }

  subscribe<T extends Topic>(topic: T, key: string, then: (message: TopicMessages[T]) => void): () => void {
    const name = `${topic} ${key}`;
    let listeners = this.#listeners.get(name);
    if (!listeners) this.#listeners.set(name, (listeners = new Set()));
    listeners.add(then);
    return () => {
      listeners.delete(then);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }
}
