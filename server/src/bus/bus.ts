/**
 * Tells who is listening. Everything on it is droppable: what must not be lost is in the log, and a reader that
 * missed a message finds the gap by number (DL4). Per topic, messages of one publisher arrive in order.
 */
export interface Bus {
  /** A topic that begins with `to-process:` goes to the one process that its key names, and may be large. */
  publish<T extends Topic>(topic: T, key: string, message: TopicMessages[T]): void;
  subscribe<T extends Topic>(topic: T, key: string, then: (message: TopicMessages[T]) => void): () => void;
}

/** What travels, by topic. The ranks that own a topic add it here by declaration merging. */
export interface TopicMessages {
  /** key: session id. The session must end at once. */
  revoked: { reason: string };
}

export type Topic = keyof TopicMessages;

/** How a bus between processes fares, for readiness, metrics and whoever must take another way meanwhile. */
export interface BusHealth {
  /** Undefined when all is well: messages reach the other processes. */
  readonly trouble: 'bus-down' | 'bus-slow' | undefined;
  /** Called when trouble begins or ends. */
  onChanged(then: () => void): () => void;
}
