/**
 * What the cut rrweb (tools/build/slim-rrweb.ts) asks us by way of its mirror, which it hands to all of its parts:
 * whether the children of a node may wait, and who takes the records of its observers.
 */
import { record } from 'rrweb';

/** rrweb's list of what changed in one document or shadow root. */
export interface ChangeList {
  readonly observer: MutationObserver;
  /** What was taken out since the last time it told; what a viewer has of it is forgotten then. */
  readonly mapRemoves: Node[];
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
  /** Records arrived for one of all lists. */
  take(records: readonly MutationRecord[], changes: ChangeList, all: Iterable<ChangeList>): void;
}

/** What one list of changes has to tell of. */
export interface ChangeBatch {
  readonly changes: ChangeList;
  readonly records: readonly MutationRecord[];
}

/**
 * The records that arrived for one list, and those that wait for others: a node that goes from one document or shadow
 * root to another is told of by two lists, and where it is now must not be told before where it was.
 */
export function allRecords(
  records: readonly MutationRecord[],
  changes: ChangeList,
  all: Iterable<ChangeList>,
): ChangeBatch[] {
  const batches = [{ changes, records }];
  for (const other of all) {
    const waiting = other === changes ? [] : other.observer.takeRecords();
    if (waiting.length > 0) batches.push({ changes: other, records: waiting });
  }
  return batches;
}

/** Tells of what was taken out everywhere, then of all else but what waits. */
export function tellChanges(
  batches: readonly ChangeBatch[],
  waits: (record: MutationRecord, changes: ChangeList) => boolean,
): void {
  const none = [] as unknown as NodeList;
  for (const { changes, records } of batches) {
    for (const { type, target, removedNodes } of records) {
      if (type === 'childList')
        changes.processMutation({ type, target, addedNodes: none, removedNodes } as MutationRecord);
    }
  }
  for (const { changes } of batches) {
    for (const node of changes.mapRemoves.splice(0)) record.mirror.removeNodeFromMap(node);
  }
  if (batches.length > 1) for (const { changes } of batches) changes.emit();
  for (const { changes, records } of batches) {
    for (const one of records) {
      const { type, target, addedNodes } = one;
      if (type === 'childList')
        changes.processMutation({ type, target, addedNodes, removedNodes: none } as MutationRecord);
      else if (!waits(one, changes)) changes.processMutation(one);
    }
    changes.emit();
  }
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
