import { expect, test } from 'vitest';
import { emptyConversation } from '@alongside/sdk/shared';
import { sharingOf } from './row-sharing.ts';

const agent = { id: 'agt_1', name: 'Ana' };

test('[CO1] a row says whether a page is asked for, shared, or acted on', () => {
  const header = emptyConversation();
  expect(sharingOf(header)).toEqual({});
  const share = { id: 'shr_1', agent, state: 'asked', until: 1 } as const;
  expect(sharingOf({ ...header, share })).toEqual({ sharing: 'asked' });
  const allowed = { id: 'shr_1', agent, state: 'allowed' } as const;
  expect(sharingOf({ ...header, share: allowed })).toEqual({ sharing: 'shared' });
  const asks = { ...allowed, control: { agent, state: 'asked', until: 1 } } as const;
  expect(sharingOf({ ...header, share: asks })).toEqual({ sharing: 'shared' });
  const acts = { ...allowed, control: { agent, state: 'allowed', grant: 'grt_1' } } as const;
  expect(sharingOf({ ...header, share: acts })).toEqual({ sharing: 'controlled' });
});
