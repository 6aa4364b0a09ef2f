import type { Cut } from './rrweb-hooks.ts';

/** A function of the top level, made to do nothing. */
export const emptied = (name: string, what: string, body: string): Cut => ({
  what,
  found: new RegExp(`^function ${name}\\(([^]*?)\\) \\{\\n[^]*?^\\}$`, 'm'),
  replacement: `function ${name}() { ${body} }`,
  atLeast: 1,
});

/** rrweb's names of what its events are, in the order of their numbers. */
const NUMBERED: Readonly<Record<string, readonly string[]>> = {
  EventType:
    'DomContentLoaded Load FullSnapshot IncrementalSnapshot Meta Custom Plugin Asset Annotation'.split(' '),
  IncrementalSource:
    'Mutation MouseMove MouseInteraction Scroll ViewportResize Input TouchMove MediaInteraction StyleSheetRule CanvasMutation Font Log Drag StyleDeclaration Selection AdoptedStyleSheet CustomElement'.split(
      ' ',
    ),
};

/** What nobody asks for the way we record: other ways to start, options that we never set, old browsers. */
export const UNREAD: readonly Cut[] = [
  emptied('escapeImportStatement', 'imports, which never cross', "return '';"),
  emptied('classMatchesRegex', 'classes found by a pattern', 'return false;'),
  emptied('extractFileExtension', 'endings of addresses', 'return null;'),
  { what: 'additions to old browsers', found: /^\tpolyfill\$1\(\);$/m, replacement: '', atLeast: 1 },
  {
    what: 'events of the host’s own and other ways to record',
    found: /^record\.addCustomEvent = [^]*?(?=^record\.takeFullSnapshot = )/m,
    replacement: '',
    atLeast: 1,
  },
  {
    what: 'names of options handed to a list of changes',
    found: /(?<=^\tinit\(options\) \{\n)\t\t\[\n\t\t\t"mutationCb",[^]*?^\t\t\}\);$/m,
    replacement: '\t\tObject.assign(this, options);',
    atLeast: 1,
  },
  {
    what: 'declarations of what a list of changes is given',
    found: /^\tmutationCb;\n\tblockClass;\n(?:\t\w+;\n)+/m,
    replacement: '',
    atLeast: 1,
  },
  {
    what: 'parts of the recorder as exports of their own',
    found:
      /^var \{ addCustomEvent, addAnnotation \} = record;\nvar \{ freezePage \} = record;\nvar \{ takeFullSnapshot \} = record;$/m,
    replacement: 'var addCustomEvent, addAnnotation, freezePage, takeFullSnapshot;',
    atLeast: 1,
  },
  {
    what: 'numbers by name and names by number',
    found: /^\t(EventType|IncrementalSource|NodeType|PointerTypes)\[\1\["(\w+)"\] = (\d+)\] = "\2";$/gm,
    replacement: (_all, list, name, number) => `\t${[list, name].join('.')} = ${String(Number(number))};`,
    atLeast: 30,
    atMost: 200,
  },
  {
    what: 'ends of a page’s standstill, which nobody asks for',
    found:
      /^\t\tif \(e\.type !== EventType\.FullSnapshot && [^]*?^\t\t\}\n|^\tfreeze\(\) \{\n\t\tthis\.frozen = true;\n\t\}\n\tunfreeze\(\) \{\n\t\tthis\.frozen = false;\n\t\tthis\.emit\(\);\n\t\}\n\tisFrozen\(\) \{\n\t\treturn this\.frozen;\n\t\}\n|^\tfrozen = false;\n|this\.frozen \|\| /gm,
    replacement: '',
    atLeast: 6,
  },
  {
    what: 'lists of where moved nodes went',
    found: /^\t+(?:this\.)?movedMap = \{\};\n/gm,
    replacement: '',
    atLeast: 2,
  },
  {
    what: 'ways of an event to the parent of a frame',
    found: /^\t\tif \(inEmittingFrame\) emit\?\.\(eventProcessor\(e\), isCheckout\);\n[^]*?^\t\};$/m,
    replacement: '\t\temit(e);\n\t};',
    atLeast: 1,
  },
  {
    what: 'frames in which nothing is recorded',
    found: /^\tconst inEmittingFrame = [^]*?(?=^\tmirror\.reset\(\);$)/m,
    replacement: '',
    atLeast: 1,
  },
  {
    // They would take the hooks of another recorder away with ours.
    what: 'hooks put in anew with each snapshot',
    found: /^\t\tshadowDomManager\.init\(\);$/m,
    replacement:
      '\t\tshadowDomManager.shadowDoms.forEach((handlers) => handlers.forEach(runHandler));\n\t\tshadowDomManager.shadowDoms.clear();',
    atLeast: 1,
  },
  {
    what: 'plugins',
    found:
      /^\tconst pluginHandlers = \[\];\n.*\n|^\t\tpluginHandlers\.forEach\(.*\n|^\t\t\t\tplugins: plugins\?\.filter\([^]*?\|\| \[\]$|^\tfor \(const plugin of plugins \|\| \[\]\) if \(plugin\.getMirror\) [^]*?^\t\}\);$/gm,
    replacement: '',
    atLeast: 4,
  },
  {
    what: 'rules in rules of old browsers',
    found: /^\telse \{\n\t\tif \(canMonkeyPatchNestedCSSRule\("CSSMediaRule"\)\)[^]*?^\t\}$/m,
    replacement: '',
    atLeast: 1,
  },
  {
    what: 'kinds of rules around a rule',
    found: /if \(hasNestedCSSRule\("CSSGroupingRule"\) && [^\n]*\) \{$/m,
    replacement: 'if (childRule.parentRule) {',
    atLeast: 1,
  },
  {
    what: 'fields for frames of other origins',
    found:
      /^\t+(?:this\.)?crossOriginIframe\w+(?: = new .*)?;\n|^\tmessageHandler = .*\n|^\t\tif \(this\.recordCrossOriginIframes\) .*\n|^\t\tif \(iframeEl\.contentWindow\) this\.crossOriginIframeMap.*\n|^\t\twindow\.removeEventListener\("message", this\.messageHandler\);\n/gm,
    replacement: '',
    atLeast: 8,
    atMost: 12,
  },
  {
    what: 'excuses for frames that left',
    found:
      /^\t+if \(!String\(error\)\.toLowerCase\(\)\.includes\("cross-origin"\)\) console\.warn\(error\);$/m,
    replacement: '',
    atLeast: 1,
  },
  {
    what: 'own properties of documents and shadow roots that stay',
    found:
      /(?<=^\treturn callbackWrapper\(\(\) => \{\n)\t\tObject\.defineProperty\(host, "adoptedStyleSheets", \{[^]*?^\t\t\}\);$/m,
    replacement: '\t\tdelete host.adoptedStyleSheets;',
    atLeast: 1,
  },
  {
    what: 'lists of the kinds of fields to mask, which are all',
    found:
      /maskAllInputs === true \? \{[^}]*\} : (?:_maskInputOptions !== void 0 \? _maskInputOptions : \{ password: true \}|maskAllInputs === false \? \{ password: true \} : maskAllInputs)/g,
    replacement: '{ input: true, textarea: true, select: true }',
    atLeast: 2,
  },
  {
    what: 'events of a page that loads',
    found: /^\t+wrappedEmit\(\{\n\t+type: EventType\.(?:DomContentLoaded|Load),\n\t+data: \{\}\n\t+\}\);\n/gm,
    replacement: '',
    atLeast: 2,
  },
  {
    what: 'words for developers',
    found:
      /console\.warn\(n, "not serialized"\);|return console\.warn\("Failed to snapshot the document"\);/g,
    replacement: (all) => (all.startsWith('return') ? 'return;' : ''),
    atLeast: 2,
  },
  {
    what: 'options handed on that nobody reads any more',
    found:
      /^\t+(?:dataURLOptions|recordCanvas|inlineImages|maskTextClass|maskTextSelector|maskTextFn|needsMask|collectFonts|userTriggeredOnInput|iframeLoadTimeout|stylesheetLoadTimeout)(?:: (?:this\.)?\w+)?,?\n/gm,
    replacement: '',
    atLeast: 50,
    atMost: 150,
  },
  {
    what: 'calls to who records canvases',
    found: /^\t+canvasManager\.(?:lock|unlock|unfreeze|freeze|reset)\(\);\n/gm,
    replacement: '',
    atLeast: 3,
    atMost: 8,
  },
  {
    what: 'stars in place of letters, which the scrubber does',
    found:
      /(?<=value: )needMaskingText\(m\.target, .*(?=,\n\t+node: m\.target)|^\t+if \(!isStyle && !isScript && textContent && needsMask\) .*\n|^\t+if \(!needsMask\) needsMask = .*\n/gm,
    replacement: (all) => (all.startsWith('needMaskingText') ? 'value' : ''),
    atLeast: 3,
  },
  {
    what: 'events of canvases',
    found:
      /^\tconst wrappedCanvasMutationEmit = [^]*?^\t\}\);\n|^\t+canvasMutationCb: wrappedCanvasMutationEmit,\n|^\tcanvasManager = new CanvasManager\(\{[^]*?^\t\}\);\n|^\t+canvasManager,\n/gm,
    replacement: '',
    atLeast: 4,
    atMost: 6,
  },
  {
    what: 'numbers called by their names',
    found: /\b(EventType|IncrementalSource)\.(\w+)\b(?! = \d)/g,
    replacement: (all, list = '', name = '') => {
      const number = NUMBERED[list]?.indexOf(name) ?? -1;
      return number < 0 ? all : String(number);
    },
    atLeast: 50,
    atMost: 200,
  },
];
