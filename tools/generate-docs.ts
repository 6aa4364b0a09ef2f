import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { protocolDocument } from './docs/protocol-document.ts';
import { reliabilityDocument } from './docs/reliability-document.ts';

/** Writes every generated document. `npm run docs`; a test compares what is there with what this would write. */
export const GENERATED: readonly { path: string; text: () => string }[] = [
  { path: 'docs/protocol.md', text: protocolDocument },
  { path: 'docs/reliability.md', text: reliabilityDocument },
];

/** The document as it must stand in the repository. */
export async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(absolute(path))), parser: 'markdown' });
}

/** A path of the repository, from anywhere. */
export function absolute(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

if (import.meta.main) {
  for (const { path, text } of GENERATED) {
    writeFileSync(absolute(path), await formatted(path, text()));
    console.log(`wrote ${path}`);
  }
}
