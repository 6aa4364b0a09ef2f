import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { agentDown } from './agent-down.ts';
import { agentUp } from './agent-up.ts';
import type { AnyMessage } from './schema.ts';
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from './version.ts';
import { visitorDown } from './visitor-down.ts';
import {
  coBrowseAgentDown,
  coBrowseAgentUp,
  coBrowseVisitorDown,
  coBrowseVisitorUp,
} from './co-browse-socket.ts';
import { visitorUp } from './visitor-up.ts';

/** The shape of the wire that each version has. */
const SHAPES: Record<number, string> = {
  1: 'aa0d3a7ebb227a8b',
  2: '321bed3a352c3e99',
  3: 'f28e23e4cc1a20dd',
};

const ADVICE = `The wire's shape has changed. Its two sides are released apart, so decide which it is:
 - An optional field, or a wider limit, which old peers never miss: say so in the history in version.ts under the
   present version, and put the new hash here.
 - A new message: the same with a new PROTOCOL_VERSION, which is also the message's \`since\`; it is sent only to
   peers that speak that version.
 - Anything else (a field removed, required, renamed or narrowed, another meaning): a new PROTOCOL_VERSION, and the
   old decoders stay for as long as PROTOCOL_VERSION_MIN names the old one.
Then \`npm run docs\` writes docs/protocol.md anew.`;

/** What peers depend on; the sentences for the documentation do not count. */
function shapeOf(messages: readonly AnyMessage[]): unknown {
  return messages.map(({ type, since, json }) => ({ type, since, shape: json() }));
}

test("the wire's shape is the one of its version", () => {
  const unions = {
    ...{ visitorUp, visitorDown, agentUp, agentDown },
    ...{ coBrowseVisitorUp, coBrowseVisitorDown, coBrowseAgentUp, coBrowseAgentDown },
  };
  const shapes = Object.entries(unions).map(([name, { messages }]) => [name, shapeOf(messages)]);
  const hash = createHash('sha256').update(JSON.stringify(shapes)).digest('hex').slice(0, 16);
  expect(hash, ADVICE).toBe(SHAPES[PROTOCOL_VERSION]);
});

test('the oldest version that is understood is not newer than the current one', () => {
  expect(PROTOCOL_VERSION_MIN).toBeLessThanOrEqual(PROTOCOL_VERSION);
});

test('no message is older or newer than what is spoken', () => {
  for (const { type, since } of [visitorUp, visitorDown, agentUp, agentDown].flatMap(
    ({ messages }): readonly AnyMessage[] => messages,
  )) {
    expect([type, since >= 1 && since <= PROTOCOL_VERSION]).toEqual([type, true]);
  }
});
