/**
 * The text of an editor (`contenteditable`) as both ends of a share count it: what stands in its texts, and one line
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
}

/** A place in a document. */
export interface EditorPlace {
  readonly node: EditorNode;
  readonly offset: number;
}

interface Piece {
  readonly start: number;
  readonly node: EditorNode;
  readonly length: number;
}

/** Text of an editor, and where each part of it stands. */
export interface EditorText {
  readonly text: string;
  /** Where a place in the text is in the document. */
  placeOf(at: number): EditorPlace;
}

class Reader {
  text = '';
  readonly pieces: Piece[] = [];

  /** A new block begins on a line of its own. */
  #line(isFirst: boolean): void {
    if (!isFirst) this.text += '\n';
  }

  read(parent: EditorNode): void {
    let isFirst = true;
    for (const child of parent.childNodes) {
      if (child.nodeType === 3) {
        const { data = '' } = child;
        this.pieces.push({ start: this.text.length, node: child, length: data.length });
        // Browsers put the one in place of the other where it would not be seen.
        this.text += data.replace(/\u00a0/g, ' ');
      } else if (child.nodeType === 1) this.#element(child, isFirst);
      isFirst = false;
    }
  }

  #element(element: EditorNode, isFirst: boolean): void {
    if (element.localName === FILLER) {
      if (element.nextSibling) this.text += '\n';
      return;
    }
    if (BLOCKS.test(element.localName ?? '')) this.#line(isFirst);
    this.read(element);
  }
}

/** Reads an editor. */
export function editorText(editor: EditorNode): EditorText {
  const reader = new Reader();
  reader.read(editor);
  const { pieces, text } = reader;
  return {
    text,
    placeOf(at) {
      // Between two texts the later one is meant where a line begins, the earlier one where it goes on.
      const after = pieces.findLast(({ start }) => start <= at);
      if (!after) return { node: editor, offset: 0 };
      return { node: after.node, offset: Math.min(at - after.start, after.length) };
    },
  };
}
