import type { ManifestFile } from './manifest.ts';

const PLACE = '<!-- assets -->';

/**
 * A document of the console's workspace, from `console/index.html` or `console/view.html`: the entry, what it needs at once, and its style sheet,
 * each with its integrity, so that a changed file is refused by the browser.
 */
export function consolePage(
  template: string,
  entry: ManifestFile,
  preloads: readonly ManifestFile[],
  styles: ManifestFile | undefined,
): string {
  if (template.split(PLACE).length !== 2) throw new Error(`a page must have ${PLACE} once`);
  const tags = [
    styles && `<link rel="stylesheet" href="/${styles.file}" integrity="${styles.integrity}" />`,
    ...preloads.map(
      (each) => `<link rel="modulepreload" href="/${each.file}" integrity="${each.integrity}" />`,
    ),
    `<script type="module" src="/${entry.file}" integrity="${entry.integrity}"></script>`,
  ].filter((tag) => tag !== undefined);
  return template.replace(PLACE, () => tags.join('\n    '));
}
