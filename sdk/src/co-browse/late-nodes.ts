import type { Clock } from '../lib/clock.ts';
import type { IdleTimer } from './idle-timer.ts';
import { type ChangeList, isTold } from './recorder-hooks.ts';

/** Told of in one piece: some 5 ms of work. */
const NODES_AT_ONCE = 250;
/** Told of in one piece of a turn, between two looks at the clock. */
const NODES_PER_PIECE = 120;
/** So much of a turn is ours; a task of 50 ms would be felt. */
const TURN_MS = 12;
/** What a page adds by itself is told of at once up to the allowance, which is full again after this long. */
const REFILL_MS = 50;
/** Elements with so few children are rather finished than left for later. */
const FEW_CHILDREN = 4;
/** Their parts make no sense one by one. */
const WHOLE = new Set(['head', 'style', 'textarea', 'select', 'title']);

interface Parts {
  readonly clock: Clock;
  readonly idle: IdleTimer;
  /** An element that came late is scrolled. */
  readonly scrolled: (element: Element) => void;
}

/**
 * Tells of large pages piece by piece (CO12). A snapshot and what a page adds reach only as far as an allowance; the
 * children of the elements beyond it wait, and are told of in idle turns as if the page had just added them. What
 * changes inside of what waits is not told, because it is read as it is when its turn comes.
 */
export class LateNodes {
  readonly #parts: Parts;
  readonly #waiting = new Set<Node>();
  /** The last child of a waiting node that was told of. */
  #reached = new WeakMap<Node, Node>();
  readonly #changes = new WeakMap<Document, ChangeList>();
  #opened: Element[] = [];
  #left = NODES_AT_ONCE;
  #least = -NODES_AT_ONCE / 4;
  #cancelRefill: (() => void) | undefined;
  #cancelTurn: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How many nodes have children that nobody was told of yet. */
  get size(): number {
    return this.#waiting.size;
  }

  observes(document: Document, changes: ChangeList): void {
    this.#changes.set(document, changes);
  }

  /** A snapshot begins. */
  begin(): void {
    this.#waiting.clear();
    this.#reached = new WeakMap();
    this.#allow(NODES_AT_ONCE);
  }

  stop(): void {
    this.#waiting.clear();
    this.#cancelRefill?.();
    this.#cancelTurn?.();
    this.#cancelRefill = this.#cancelTurn = undefined;
  }

  #allow(nodes: number): void {
    this.#left = nodes;
    this.#least = -nodes / 4;
  }

  waits(node: Node): boolean {
    const shadow = node.nodeType === 1 ? (node as Element).shadowRoot : null;
    const children = node.childNodes.length + (shadow?.childNodes.length ?? 0);
    if (children === 0) return false;
    this.#refillSoon();
    const isSmall = children <= FEW_CHILDREN && this.#left > this.#least;
    if (children <= this.#left || isSmall || WHOLE.has((node as Element).localName)) {
      this.#left -= children;
      this.#opened.push(node as Element);
      return false;
    }
    this.#wait(node);
    return true;
  }

  waitsIn(parent: Node): boolean {
    const node = parent.nodeType === 11 ? (parent as ShadowRoot).host : parent;
    // What was added or moved may stand before what was reached.
    this.#reached.delete(node);
    this.#refillSoon();
    if (this.#left > 0 || !isTold(node)) {
      this.#left--;
      return false;
    }
    this.#wait(node);
    return true;
  }

  #refillSoon(): void {
    this.#cancelRefill ??= this.#parts.clock.after(REFILL_MS, () => {
      this.#cancelRefill = undefined;
      this.#allow(NODES_AT_ONCE);
    });
  }

  #wait(node: Node): void {
    this.#waiting.add(node);
    this.#cancelTurn ??= this.#parts.idle.nextIdle(() => {
      this.#turn();
    });
  }

  #turn(): void {
    const { clock, idle, scrolled } = this.#parts;
    const started = clock.monotonic();
    this.#opened = [];
    do this.#piece();
    while (this.#waiting.size > 0 && clock.monotonic() - started < TURN_MS);
    for (const element of this.#opened) if (element.scrollTop || element.scrollLeft) scrolled(element);
    this.#opened = [];
    this.#cancelTurn =
      this.#waiting.size === 0
        ? undefined
        : idle.nextIdle(() => {
            this.#turn();
          });
  }

  #piece(): void {
    this.#allow(NODES_PER_PIECE);
    const told = new Set<ChangeList>();
    for (const node of this.#waiting) {
      if (this.#left <= 0) break;
      const changes = node.ownerDocument && this.#changes.get(node.ownerDocument);
      // What is not there, or not known yet, comes again with what it is in.
      if (!changes || !node.isConnected || !isTold(node)) {
        this.#waiting.delete(node);
        continue;
      }
      told.add(changes);
      if (this.#open(node, changes)) this.#waiting.delete(node);
    }
    for (const changes of told) changes.emit();
  }

  /** Answers whether all children of a node are told of. */
  #open(node: Node, changes: ChangeList): boolean {
    const reached = this.#reached.get(node);
    const shadow = (node as Element).shadowRoot;
    // The roots of shadows come first: they are small, and what is inside of one may show the rest.
    let child: Node | null = shadow?.firstChild ?? node.firstChild;
    if (reached && (reached.parentNode === node || reached.parentNode === shadow)) child = reached;
    while (child) {
      if (!isTold(child)) {
        if (this.#left <= 0) return false;
        this.#left--;
        changes.genAdds(child, node);
      }
      this.#reached.set(node, child);
      child = child.nextSibling ?? (child.parentNode === shadow ? node.firstChild : null);
    }
    this.#reached.delete(node);
    return true;
  }
}
