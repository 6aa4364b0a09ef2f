import type { Plugin } from 'rollup';

const RRWEB = /[\\/]rrweb[\\/]dist[\\/]rrweb\.js$/;
/** Statements that only read members of the CSS parser, and keep all of it in the bundle. */
const BARE_READS = /^import_postcss(?:\$\d+)?\.default(?:\.\w+)?;$/gm;
const BARE_READS_MIN = 20;
/** The parser is there twice, each copy made by calling a wrapper that is not marked as free of effects. */
const COPIES = /^(var import_postcss(?:\$\d+)? = \/\* @__PURE__ \*\/ __toESM(?:\$\d+)?\()(\(\/\* @__PURE__ \*\/ __commonJSMin)/gm;
const COPIES_COUNT = 2;
/** The one use, by the player, to make `:hover` rules that a live view does not need. */
const USE = /^var postcss_default = import_postcss(?:\$\d+)?\.default;$/gm;
const USE_COUNT = 1;
const IDENTITY = 'var postcss_default = () => ({ process: (css) => ({ css }) });';

/**
 * Leaves rrweb's CSS parser out: 38 of 61 KB gzip that a recorder never runs, and that stalls a player for 0.4 s on
 * a large sheet. Every replacement is counted, so that a new version of rrweb fails the build instead of growing it.
 */
export function rrwebWithoutPostcss(): Plugin {
  return {
    name: 'rrweb-without-postcss',
    transform(code, id) {
      if (!RRWEB.test(id)) return null;
      const counts = { reads: 0, copies: 0, uses: 0 };
      const stripped = code
        .replace(BARE_READS, () => {
          counts.reads++;
          return '';
        })
        .replace(COPIES, (_all, before: string, call: string) => {
          counts.copies++;
          return `${before}/* @__PURE__ */ ${call}`;
        })
        .replace(USE, () => {
          counts.uses++;
          return IDENTITY;
        });
      const { reads, copies, uses } = counts;
      if (reads < BARE_READS_MIN || copies !== COPIES_COUNT || uses !== USE_COUNT) {
        this.error(`rrweb is not the one this was written for: ${JSON.stringify(counts)}`);
      }
      return { code: stripped, map: null };
    },
  };
}
