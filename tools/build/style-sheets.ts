import { transform } from 'esbuild';
import type { NormalizedOutputOptions, OutputBundle, Plugin } from 'rollup';

/** Where nesting, color-mix and dynamic viewport units are all known. */
const CSS_TARGETS = ['chrome111', 'firefox113', 'safari16.4'];

async function minified(css: string, id: string): Promise<string> {
  const result = await transform(css, {
    loader: 'css',
    minify: true,
    target: CSS_TARGETS,
    sourcefile: id,
    logLevel: 'silent',
  });
  const [warning] = result.warnings;
  if (warning) throw new Error(`${id}:${warning.location?.line ?? 0}: ${warning.text}`);
  return result.code.trimEnd();
}

/**
 * `import text from './panel.css'` gives the minified sheet as text, for a constructable style sheet: those need
 * no exception in the host page's content security policy.
 */
export function styleSheetText(): Plugin {
  return {
    name: 'style-sheet-text',
    async transform(code, id) {
      if (!id.endsWith('.css')) return null;
      return {
        code: `export default ${JSON.stringify(await minified(code, id))};`,
        map: null,
        moduleSideEffects: false,
      };
    },
  };
}

/** `import './inbox.css'` adds the sheet to one hashed file, in the order in which modules run. */
export function styleSheetFile(name: string): Plugin {
  const sheets = new Map<string, string>();
  return {
    name: 'style-sheet-file',
    buildStart: () => {
      sheets.clear();
    },
    async transform(code, id) {
      if (!id.endsWith('.css')) return null;
      sheets.set(id, await minified(code, id));
      return { code: `export default '';`, map: null, moduleSideEffects: 'no-treeshake' };
    },
    generateBundle(_options: NormalizedOutputOptions, bundle: OutputBundle) {
      const order = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
      const used = [...new Set(order)].filter((id) => sheets.has(id));
      if (used.length === 0) return;
      this.emitFile({ type: 'asset', name, source: `${used.map((id) => sheets.get(id)).join('\n')}\n` });
    },
  };
}
