import type { Plugin } from 'rollup';

const RRWEB = /[\\/]rrweb[\\/]dist[\\/]rrweb\.js$/;

interface Cut {
  readonly what: string;
  readonly found: RegExp;
  readonly replacement: string | ((all: string, ...groups: string[]) => string);
  readonly atLeast: number;
  readonly atMost?: number;
}

/** Everything from one source of rrweb's to another, as its bundle names them. */
const section = (from: string, to: string): RegExp =>
  new RegExp(`^// src/record/${from}\\n[^]*?(?=^// src/record/${to}$)`, 'm');

const CUTS: readonly Cut[] = [
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
    replacement: (_all, before, call) => `${before ?? ''}/* @__PURE__ */ ${call ?? ''}`,
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
          return typeof replacement === 'string' ? replacement : replacement(all, ...groups.map(String));
        });
        if (count < atLeast || count > atMost) {
          this.error(`this is not the rrweb that the cuts were made for: ${count} ${what}`);
        }
      }
      return { code: slim, map: null };
    },
  };
}
