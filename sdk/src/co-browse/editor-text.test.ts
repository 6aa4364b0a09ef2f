import { Window } from 'happy-dom';
import { describe, expect, test } from 'vitest';
import { type EditorNode, editorText } from './editor-text.ts';

function editor(html: string): EditorNode {
  const text = `<div id="editor">${html}</div>`;
  const document = new new Window().DOMParser().parseFromString(text, 'text/html');
  return document.querySelector('#editor') as unknown as EditorNode;
}

describe('[CO10] the text of an editor', () => {
  test.each([
    ['words', 'words'],
    ['\n      Stays\n    ', 'Stays'],
    ['\n  <p>First <b>bold</b> line</p>\n  <p>Second</p>\n', 'First bold line\nSecond'],
    ['one <i> two</i> \n three ', 'one two three'],
    ['<p>a&nbsp; b&nbsp;</p>', 'a  b '],
    ['<p><br></p><p>a</p><p><br></p><p>b</p>', '\na\n\nb'],
    ['a<br>b<br>', 'a\nb'],
    ['<ul>\n<li>one</li>\n<li>two</li>\n</ul>\nafter', 'one\ntwo\nafter'],
    ['<div><div>deep</div></div><div>next</div>', 'deep\nnext'],
    ['<pre style="white-space: pre">two  spaces\n  in</pre>', 'two  spaces\n  in'],
    ['', ''],
    [' \n ', ''],
  ])('of %j is %j', (html, text) => {
    expect(editorText(editor(html)).text).toBe(text);
  });

  test('has each of its places where it is seen', () => {
    const read = editorText(editor('\n  <p>First <b>bold</b> line</p>\n  <p>Second</p>\n'));
    const placed = Array.from(read.text, (character, at) => {
      const { node, offset } = read.placeOf(at);
      return [character, node.data?.[offset] ?? 'end'];
    });
    for (const [character, there] of placed) expect(there).toBe(character === '\n' ? 'end' : character);
    const last = read.placeOf(read.text.length);
    expect([last.node.data, last.offset]).toEqual(['Second', 6]);
  });

  test('that is empty begins at its own beginning', () => {
    const empty = editor(' ');
    expect(editorText(empty).placeOf(0)).toEqual({ node: empty, offset: 0 });
  });
});
