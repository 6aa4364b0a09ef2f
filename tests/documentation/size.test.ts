import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CLOSE_CODES, ERRORS, agentDown, agentUp, visitorDown, visitorUp } from '@alongside/sdk/protocol';
import { absolute } from '../../tools/generate-docs.ts';
import { builtText, panelFiles, readManifest, snippetBytes } from '../performance/harness/manifest-sizes.ts';

/** A thousand bytes to the KB, which is the stricter reading of the budgets. */
const SNIPPET_MAX_BYTES = 2_000;
/** The budget: all scripts and styles up to the open conversation, as they are served to who accepts gzip. */
const PANEL_MAX_BYTES = 25_000;
/** A run of plain words this long stands in a sentence and nowhere else. */
const SENTENCE_MIN_LENGTH = 16;

const manifest = readManifest();
const bundles = Object.entries(manifest.files).filter(([, { file }]) => file.endsWith('.js'));

/** The longest stretch of a sentence that no minifier writes in another way (quotes, dashes, back-ticks). */
function plainPart(sentence: string): string {
  const parts = sentence.split(/[^A-Za-z0-9 ,;:.()]+/);
  return parts.toSorted((a, b) => b.length - a.length)[0]?.trim() ?? '';
}

const documented = [
  ...[...visitorUp.messages, ...visitorDown.messages, ...agentUp.messages, ...agentDown.messages].map(
    ({ doc }) => doc,
  ),
  ...Object.values(ERRORS).map(({ doc }) => doc),
  ...Object.values(CLOSE_CODES).map(({ doc }) => doc),
];
const sentences = [...new Set(documented.map(plainPart))].filter(
  (part) => part.length >= SENTENCE_MIN_LENGTH,
);

describe('size of what browsers load', () => {
  test('the snippet is at most 2.0 KB gzip, settings included', () => {
    expect(snippetBytes(manifest)).toBeLessThanOrEqual(SNIPPET_MAX_BYTES);
  });

  test('the open conversation is at most 25 KB gzip, snippet included', () => {
    const files = panelFiles(manifest);
    expect(files.length).toBeGreaterThan(0);
    const total = files.reduce((sum, { gzipBytes }) => sum + gzipBytes, snippetBytes(manifest));
    expect(total).toBeLessThanOrEqual(PANEL_MAX_BYTES);
  });

  test('the README tells the size of the snippet', () => {
    const claim = /under (\d+(?:\.\d+)?) KB/.exec(readFileSync(absolute('README.md'), 'utf8'))?.[1];
    expect(claim).toBeDefined();
    expect(snippetBytes(manifest)).toBeLessThan(Number(claim) * 1_000);
  });

  test.each(bundles)('%s carries no sentence of the wire’s documentation', (_name, file) => {
    expect(sentences.length).toBeGreaterThan(30);
    const text = builtText(file);
    expect(sentences.filter((sentence) => text.includes(sentence))).toEqual([]);
  });
});
