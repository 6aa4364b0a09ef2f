import { expect, test } from 'vitest';
import { nodeVersionProblem } from './node-version.ts';

test('Node 24 and newer are accepted', () => {
  expect(nodeVersionProblem('v24.0.0')).toBeUndefined();
  expect(nodeVersionProblem('v26.1.0')).toBeUndefined();
});

test.each(['v20.20.2', 'v23.11.0', 'nonsense'])(
  '%s is refused in one line that says what to do',
  (version) => {
    const line = nodeVersionProblem(version);
    expect(line).toContain(version);
    expect(line).toContain('Node 24');
    expect(line).not.toContain('\n');
  },
);
