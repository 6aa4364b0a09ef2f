/**
 * What the cut rrweb (tools/build/slim-rrweb.ts) asks us by way of its mirror, which it hands to all of its parts:
 * whether the children of a node may wait, and who takes the records of its observers.
 */
import { record } from 'rrweb';

/** rrweb's list of what changed in one document or shadow root. */
export interface ChangeList {
  /** Notes a node as added, with all that is below it. */
  genAdds(node: Node, target?: Node): void;
  processMutation(change: MutationRecord): void;
  /** Tells of what was noted. */
  emit(): void;
}

export interface RecorderHooks {
  /** Whether the children of a node are told of later, in a turn of their own. */
  waits(node: Node): boolean;
  /** Whether what was just added to a node is told of later. */
  waitsIn(parent: Node): boolean;
  /** A document or a shadow root is being observed. */
  observes(root: Document | ShadowRoot, changes: ChangeList): void;
  /** Records arrived. */
  take(records: readonly MutationRecord[], changes: ChangeList): void;
}

interface HookedMirror {
  hooks: RecorderHooks | undefined;
}

const mirror = record.mirror as unknown as HookedMirror;

/** Puts hooks into the recorder; the answer takes them out. */
export function hookRecorder(hooks: RecorderHooks): () => void {
  mirror.hooks = hooks;
  return () => {
    if (mirror.hooks === hooks) mirror.hooks = undefined;
  };
}

/** Whether a viewer was told of a node, or never will be. */
export function isTold(node: Node): boolean {
  const id = record.mirror.getId(node);
  return id < -1 || record.mirror.has(id);
}

/** A viewer begins anew with the next snapshot, and nodes get new numbers. */
export function forgetTold(): void {
  record.mirror.reset();
}
