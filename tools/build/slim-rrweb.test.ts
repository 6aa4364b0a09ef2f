import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundleOf } from '../../tests/support/co-browse/bundle.ts';

const RECORDER_MAX_BYTES = 30 * 1024;
const BUNDLING_TIMEOUT_MS = 60_000;

test(
  '[CO12] the recorder with the scrubber is at most 30 KB, and has no CSS parser in it',
  async () => {
    const code = await bundleOf('sdk/src/co-browse/recorder-chunk.ts', 'recorder');
    expect(code).not.toMatch(/postcss/i);
    expect(code).not.toMatch(/getImageData|new Worker/);
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(RECORDER_MAX_BYTES);
  },
  BUNDLING_TIMEOUT_MS,
);
