import { describe, expect, test } from 'vitest';
import { ASSET_MAX_BYTES } from '../protocol/index.ts';
import { AgentAssets } from './agent-assets.ts';

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4]);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function asking(asset = 'asset:a-0'): AgentAssets {
  const assets = new AgentAssets();
  assets.asks(asset);
  return assets;
}

describe('[CO13] assets at an agent', () => {
  test('are joined out of their parts', () => {
    const assets = asking();
    const common = { type: 'asset', asset: 'asset:a-0', parts: 2 } as const;
    expect(
      assets.came({ ...common, part: 0, mime: 'image/png', data: text(PNG.subarray(0, 6)) }),
    ).toBeUndefined();
    expect(assets.came({ ...common, part: 1, data: text(PNG.subarray(6)) })).toEqual({
      asset: 'asset:a-0',
      mime: 'image/png',
      bytes: PNG,
    });
  });

  test.each([
    ['a part is missing', { part: 1, parts: 2, data: text(PNG) }, 'failed'],
    ['a part is no base64', { part: 0, parts: 1, data: '<b>' }, 'failed'],
    [
      'they only call themselves a picture',
      { part: 0, parts: 1, mime: 'image/png', data: text(Buffer.from('<svg onload=x>')) },
      'type',
    ],
    [
      'they are too large',
      { part: 0, parts: 1, data: text(new Uint8Array(ASSET_MAX_BYTES + 3)) },
      'too-large',
    ],
    ['the page says so', { part: 0, parts: 1, refused: 'private' as const }, 'private'],
  ])('are refused where %s', (_what, part, refused) => {
    expect(asking().came({ type: 'asset', asset: 'asset:a-0', ...part })).toEqual({
      asset: 'asset:a-0',
      refused,
    });
  });

  test('that nobody asked for do not exist, nor do those that were lost', () => {
    const assets = asking();
    const part = { type: 'asset', part: 0, parts: 1, mime: 'image/png', data: text(PNG) } as const;
    expect(assets.came({ ...part, asset: 'asset:b-0' })).toBeUndefined();
    expect(assets.lost()).toEqual(['asset:a-0']);
    expect(assets.came({ ...part, asset: 'asset:a-0' })).toBeUndefined();
  });
});
