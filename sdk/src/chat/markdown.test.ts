import { describe, expect, test } from 'vitest';
import { type Block, type Inline, parseMarkdown, safeHref } from './markdown.ts';

/** The tree in one line: what a reader of a test can check at a glance. */
function show(blocks: Block[]): string {
  const pieces = (of: Inline[]): string =>
    of
      .map((each) => {
        if (!('of' in each)) return each.type === 'text' ? each.text : `<code ${each.text}>`;
        if (each.type === 'link') return `<link ${each.href} ${pieces(each.of)}>`;
        return `<${each.type} ${pieces(each.of)}>`;
      })
      .join('');
  return blocks
    .map((block) =>
      block.type === 'paragraph'
        ? pieces(block.of)
        : `<${block.ordered ? `ol ${block.start}` : 'ul'} ${block.items.map(pieces).join(' | ')}>`,
    )
    .join(' ¶ ');
}

function countPieces(blocks: Block[]): number {
  const count = (of: Inline[]): number =>
    of.reduce((sum, each) => sum + 1 + ('of' in each ? count(each.of) : 0), 0);
  return blocks.reduce(
    (sum, block) =>
      sum +
      1 +
      (block.type === 'paragraph'
        ? count(block.of)
        : block.items.reduce((n, item) => n + 1 + count(item), 0)),
    0,
  );
}

describe('markup', () => {
  test.each([
    ['plain words', 'plain words'],
    ['', ''],
    ['   \n\n ', ''],
    ['one\ntwo', 'one\ntwo'],
    ['one\n\ntwo', 'one ¶ two'],
    ['**strong** words', '<strong strong> words'],
    ['*soft* and _soft_', '<emphasis soft> and <emphasis soft>'],
    ['**strong with *soft* inside**', '<strong strong with <emphasis soft> inside>'],
    ['over **two\nlines**', 'over <strong two\nlines>'],
    ['a `code **not strong**` b', 'a <code code **not strong**> b'],
    ['2 * 3 * 4 and 2*3*4', '2 * 3 * 4 and 2*3*4'],
    ['snake_case_name', 'snake_case_name'],
    ['naïve_été_name', 'naïve_été_name'],
    ['**open only', '**open only'],
    ['__init__ and top.__name=1 or top.__name', '__init__ and top.__name=1 or top.__name'],
    ['***both*** ****', '***both*** ****'],
    ['closed only**', 'closed only**'],
    ['*a **b* c**', '<emphasis a **b> c**'],
    ['- one\n- **two**', '<ul one | <strong two>>'],
    ['Choose:\n3. three\n4. four\nDone', 'Choose: ¶ <ol 3 three | four> ¶ Done'],
    ['- a\n1. b', '<ul a> ¶ <ol 1 b>'],
    ['- \n-5 degrees', '- \n-5 degrees'],
  ])('%j reads as %j', (text, tree) => {
    expect(show(parseMarkdown(text))).toBe(tree);
  });
});

describe('links', () => {
  test.each([
    ['see https://a.example/x?y=1.', 'see <link https://a.example/x?y=1 https://a.example/x?y=1>.'],
    ['(https://a.example/x)', '(<link https://a.example/x https://a.example/x>)'],
    ['https://a.example/x_(y)', '<link https://a.example/x_(y) https://a.example/x_(y)>'],
    ['**https://a.example**', '<strong <link https://a.example/ https://a.example>>'],
    ['[our terms](https://a.example/t)', '<link https://a.example/t our terms>'],
    ['[write](mailto:a@b.example)', '<link mailto:a@b.example write>'],
    ['[call](tel:+441632960000)', '<link tel:+441632960000 call>'],
    ['https://bücher.example', '<link https://xn--bcher-kva.example/ https://bücher.example>'],
    ['http://', 'http://'],
  ])('%j reads as %j', (text, tree) => {
    expect(show(parseMarkdown(text))).toBe(tree);
  });

  test('[T1] a label that looks like an address does not lead elsewhere', () => {
    for (const label of ['https://bank.example', 'bank.example', 'help@bank.example']) {
      const text = `[${label}](https://evil.example/)`;
      expect(show(parseMarkdown(text))).toBe(text);
    }
  });

  test('[T1] only http, https, mailto and tel become an address', () => {
    const refused = [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\tscript:alert(1)',
      ' javascript:alert(1)',
      '\u0001javascript:alert(1)',
      'vbscript:msgbox(1)',
      'data:text/html,<script>1</script>',
      'blob:https://a.example/1',
      'file:///etc/passwd',
      '//evil.example',
      '/path',
      'https:evil.example',
      'https://bank.example@evil.example/login',
      'https://:secret@evil.example/',
      'https://[',
      '',
    ];
    for (const address of refused) expect(safeHref(address), address).toBeUndefined();
    expect(safeHref('HTTPS://A.example')).toBe('https://a.example/');
  });
});

describe('[T1] hostile text', () => {
  test.each([
    '<script>top.__pwned=1</script>',
    '"><iMg SrC="x" oNeRRor="top.__pwned=1">',
    '<base href="https:evil">',
    '[click](java\tscript:top.__pwned=1)',
    '[click](JaVaScRiPt:top.__pwned=1)',
    '[click](vbscript:msgbox(1))',
    '![x](javascript:top.__pwned=1)',
    'https://bank.example@evil.test/login',
    '{{7*7}}${7*7}<%=7*7%>#{7*7}',
    '\u202enimda \u2066unclosed isolate',
  ])('%j stays text', (text) => {
    const pieces = JSON.stringify(parseMarkdown(text));
    expect(pieces).not.toMatch(/"type":"link"/);
    expect(show(parseMarkdown(text)).length).toBeGreaterThanOrEqual(text.length);
  });

  test('a reference definition makes no link', () => {
    expect(JSON.stringify(parseMarkdown('[a][1]\n\n[1]: javascript:top.__pwned=1 "t"'))).not.toContain(
      'link',
    );
  });

  test('what stands after an address cannot break out of it', () => {
    const text = `[a](https://a.example 't" onmouseover="top.__pwned=1')`;
    expect(show(parseMarkdown(text))).toBe(
      `[a](<link https://a.example/ https://a.example> 't" onmouseover="top.__pwned=1')`,
    );
  });

  const TURNS = 30;
  const long: [string, string][] = [
    ['brackets', '['.repeat(50_000)],
    ['labels', '[a]('.repeat(20_000)],
    ['backticks', '`'.repeat(30_000) + 'a'],
    ['stars', '*'.repeat(50_000)],
    ['open stars', ' *a'.repeat(20_000)],
    ['mixed delimiters', '**a *b _c '.repeat(8_000)],
    ['pieces', '*a* '.repeat(20_000)],
    ['addresses', 'https://a.example/ '.repeat(5_000)],
    ['dots in an address', 'https://a' + '.'.repeat(50_000) + 'a'],
    ['lines', 'a\n\n'.repeat(20_000)],
    ['items', '- a\n'.repeat(20_000)],
    ['a wide table', '|' + 'a|'.repeat(5_000) + '\n|' + '-|'.repeat(5_000)],
    ['one long word', 'A'.repeat(100_000)],
    ['joined emoji', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}'.repeat(4_000)],
  ];

  test.each(long)('%s make fewer than 1,000 pieces', (_name, text) => {
    expect(countPieces(parseMarkdown(text))).toBeLessThan(1_000);
  });

  test.each(long)('%s: ten times the text takes about ten times as long, never a hundred', (_name, text) => {
    const time = (of: string): number => {
      const start = performance.now();
      parseMarkdown(of);
      return performance.now() - start;
    };
    const tenth = text.slice(0, text.length / 10);
    let [small, large] = [Infinity, Infinity];
    // The quickest of many turns, one of each at a time: a busy machine slows turns, it quickens none. One
    // millisecond of grace, so that a small text measured in microseconds decides nothing.
    for (let turn = 0; turn < TURNS && large >= 40 * small + 1; turn++) {
      small = Math.min(small, time(tenth));
      large = Math.min(large, time(text));
    }
    expect(large).toBeLessThan(40 * small + 1);
  });

  test('all text of a message over the budget is still there', () => {
    const text = '*a* '.repeat(2_000).trim();
    expect(show(parseMarkdown(text)).replaceAll(/<emphasis (\w)>/g, '*$1*')).toBe(text);
  });
});
