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
    // Removals first, as they happen: a record may take out and put in the same node, and is forgotten otherwise.
    what: 'additions by the page',
    found:
      /m\.addedNodes\.forEach\(\(n\) => this\.genAdds\(n, m\.target\)\);\n(\t+m\.removedNodes\.forEach\(\(n\) => \{\n[^]*?\n\t\t\t\t\}\);)/,
    replacement: (_all, removals = '') =>
      `${removals}\nm.addedNodes.forEach((n) => this.mirror.hooks?.waitsIn(m.target) || this.genAdds(n, m.target));`,
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
    replacement: '\t\tthis.mirror.hooks?.take(mutations, this);\n',
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
