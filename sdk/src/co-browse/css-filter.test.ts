import { describe, expect, test } from 'vitest';
import { type CssPolicy, filterDeclarations, filterStyleSheet, filterValue } from './css-filter.ts';

const policy: CssPolicy = {
  rename: (name) => (name === 'secret' ? 'n1' : name),
  url: (value) => (value.startsWith('https://cdn.test/') ? value : undefined),
  text: (value) => (value.includes('Roe') ? '•' : value),
};

describe('[T3] a filtered style sheet', () => {
  const ways = [
    'a{background:url(https://evil.test/1)}',
    'a{background:URL( "https://evil.test/2" )}',
    'a{background:\\75\\72\\6c(https://evil.test/3)}',
    'a{background:u\\72l("https://evil.test/4")}',
    'a{background:image-set("https://evil.test/5" 1x)}',
    'a{background:-webkit-image-set(url(https://evil.test/6) 1x)}',
    'a{background:src("https://evil.test/7")}',
    '@import "https://evil.test/8";a{}',
    '@import url(https://evil.test/9) screen;',
    '@\\69mport "https://evil.test/10";',
    '@font-face{font-family:x;src:url(https://evil.test/11)}',
    '@namespace x url(https://evil.test/12);',
    '@document url(https://evil.test/13){a{color:red}}',
    'a{--x:url(https://evil.test/14);background:var(--x)}',
    'a{b:c;/*}*/d:url(https://evil.test/15)/**/}',
    'a{x:"\\\n";y:url(https://evil.test/16)}',
    'a{x:"unclosed\n;y:url(https://evil.test/17)}',
    'a[b="]{"]{x:url(https://evil.test/18)}',
    '@media x{@media y{a{b:url(https://evil.test/19)',
    'a{b:url(https://evil.test/20 broken)}',
    'a{cross:cross-fade(url(https://evil.test/21), url(https://evil.test/22))}',
    'a{b:url(\\68ttps://evil.test/23)}',
    'a{content:"https://evil.test/24"}',
    ':is({a}){b:url(https://evil.test/25)}',
    'a{behavior:url(#default#time2);-moz-binding:url(https://evil.test/26#x)}',
  ];
  for (const way of ways) {
    test(`asks for nothing: ${JSON.stringify(way)}`, () => {
      expect(filterStyleSheet(way, policy)).not.toContain('evil');
      expect(filterDeclarations(way, policy)).not.toContain('evil');
    });
  }

  test('keeps what is only design', () => {
    const sheet =
      '@media (max-width:600px){.a>b:not(.c)::before{color:#ff0;margin:-1.5em calc(1px + 2%);content:"→"}}';
    expect(filterStyleSheet(sheet, policy)).toBe(
      '@media (max-width:600px){.a>b:not(.c)::before{color:#ff0;margin:-1.5em calc(1px + 2%);content:"→";}}',
    );
  });

  test('keeps addresses that the policy lets through', () => {
    const sheet = '@font-face{font-family:"A b";src:url(https://cdn.test/a.woff2) format("woff2")}';
    expect(filterStyleSheet(sheet, policy)).toContain('url("https://cdn.test/a.woff2") format("woff2")');
  });

  test('a rule that is left out keeps its number', () => {
    expect(filterStyleSheet('@import "x";a{}', policy)).toBe('x{}a{}');
  });

  test('nesting without end costs that rule only', () => {
    const deep = `${':is('.repeat(2_000)}a${')'.repeat(2_000)}{color:red}b{color:blue}`;
    expect(filterStyleSheet(deep, policy)).toBe('x{}b{color:blue;}');
  });
});

describe('[CO3] names and texts in a style sheet', () => {
  test('classes and ids are renamed in selectors, colours are not', () => {
    const sheet = '.secret #secret,[class~=secret]{color:#secret}';
    expect(filterStyleSheet(sheet, policy)).toBe('.n1 #n1,[class~="n1"]{color:#secret;}');
  });

  test('comments, generated text and values in selectors do not cross', () => {
    const sheet = '/* Roe */[data-x="Roe"]::after{content:"Jane " attr(title)}[type="text"]{--name:"Jane"}';
    expect(filterStyleSheet(sheet, policy)).toBe(
      '[data-x=""]::after{content:"" attr(title);}[type="text"]{--name:"";}',
    );
  });

  test('one value is filtered like a sheet', () => {
    expect(filterValue('color', 'red', policy)).toBe('red');
    expect(filterValue('background', 'url(//evil.test)', policy)).toBe('none');
    expect(filterValue('x;color', 'red', policy)).toBeUndefined();
    expect(filterValue('__proto__', 'red', policy)).toBeUndefined();
  });
});
