import type { Plugin } from 'rollup';
import { emptied, UNREAD } from './rrweb-unread.ts';
import { type Cut, HOOKS } from './rrweb-hooks.ts';

const RRWEB = /[\\/]rrweb[\\/]dist[\\/]rrweb\.js$/;

/** Everything from one source of rrweb's to another, as its bundle names them. */
const section = (from: string, to: string): RegExp =>
  new RegExp(`^// src/record/${from}\\n[^]*?(?=^// src/record/${to}$)`, 'm');

const CUTS: readonly Cut[] = [
  ...HOOKS,
  ...UNREAD,
  emptied('initFontObserver', 'recording of fonts', 'return () => {};'),
  emptied('initMediaInteractionObserver', 'recording of players', 'return () => {};'),
  emptied('initCustomElementObserver', 'recording of definitions', 'return () => {};'),
  emptied('getAbsoluteSrcsetString', 'addresses of image sets', "return '';"),
  emptied('needMaskingText', 'masking of text, which the scrubber does', 'return false;'),
  {
    // It asks for none of the page's: see own-array.ts.
    what: 'mending of the page’s Array.from',
    found: /^try \{\n\tif \(Array\.from\(\[1\][^]*?^\} catch \(err\) \{\n[^}]*\}$/m,
    replacement: '',
    atLeast: 1,
  },
  {
    // A policy without inline styles counts it as one; the same by CSSOM is none.
    what: 'the old style of an element, set as an attribute',
    found: /\bold\.setAttribute\("style", m\.oldValue\)/g,
    replacement: '(old.style.cssText = m.oldValue)',
    atLeast: 1,
  },
  {
    what: 'warnings about an old way to reach the mirror',
    found:
      /^if \(typeof window !== "undefined" && window\.Proxy && window\.Reflect\) _mirror = [^]*?^\} \}\);$/m,
    replacement: '',
    atLeast: 1,
  },
  {
    // All copies of it are alike; the others fall away once nobody asks them.
    what: 'questions to copies of the untouched DOM',
    found: /\bsrc_default\./g,
    replacement: 'src_default$2.',
    atLeast: 30,
    atMost: 200,
  },
  {
    what: 'observers made by copies of the untouched DOM',
    found: /= mutationObserverCtor\(\);/g,
    replacement: '= mutationObserverCtor$$2();',
    atLeast: 1,
  },
  {
    what: 'questions whether a node is of the player’s virtual tree',
    found: /^\tif \(n instanceof BaseRRNode && "shadowRoot" in n\) return Boolean\(n\.shadowRoot\);\n/m,
    replacement: '',
    atLeast: 1,
  },
  emptied('mergeHooks', 'hooks of other programs', ''),
  {
    what: 'what is never recorded',
    found: /^function slimDOMExcluded\(sn, [^]*?^\}$/m,
    replacement:
      'function slimDOMExcluded(sn) { return sn.type === 5 || (sn.type === 2 && /^(?:script|noscript|meta|base)$/.test(sn.tagName)); }',
    atLeast: 1,
  },
  {
    what: 'meanings of the option that leaves out',
    found: /^function slimDOMDefaults\(_slimDOMOptions\) \{\n[^]*?^\}$/m,
    replacement: 'function slimDOMDefaults() { return { headWhitespace: true }; }',
    atLeast: 1,
  },
  emptied('is2DCanvasBlank', 'reading of canvases', 'return true;'),
  {
    what: 'contents of canvases, images and players in a snapshot',
    found: /^\tif \(tagName === "canvas" && recordCanvas\) \{\n[^]*?(?=^\tif \(!newlyAddedElement\) \{$)/m,
    replacement: '',
    atLeast: 1,
  },
  {
    what: 'sheets told apart by their text nodes',
    found: /^function splitCssText\(cssText, [^]*?^\}$/m,
    replacement: 'function splitCssText(cssText) { return [cssText]; }',
    atLeast: 1,
  },
  {
    // They only read members of the CSS parser, and keep all of it in the bundle.
    what: 'reads of the CSS parser',
    found: /^import_postcss(?:\$\d+)?\.default(?:\.\w+)?;$/gm,
    replacement: '',
    atLeast: 20,
    atMost: 100,
  },
  {
    // Each copy is made by calling a wrapper that is not marked as free of effects.
    what: 'copies of the CSS parser',
    found:
      /^(var import_postcss(?:\$\d+)? = \/\* @__PURE__ \*\/ __toESM(?:\$\d+)?\()(\(\/\* @__PURE__ \*\/ __commonJSMin)/gm,
    replacement: (_all, before, call) => [before, '/* @__PURE__ */ ', call].join(''),
    atLeast: 2,
  },
  {
    // The player makes rules for a pointer's hover with it, which a live view does not have.
    what: 'uses of the CSS parser',
    found: /^var postcss_default = import_postcss(?:\$\d+)?\.default;$/gm,
    replacement: 'var postcss_default = () => ({ process: (css) => ({ css }) });',
    atLeast: 1,
  },
  {
    what: 'recording of canvases, with its worker',
    found: section('observers/canvas/2d\\.ts', 'stylesheet-manager\\.ts'),
    replacement:
      'var CanvasManager = class { reset() {} freeze() {} unfreeze() {} lock() {} unlock() {} addWindow() {} addShadowRoot() {} resetShadowRoots() {} };\n',
    atLeast: 1,
  },
  {
    what: 'ids of frames of other origins',
    found: section('cross-origin-iframe-mirror\\.ts', 'iframe-manager\\.ts'),
    replacement: 'var CrossOriginIframeMirror = class {};\n',
    atLeast: 1,
  },
  {
    what: 'events of frames of other origins',
    found: /^\thandleMessage\(message\) \{\n[^]*?(?=^\};\n\/\/ src\/record\/shadow-dom-manager\.ts$)/m,
    replacement: '\thandleMessage() {}\n',
    atLeast: 1,
  },
];

/**
 * Leaves out of rrweb what sharing a page never runs: its CSS parser (38 of 61 KB gzip, and a stall of 0.4 s on a
 * large sheet), canvases and frames of other origins. Every cut is counted, so that a new version of rrweb fails the
 * build instead of growing it.
 */
export function slimRrweb(): Plugin {
  return {
    name: 'slim-rrweb',
    transform(code, id) {
      if (!RRWEB.test(id)) return null;
      let slim = code;
      for (const { what, found, replacement, atLeast, atMost = atLeast } of CUTS) {
        let count = 0;
        slim = slim.replace(found, (all: string, ...groups: unknown[]) => {
          count++;
          return typeof replacement === 'string'
            ? replacement.replaceAll('$$', '$')
            : replacement(all, ...groups.map(String));
        });
        if (count < atLeast || count > atMost) {
          this.error(`this is not the rrweb that the cuts were made for: ${count} ${what}`);
        }
      }
      return { code: slim, map: null };
    },
  };
}
