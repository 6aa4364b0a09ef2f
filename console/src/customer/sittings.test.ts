import { expect, test } from 'vitest';
import { idOf } from '../testing/fake-agent-client.ts';
import { ANA, FakeConversation, SYSTEM, VISITOR } from '../testing/fake-conversation.ts';
import { sittingsOf } from './sittings.ts';

test('sittings are listed newest first, with what the visitor said first', () => {
  const of = new FakeConversation(idOf('cnv', 1), () => 0);
  const open = (number: number, at: number): void => {
    of.append(
      SYSTEM,
      { type: 'sitting.opened', sitting: idOf('sit', number), item: idOf('itm', number), channel: 'chat' },
      at,
    );
  };
  of.say(VISITOR, 'its beginning is not here', 1);
  open(1, 10);
  of.say(VISITOR, 'first', 11);
  of.say(VISITOR, 'second', 12);
  of.append(ANA, { type: 'sitting.closed', sitting: idOf('sit', 1), reason: 'finished' }, 20);
  open(2, 30);
  of.say(ANA, 'hello', 31);
  expect(sittingsOf(of.view.value.entries)).toEqual([
    { seq: 6, openedAt: 30 },
    { seq: 2, openedAt: 10, closedAt: 20, firstText: 'first' },
  ]);
});
