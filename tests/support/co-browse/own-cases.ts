// Over 300 lines: a list of cases, data rather than code.
import type { Action, MaskCase } from './corpus.ts';

const js = (code: string): Action => ({ do: 'js', code });
const snapshot: Action = { do: 'snapshot' };
const type = (sel: string, text: string): Action => ({ do: 'type', sel, text });
const wait: Action = { do: 'wait', ms: 60 };

const always = (id: string, html: string, secret: string, ...actions: Action[]): MaskCase => ({
  id,
  level: 'always',
  html,
  secret,
  actions: [...actions, snapshot],
});
const strict = (id: string, html: string, secret: string, ...actions: Action[]): MaskCase => ({
  ...always(id, html, secret, ...actions),
  level: 'strict',
});

const field = '<input id=i type=text>';
const echo = (code: string): string =>
  `<input id=i type=text oninput="${code}"><p id=o></p><style id=s></style>`;

/** Many rows, and below them a field in a shadow root of another, in `place`. */
const farDown = (place: string, value: string): Action =>
  js(`
    const rows = document.createElement('div');
    const host = document.createElement('div');
    const inner = document.createElement('section');
    const field = document.createElement('input');
    for (let row = 0; row < 1500; row++) rows.append(Object.assign(document.createElement('p'), { textContent: 'row ' + row }));
    field.value = '${value}';
    inner.attachShadow({ mode: 'open' }).append(field);
    host.attachShadow({ mode: 'open' }).append(inner);
    rows.prepend('Hello ${value}');
    rows.append(host);
    document.querySelector('${place}').append(rows);
  `);

/** Cases of our own, made from the rules of the scrubber and not from any list. */
export const ownCases: readonly MaskCase[] = [
  // Told of long after a text that repeats it.
  always(
    'a field in a shadow root far down a large page',
    '<main></main>',
    'anna-8812',
    farDown('main', 'anna-8812'),
    { do: 'start' },
    { do: 'wait', ms: 400 },
  ),
  always(
    'a field in a shadow root far down what a page puts in',
    '<main></main>',
    'anna-8813',
    farDown('main', 'anna-8813'),
    { do: 'wait', ms: 400 },
  ),
  always(
    'a field far down a frame that is put in later',
    '<main></main>',
    'anna-8814',
    js(`document.querySelector('main').append(document.createElement('iframe'))`),
    wait,
    js(`
      const inside = document.querySelector('iframe').contentDocument;
      const field = inside.createElement('input');
      field.value = 'anna-8814';
      for (let row = 0; row < 900; row++) inside.body.append(Object.assign(inside.createElement('p'), { textContent: 'row ' + row }));
      inside.body.prepend('Hello anna-8814');
      inside.body.append(field);
    `),
    { do: 'wait', ms: 400 },
  ),
  // What was chosen is somebody's as a word.
  always(
    'a chosen word that a text repeats',
    '<input type=radio name=by value=courier checked><p>You chose courier.</p><i class=is-courier></i>',
    'courier',
  ),
  always(
    'a chosen word that was typed too, inside of another',
    '<input type=radio name=by value=courier checked><input id=i><p id=o></p>',
    'courier',
    type('#i', 'courier'),
    js(`o.textContent = 'couriers'`),
  ),
  // Values and the hard list.
  always(
    'a value under a shown ancestor',
    '<section {{UNMASK}}><input id=i></section>',
    'anna-4711',
    type('#i', 'anna-4711'),
  ),
  always(
    'a card number in a shown field',
    '<input id=i {{UNMASK}}>',
    '5555555555554444',
    type('#i', '5555555555554444'),
  ),
  always(
    'an account number in a shown field',
    '<input id=i {{UNMASK}}>',
    'DE89370400440532013000',
    type('#i', 'DE89370400440532013000'),
  ),
  always(
    'a shown field that is called a security code',
    '<label for=i>CVV code</label><input id=i {{UNMASK}}>',
    '9876',
    type('#i', '9876'),
  ),
  always(
    'a shown field for a one-time code',
    '<input id=i {{UNMASK}} autocomplete="one-time-code">',
    '645209',
    type('#i', '645209'),
  ),
  always(
    'a shown new password',
    '<input id=i {{UNMASK}} autocomplete="section-a new-password">',
    'tulip-99!',
    type('#i', 'tulip-99!'),
  ),
  always(
    'a password made visible and cloned',
    '<div id=w><input id=p {{UNMASK}} type=password></div>',
    'orchid-55',
    type('#p', 'orchid-55'),
    js(
      "const p=document.querySelector('#p');const c=p.cloneNode();c.type='text';c.value=p.value;c.setAttribute('value',p.value);p.parentNode.append(c)",
    ),
  ),
  always(
    'digits over several boxes',
    '<input id=a maxlength=1><input id=b maxlength=1><input id=c maxlength=1><input id=d maxlength=1>',
    '"text":"7"',
    type('#a', '7'),
    type('#b', '3'),
    type('#c', '9'),
    type('#d', '1'),
  ),
  always('a number field', '<input id=i type=number>', '8123477', type('#i', '8123477')),
  always(
    'a custom control',
    '<x-money></x-money>',
    '77441.20',
    js(
      "customElements.define('x-money',class extends HTMLElement{static formAssociated=true;connectedCallback(){this.textContent='77441.20'}})",
    ),
    wait,
  ),
  always(
    'a control by its role',
    '<div role=spinbutton aria-valuenow=77441 aria-valuetext="77441 euro">77441</div>',
    '77441',
  ),
  always(
    'an editor in a shadow root',
    '<div id=h></div>',
    'note-qwert',
    js(
      "const r=document.querySelector('#h').attachShadow({mode:'open'});const e=document.createElement('div');e.contentEditable='true';r.append(e);e.textContent='note-qwert'",
    ),
    wait,
  ),
  always(
    'a field in a frame',
    '<iframe id=f></iframe>',
    'frame-typed-3',
    js("document.querySelector('#f').contentDocument.body.innerHTML='<input id=q>'"),
    { do: 'wait', ms: 150 },
    js(
      "const q=document.querySelector('#f').contentDocument.querySelector('#q');q.value='frame-typed-3';q.dispatchEvent(new Event('input',{bubbles:true}))",
    ),
    wait,
  ),
  // Echoes.
  always(
    'an echo in another case',
    echo('o.textContent=this.value.toUpperCase()'),
    'MARGARET-7',
    type('#i', 'margaret-7'),
    wait,
  ),
  always(
    'an echo grouped otherwise',
    echo("o.textContent=this.value.replace(/(.{3})/g,'$1 ')"),
    '020 794 605 38',
    type('#i', '02079460538'),
    wait,
  ),
  always(
    'an echo that lags',
    echo('const v=this.value;setTimeout(()=>{o.textContent=v},40)'),
    'hyacinth',
    type('#i', 'hyacinth-21'),
    wait,
  ),
  always(
    'an echo that lags behind quick fingers',
    echo('const v=this.value;setTimeout(()=>{o.textContent=v},40)'),
    'oleander',
    js(
      "const i=document.querySelector('#i');for(const key of 'oleander-33'){i.value+=key;i.dispatchEvent(new Event('input',{bubbles:true}))}",
    ),
    wait,
  ),
  always(
    'an echo of the first letters',
    echo('o.textContent=this.value'),
    '"value":"zq"',
    type('#i', 'zq'),
    wait,
  ),
  always(
    'an echo in an address',
    echo(
      "const a=document.createElement('a');a.href='/u/'+encodeURIComponent(this.value);o.replaceChildren(a)",
    ),
    'lavender%20fields',
    type('#i', 'lavender fields'),
    wait,
  ),
  always(
    'an echo as a class name',
    echo("o.className='u-'+this.value"),
    'petunia-88',
    type('#i', 'petunia-88'),
    wait,
  ),
  always(
    'an echo in a rule',
    echo("s.sheet.insertRule('#o:before{content:\\''+this.value+'\\'}')"),
    'marigold-12',
    type('#i', 'marigold-12'),
    wait,
  ),
  always(
    'an echo in a custom property',
    echo("o.style.setProperty('--name','\\''+this.value+'\\'')"),
    'snowdrop-41',
    type('#i', 'snowdrop-41'),
    wait,
  ),
  always(
    'an echo as the title',
    echo('document.title=this.value'),
    'foxglove-52',
    type('#i', 'foxglove-52'),
    wait,
  ),
  always(
    'an echo after the field is gone',
    `${field}<p id=o></p>`,
    'crocus-63',
    type('#i', 'crocus-63'),
    js(
      "const v=document.querySelector('#i').value;document.querySelector('#i').remove();setTimeout(()=>{document.querySelector('#o').textContent='Thanks, '+v},20)",
    ),
    wait,
  ),
  always(
    'an echo cut in two',
    `${field}<p id=o></p>`,
    'daffodil',
    type('#i', 'daffodil-74'),
    js("const o=document.querySelector('#o');o.textContent=document.querySelector('#i').value"),
    wait,
    js("document.querySelector('#o').firstChild.splitText(8)"),
    wait,
  ),
  always(
    'an echo in base64',
    echo('o.textContent=btoa(this.value)'),
    'anemone-852',
    type('#i', 'anemone-852'),
    wait,
  ),
  // Names, hints and machine-readable parts.
  always(
    'data of scripts',
    '<div data-customer="cust-99-x" data-json=\'{"name":"Roe-9"}\'>x</div>',
    'cust-99-x',
  ),
  always(
    'a hint',
    '<input placeholder="e.g. roe-hint-1"><textarea placeholder="roe-hint-1"></textarea>',
    'roe-hint-1',
  ),
  always(
    'a title of a drawing',
    '<svg><title>chart of roe-2</title><desc>roe-2</desc><g aria-label="roe-2"></g></svg>',
    'roe-2',
  ),
  always(
    'a comment',
    '<div id=w></div>',
    'remark-roe-3',
    js("document.querySelector('#w').append(document.createComment('remark-roe-3'))"),
    wait,
  ),
  always('a comment of a style sheet', '<style>/* owner roe-4 */ .a{color:red}</style>', 'roe-4'),
  always(
    'a picture of text',
    '<img src="data:image/svg+xml;base64,cm9lLTU=" srcset="https://cdn.example/roe-5.png 2x"><object data="data:text/html,roe-5"></object><embed src="/roe-5.pdf">',
    'roe-5',
  ),
  always(
    'an address with a fragment',
    '<a href="/shop?x=roe-6#roe-6">x</a><area href="//evil.example/?roe-6">',
    'roe-6',
  ),
  always('a script’s text', '<script type="application/json">{"token":"roe-7"}</script>', 'roe-7'),
  always(
    'a background of an element',
    '<div style="background:url(/private/roe8x.png?key=roe8x);--k:\'roe8x\'">x</div>',
    'roe8x',
  ),
  always(
    'a selector of values',
    '<style>[data-name="roe-9x"]{color:red}</style><i data-name="roe-9x"></i>',
    'roe-9x',
  ),
  always('time and data', '<time datetime="1970-03-12">x</time><data value="roe-10">x</data>', '1970-03-12'),
  // Patterns in text.
  always('an e-mail address in text', '<p>write to jane.roe@example.org</p>', 'jane.roe@example.org'),
  always('a card number in text', '<p>paid with 4111 1111 1111 1111</p>', '1111 1111'),
  always('an account number in text', '<p>GB82 WEST 1234 5698 7654 32</p>', '5698'),
  always('a telephone number in text', '<p>call +44 20 7946 0018</p>', '7946'),
  always('a key in text', '<p>Bearer abcdefgh12345</p>', 'abcdefgh12345'),
  // Masks and blocks.
  always(
    'a mask that is taken away',
    '<p id=m {{MASK}}>kept-roe-11</p>',
    'kept-roe-11',
    js("document.querySelector('#m').removeAttribute('data-alongside')"),
    snapshot,
    js("document.querySelector('#m').append(' and more')"),
  ),
  always(
    'a copy of what is masked',
    '<p id=m {{MASK}}>copied-roe-12</p><div id=d></div>',
    'copied-roe-12',
    js("document.querySelector('#d').append(document.querySelector('#m').firstChild.cloneNode())"),
    wait,
  ),
  always(
    'what passed through a mask in one task',
    '<p id=m {{MASK}}></p><div id=d></div>',
    'passed-roe-13',
    js(
      "const b=document.createElement('b');b.textContent='passed-roe-13';document.querySelector('#m').append(b);document.querySelector('#d').append(b)",
    ),
    wait,
  ),
  always(
    'what was moved out of a block',
    '<div id=m {{BLOCK}}><b>blocked-roe-14</b></div><div id=d></div>',
    'blocked-roe-14',
    js("document.querySelector('#d').append(document.querySelector('#m b'))"),
    wait,
  ),
  always(
    'a light child in a masked slot',
    '<div id=h>slotted-roe-15</div>',
    'slotted-roe-15',
    js(
      "document.querySelector('#h').attachShadow({mode:'open'}).innerHTML='<p data-alongside=mask><slot></slot></p>'",
    ),
    { do: 'start' },
    wait,
  ),
  always(
    'a frame in a mask in a shadow root',
    '<div id=h {{MASK}}></div>',
    'deep-roe-16',
    js(
      "const s=document.querySelector('#h').attachShadow({mode:'open'});const f=document.createElement('iframe');s.append(f);f.contentDocument.body.innerHTML='<p>-</p>'",
    ),
    { do: 'wait', ms: 150 },
    js(
      "document.querySelector('#h').shadowRoot.querySelector('iframe').contentDocument.querySelector('p').textContent='deep-roe-16'",
    ),
    wait,
  ),
  always('a mask written in capitals', '<p data-alongside="MASK">capital-roe-17</p>', 'capital-roe-17'),
  always(
    'a mask inside of what is shown',
    '<section {{UNMASK}}><p {{MASK}}>inner-roe-18</p></section>',
    'inner-roe-18',
  ),
  // Page text under strict.
  strict('text of a button', '<button>Pay for roe-19</button>', 'roe-19'),
  strict(
    'text in a nested shadow root',
    '<div id=h></div>',
    'nested-roe-20',
    js(
      "const s=document.querySelector('#h').attachShadow({mode:'open'});s.innerHTML='<div id=k></div>';s.querySelector('#k').attachShadow({mode:'open'}).append('nested-roe-20')",
    ),
    wait,
  ),
  strict(
    'a name in a style sheet',
    '<style>.roe-21x{color:red} #roe-21x{color:red}</style><p class="roe-21x" id="roe-21x">x</p>',
    'roe-21x',
  ),
  strict('the title', '<p>x</p>', 'roe-22', js("document.title='Account of roe-22'"), wait),
  strict('the path of a link', '<a href="/patients/roe-jane">x</a>', 'roe-jane'),
  strict('text of a drawing', '<svg><text>roe-23</text></svg>', 'roe-23'),
];
