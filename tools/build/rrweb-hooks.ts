/** A place of rrweb's bundle that is changed, and how often it is there. */
export interface Cut {
  readonly what: string;
  readonly found: RegExp;
  readonly replacement: string | ((all: string, ...groups: string[]) => string);
  readonly atLeast: number;
  readonly atMost?: number;
}

/** Where rrweb asks our recorder (sdk/src/co-browse/recorder-hooks.ts); in a player nobody answers. */
export const HOOKS: readonly Cut[] = [
  {
    // What a large page holds is told in pieces (sdk/src/co-browse/late-nodes.ts); these ask whether a piece ends here.
    what: 'walks into the children of a snapshot’s element',
    found: /recordChild = recordChild && !serializedNode\.needBlock;/g,
    replacement: 'recordChild = recordChild && !serializedNode.needBlock && !mirror.hooks?.waits(n);',
    atLeast: 1,
    // The player has a copy of its own.
    atMost: 3,
  },
  {
    what: 'walks into the children of an added node',
    found:
      /(?<=^\t\tif \(!isBlocked\(n, this\.blockClass, this\.blockSelector, false\))(?=\) \{\n\t\t\tsrc_default\.childNodes\(n\))/gm,
    replacement: ' && !this.mirror.hooks?.waits(n)',
    atLeast: 1,
  },
  {
    // What is not where it was put any more is somewhere else, which another record tells.
    what: 'additions by the page',
    found: /m\.addedNodes\.forEach\(\(n\) => this\.genAdds\(n, m\.target\)\);/g,
    replacement:
      'm.addedNodes.forEach((n) => src_default.parentNode(n) !== m.target || this.mirror.hooks?.waitsIn(m.target) || this.genAdds(n, m.target));',
    atLeast: 1,
  },
  {
    // All that is taken out is told before anything is put in.
    what: 'removals of what a list is about to tell of',
    found:
      /if \(this\.addedSet\.has\(n\)\) \{\n\t+deepDelete\(this\.addedSet, n\);[^]*?deepDelete\(this\.movedSet, n\);\n\t+else \{/g,
    replacement: 'if (!isAncestorRemoved(m.target, this.mirror)) {',
    atLeast: 1,
  },
  {
    what: 'notes of where moved nodes went',
    found:
      /^\t+let targetId = null;\n[^]*?this\.movedMap\[moveKey\(this\.mirror\.getId\(n\), targetId\)\] = true;$/gm,
    replacement: '',
    atLeast: 1,
  },
  {
    // A player has no hooks, and no list of changes.
    what: 'questions whether another list tells of a node',
    found: /if \(this\.processedNodeManager\.inOtherBuffer\(n, this\)\) return;/g,
    replacement: 'if (this.mirror.has(this.mirror.getId(n))) return;',
    atLeast: 1,
  },
  {
    what: 'notes of what a list tells of',
    found: /^\t+this\.processedNodeManager\.add\(childN, this\);$/gm,
    replacement: '',
    atLeast: 1,
  },
  {
    what: 'what several lists told of',
    found: /^var ProcessedNodeManager = class \{\n[^]*?^\};$/m,
    replacement: 'var ProcessedNodeManager = class { destroy() {} };',
    atLeast: 1,
  },
  {
    // The next one that a viewer has; those between come later, each before the one that is there by then.
    what: 'searches for the next sibling',
    found: /while \(nextId === -2\) \{/g,
    replacement: 'while (nextId !== null && !this.mirror.has(nextId)) {',
    atLeast: 1,
  },
  {
    what: 'nodes told of below what nobody knows',
    found: /^\t\t\tif \(nextId === -1\) \{\n[^]*?^\t\t\t\}\n/m,
    replacement:
      '\t\t\tif (!this.mirror.has(parentId)) {\n\t\t\t\tmissingParents.add(n);\n\t\t\t\tcontinue;\n\t\t\t}\n',
    atLeast: 1,
  },
  {
    what: 'lists of changes',
    found: /(?<=^\tmutationBuffer\.init\(options\);\n)/m,
    replacement: '\toptions.mirror.hooks?.observes(rootEl, mutationBuffer);\n',
    atLeast: 1,
  },
  {
    what: 'answers to records',
    found: /(?<=^\tprocessMutations = \(mutations\) => \{\n)[^]*?(?=^\t\};$)/m,
    replacement: '\t\tthis.mirror.hooks?.take(mutations, this, mutationBuffers);\n',
    atLeast: 1,
  },
  {
    what: 'observers of lists of changes',
    found: /const observer = (?=new ObserverCtor\()/g,
    replacement: 'const observer = mutationBuffer.observer = ',
    atLeast: 1,
  },
  {
    // They are no accessors, so that every page was taken for a patched one and got a frame to fetch others from.
    what: 'doubts about accessors of elements',
    found: /(?<=\tElement: \[\n\t\t"shadowRoot"),\n\t\t"querySelector",\n\t\t"querySelectorAll"/g,
    replacement: '',
    atLeast: 1,
    atMost: 4,
  },
];
