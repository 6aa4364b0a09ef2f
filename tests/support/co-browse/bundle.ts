import nodeResolve from '@rollup/plugin-node-resolve';
import { type Plugin, rollup } from 'rollup';
import esbuild, { minify } from 'rollup-plugin-esbuild';
import { slimRrweb } from '../../../tools/build/slim-rrweb.ts';

const TARGET = 'es2022';
/** Its types are those of a CommonJS module, which Node's own resolution does not call. */
const resolver = nodeResolve as unknown as (options: object) => Plugin;

/**
 * Source of one file with all that it imports, as a script that puts its exports on `globalThis[name]`; `whole` leaves
 * rrweb as it is.
 */
export async function bundleOf(input: string, name: string, whole?: 'whole'): Promise<string> {
  const build = await rollup({
    input,
    plugins: [
      resolver({ browser: true, extensions: ['.mjs', '.js', '.ts'] }),
      whole ? undefined : slimRrweb(),
      esbuild({ target: TARGET, tsconfig: false }),
    ],
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  try {
    const { output } = await build.generate({
      format: 'iife',
      name,
      inlineDynamicImports: true,
      plugins: [minify({ target: TARGET })],
    });
    return output[0].code;
  } finally {
    await build.close();
  }
}
