/**
 * The text of an editor (`contenteditable`) as both ends of a share count it: what is seen of its texts, and one line
 * feed for each break and each new block. An agent's edits are places in this text.
 */

const BLOCKS =
  /^(?:address|article|aside|blockquote|div|dd|dl|dt|figure|h[1-6]|header|footer|hr|li|main|nav|ol|p|pre|section|table|tr|ul)$/;
/** What an editor puts into an empty paragraph so that it has a height; it stands for no line. */
const FILLER = 'br';

/** As much of a document's node as is read; the server knows no documents. */
export interface EditorNode {
  readonly nodeType: number;
  readonly localName?: string;
  readonly data?: string;
  readonly nextSibling: EditorNode | null;
  readonly childNodes: Iterable<EditorNode>;
  readonly ownerDocument?: { readonly defaultView: StylingWindow | null } | null;
}

interface StylingWindow {
  getComputedStyle(element: never): { readonly whiteSpace: string };
}

/** A place in a document. */
export interface EditorPlace {
  readonly node: EditorNode;
  readonly offset: number;
}

/** Text that stands in one place of a document; of collapsed white space only what is seen of it. */
interface Piece {
  readonly start: number;
  readonly node: EditorNode;
  readonly offset: number;
  length: number;
}

/** Text of an editor, and where each part of it stands. */
export interface EditorText {
  readonly text: string;
  /** Where a place in the text is in the document. */
  placeOf(at: number): EditorPlace;
}

/** White space of the document's source, which is seen as one space, or not at all (CSS Text 3, 4.1). */
const RUNS = /[ \t\n\r\f]+|[^ \t\n\r\f]+/g;

class Reader {
  text = '';
  readonly pieces: Piece[] = [];
  /** A space that is not seen if the line ends with it. */
  #space: Piece | undefined;
  /** What comes next begins a line. */
  #isLineDue = false;

  /** A line ends here: a space before it is not seen. */
  endLine(): void {
    if (this.#space) {
      this.text = this.text.slice(0, -1);
      this.#space.length = 0;
      this.#space = undefined;
    }
  }

  #breakLine(): void {
    this.endLine();
    this.text += '\n';
    this.#isLineDue = false;
  }

  #put(node: EditorNode, offset: number, text: string): Piece {
    if (this.#isLineDue) this.#breakLine();
    const piece = { start: this.text.length, node, offset, length: text.length };
    this.pieces.push(piece);
    // Browsers put the one in place of the other where it would not be seen.
    this.text += text.replace(/\u00a0/g, ' ');
    this.#space = undefined;
    return piece;
  }

  /** Whether anything of it is seen. */
  #texts(node: EditorNode, isPreserved: boolean): boolean {
    const { data = '' } = node;
    if (data === '') return false;
    if (isPreserved) {
      this.#put(node, 0, data);
      return true;
    }
    let isSeen = false;
    for (const { 0: run, index } of data.matchAll(RUNS)) {
      if (/[ \t\n\r\f]/.test(run)) {
        const isLineStart = this.#isLineDue || this.text === '' || this.text.endsWith('\n');
        if (isLineStart || this.#space) continue;
        this.#space = this.#put(node, index, ' ');
      } else this.#put(node, index, run);
      isSeen = true;
    }
    return isSeen;
  }

  read(parent: EditorNode): void {
    let isFirst = true;
    const isPreserved = isPreservedIn(parent);
    for (const child of parent.childNodes) {
      if (child.nodeType === 3) {
        if (this.#texts(child, isPreserved)) isFirst = false;
      } else if (child.nodeType === 1) {
        this.#element(child, isFirst);
        isFirst = false;
      }
    }
  }

  #element(element: EditorNode, isFirst: boolean): void {
    if (element.localName === FILLER) {
      if (element.nextSibling) this.#breakLine();
      return;
    }
    const isBlock = BLOCKS.test(element.localName ?? '');
    if (isBlock && (!isFirst || this.#isLineDue)) this.#breakLine();
    this.read(element);
    if (isBlock) {
      this.endLine();
      this.#isLineDue = true;
    }
  }
}

/** Whether white space of the source is seen as it is, as in `<pre>`. */
function isPreservedIn(parent: EditorNode): boolean {
  const style = parent.ownerDocument?.defaultView?.getComputedStyle(parent as never);
  return /^(?:pre|break-spaces)/.test(style?.whiteSpace ?? '');
}

/** Reads an editor. */
export function editorText(editor: EditorNode): EditorText {
  const reader = new Reader();
  reader.read(editor);
  reader.endLine();
  const { pieces, text } = reader;
  return {
    text,
    placeOf(at) {
      // Between two texts the later one is meant where a line begins, the earlier one where it goes on.
      const after = pieces.findLast(({ start }) => start <= at);
      if (!after) return { node: editor, offset: 0 };
      return { node: after.node, offset: after.offset + Math.min(at - after.start, after.length) };
    },
  };
}
