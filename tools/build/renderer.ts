import { join, resolve } from 'node:path';

const DRAW = resolve(import.meta.dirname, '../../widget/src/ui/draw.ts');
const REPLACED = /^preact(\/jsx-(dev-)?runtime)?$/;

/** As much of a plugin as bundler and test runner both understand. */
interface RendererPlugin {
  name: string;
  enforce: 'pre';
  resolveId(source: string, importer?: string): { id: string; moduleSideEffects: false } | null;
}

/**
 * Puts the widget's own renderer in place of Preact (docs/adr/0013): in the shell's bundle, and in the widget's tests.
 * What it does not have, hooks say, is an import that cannot be resolved and fails the build.
 */
export function widgetRenderer(): RendererPlugin {
  const outsideOfWidget = join(resolve(import.meta.dirname, '../..'), 'console');
  return {
    name: 'widget-renderer',
    enforce: 'pre',
    resolveId: (source: string, importer?: string) =>
      REPLACED.test(source) && importer?.startsWith(outsideOfWidget) !== true
        ? { id: DRAW, moduleSideEffects: false }
        : null,
  };
}
