import { expect, test } from 'vitest';
import { idOf } from '../testing/fake-agent-client.ts';
import { ANA, BEN, FakeConversation, SYSTEM, VISITOR } from '../testing/fake-conversation.ts';
import { lastSpoken, sittingsOf } from './sittings.ts';

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

test('what the visitor wrote since an agent last did is counted', () => {
  const of = new FakeConversation(idOf('cnv', 1), () => 0);
  of.say(VISITOR, 'before', 1);
  expect(lastSpoken(of.view.value.entries, ANA.id ?? '')).toBeUndefined();
  of.say(ANA, 'hello', 2);
  of.say(BEN, 'hello from me too', 3);
  of.say(VISITOR, 'one', 4);
  of.say(VISITOR, 'two', 5);
  expect(lastSpoken(of.view.value.entries, ANA.id ?? '')).toEqual({ at: 2, since: 2 });
});
