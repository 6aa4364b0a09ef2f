/**
 * Writing in an editor of the page (`contenteditable`) by the browser's own commands: the editor hears `beforeinput`
 * and `input` as from a keyboard, may refuse or do it its own way, and can undo it.
 */
import { editorText } from './editor-text.ts';

/** The outermost element that one writes in, around an element. */
export function editorOf(element: Element): HTMLElement | undefined {
  let found: HTMLElement | undefined;
  for (let at: Element | null = element; at; at = at.parentElement) {
    if ((at as HTMLElement).isContentEditable) found = at as HTMLElement;
  }
  // A whole document that is written in is somebody’s own business.
  return found && found !== found.ownerDocument.body && found !== found.ownerDocument.documentElement
    ? found
    : undefined;
}

/** Replaces a part of an editor's text; false where the editor did not let it. */
export function writeInEditor(editor: HTMLElement, from: number, to: number, text: string): boolean {
  const { ownerDocument } = editor;
  const before = editorText(editor);
  const [start, end] = [before.placeOf(from), before.placeOf(to)];
  const [first, last] = [start.node as Node, end.node as Node];
  editor.focus({ preventScroll: true });
  ownerDocument.getSelection()?.setBaseAndExtent(first, start.offset, last, end.offset);
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (index > 0) command(editor, 'insertParagraph');
    else if (line === '' && from < to) command(editor, 'deleteContentBackward');
    if (line !== '') command(editor, 'insertText', line);
  }
  return from === to && text === '' ? true : editorText(editor).text !== before.text;
}

const COMMANDS = {
  insertParagraph: 'insertParagraph',
  deleteContentBackward: 'delete',
  insertText: 'insertText',
};

/** Deprecated, and the only way that every browser and editor takes for a person's own, with undo. */
function command(editor: HTMLElement, inputType: keyof typeof COMMANDS, data: string | null = null): void {
  const { ownerDocument } = editor;
  const view = ownerDocument.defaultView as Window & typeof globalThis;
  const range = ownerDocument.getSelection()?.getRangeAt(0);
  const targetRanges = range ? [new view.StaticRange(range)] : [];
  const details = { bubbles: true, cancelable: true, composed: true, inputType, data, targetRanges };
  // A command tells the page afterwards only; an editor that does it its own way says so before.
  if (!editor.dispatchEvent(new view.InputEvent('beforeinput', details))) return;
  (ownerDocument as unknown as ExecutingDocument).execCommand(COMMANDS[inputType], false, data);
}

/** The library of types calls it deprecated. */
interface ExecutingDocument {
  execCommand(name: string, withWindows: boolean, value: string | null): boolean;
}
