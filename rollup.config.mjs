/**
 * The three bundles. `tools/build.ts` runs them in this order, because the loader carries the hashed name of the
 * shell; so this file has functions, and `rollup -c` alone has nothing to do.
 */
import nodeResolve from '@rollup/plugin-node-resolve';
import esbuild, { minify } from 'rollup-plugin-esbuild';
import { documentationStripper } from './tools/build/documentation-stripper.ts';
import { ownArrayIntro, ownArrayNames } from './tools/build/own-array.ts';
import { ownGlobalNames, ownGlobalsIntro } from './tools/build/own-globals.ts';
import { widgetRenderer } from './tools/build/renderer.ts';
import { oneWordForNames, refuseQuotedNames, shortNames } from './tools/build/short-names.ts';
import { slimRrweb } from './tools/build/slim-rrweb.ts';
import { styleSheetFile, styleSheetText } from './tools/build/style-sheets.ts';
import { visitorWire } from './tools/build/visitor-wire.ts';

/** All of the browsers of the last three years; private fields and top-level await stay as they are. */
const TARGET = 'es2022';

/** A warning of the bundler (an unresolved import is one) is a fault that nobody would see. */
function failOnWarning(warning) {
  const place = warning.loc ? ` (${warning.loc.file}:${warning.loc.line})` : '';
  throw new Error(`${warning.code ?? 'warning'}: ${warning.message}${place}`);
}

const plugins = ({ styles, define = {} }) => [
  nodeResolve({ browser: true, extensions: ['.mjs', '.js', '.ts', '.tsx', '.json'] }),
  styles,
  esbuild({ target: TARGET, jsx: 'automatic', jsxImportSource: 'preact', tsconfig: false, define }),
  documentationStripper(),
];

/** `widget/src/chat/panel.tsx` becomes `chat-panel-<hash>.js`, so that a network log can be read. */
function chunkFileName(chunk) {
  const [, folder, file] = /([^/]+)\/([^/.]+)\.tsx?$/.exec(chunk.facadeModuleId ?? '') ?? [];
  return `assets/${folder && folder !== 'src' ? `${folder}-${file}` : chunk.name}-[hash:6].js`;
}

const hashedOutput = {
  format: 'es',
  entryFileNames: 'assets/[name]-[hash:6].js',
  chunkFileNames: chunkFileName,
  assetFileNames: 'assets/[name]-[hash:10][extname]',
  hashCharacters: 'base36',
  generatedCode: 'es2015',
  plugins: [minify({ target: TARGET })],
};

/** What records a shared page: one file, fetched after the visitor allowed it. Names of properties stay whole. */
export const recorderBundle = (input) => ({
  input: { recorder: input },
  preserveEntrySignatures: 'allow-extension',
  onwarn: failOnWarning,
  plugins: [slimRrweb(), ...plugins({ styles: styleSheetText() })],
  output: {
    ...hashedOutput,
    intro: ownArrayIntro,
    plugins: [minify({ target: TARGET, define: ownArrayNames })],
  },
});

/** The panel and all it loads later; modules that the loader and each other reach by import(). */
export const shellBundle = (input, recorderUrl) => ({
  input: { shell: input },
  // Otherwise the entry becomes a facade in front of a chunk: one more round trip.
  preserveEntrySignatures: 'allow-extension',
  onwarn: failOnWarning,
  plugins: [
    widgetRenderer(),
    visitorWire(),
    ...plugins({
      styles: styleSheetText(),
      define: { ...ownGlobalNames, __RECORDER_URL__: JSON.stringify(recorderUrl) },
    }),
  ],
  output: {
    ...hashedOutput,
    intro: (chunk) => ownGlobalsIntro(chunk) + ownArrayIntro(chunk),
    plugins: [
      refuseQuotedNames(),
      oneWordForNames(),
      minify({ target: TARGET, define: ownArrayNames, ...shortNames }),
    ],
  },
});

/** What shows a page of their own to the settings of an owner: whole names, like the recorder that it fetches. */
export const previewBundle = (input, recorderUrl) => ({
  input: { preview: input },
  preserveEntrySignatures: 'allow-extension',
  onwarn: failOnWarning,
  plugins: plugins({
    styles: styleSheetText(),
    define: { __RECORDER_URL__: JSON.stringify(recorderUrl) },
  }),
  output: hashedOutput,
});

/** The snippet: one plain script that runs as soon as it arrives; the addresses are paths on the server it came from. */
export const loaderBundle = (input, shellUrl, previewUrl) => ({
  input: { loader: input },
  onwarn: failOnWarning,
  plugins: plugins({
    styles: styleSheetText(),
    define: { __SHELL_URL__: JSON.stringify(shellUrl), __PREVIEW_URL__: JSON.stringify(previewUrl) },
  }),
  output: {
    format: 'iife',
    strict: false,
    entryFileNames: '[name].js',
    plugins: [oneWordForNames(), minify({ target: TARGET })],
    generatedCode: 'es2015',
  },
});

/** The document that shows a visitor's page: scripts only, because it brings its own styles. */
export const replayBundle = (input) => ({
  input: { replay: input },
  preserveEntrySignatures: 'allow-extension',
  onwarn: failOnWarning,
  plugins: [slimRrweb(), ...plugins({ styles: styleSheetText() })],
  output: hashedOutput,
});

/** The agent's console: modules, and one style sheet file because its policy is `style-src 'self'`. */
export const consoleBundle = (input) => ({
  input: { console: input },
  preserveEntrySignatures: 'allow-extension',
  onwarn: failOnWarning,
  plugins: plugins({ styles: styleSheetFile('console.css') }),
  output: hashedOutput,
});
