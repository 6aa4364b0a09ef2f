import { describe, expect, test } from 'vitest';
import { ANA, BEN, FakeConversation, SYSTEM, VISITOR } from '../testing/fake-conversation.ts';
import { idOf } from '../testing/fake-agent-client.ts';
import { type TimelineItem, deliveryOf, timelineOf } from './timeline.ts';

const NOON = new Date(2026, 2, 10, 12, 0, 0).getTime();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function conversation(): FakeConversation {
  return new FakeConversation(idOf('cnv', 1), () => NOON);
}

const me = ANA.id ?? '';
const itemsOf = (of: FakeConversation, unreadFrom?: number): TimelineItem[] =>
  timelineOf(of.view.value, { me, unreadFrom });
const kindsOf = (of: FakeConversation, unreadFrom?: number): string[] =>
  itemsOf(of, unreadFrom).map((item) => ('joined' in item && item.joined ? `${item.kind}+` : item.kind));

describe('timelineOf', () => {
  test('messages of one author within 3 minutes stand together, others do not', () => {
    const of = conversation();
    of.say(VISITOR, 'a', NOON);
    of.say(VISITOR, 'b', NOON + 2 * MINUTE_MS);
    of.say(VISITOR, 'c', NOON + 6 * MINUTE_MS);
    of.say(ANA, 'd', NOON + 6 * MINUTE_MS);
    of.say(BEN, 'e', NOON + 6 * MINUTE_MS);
    expect(kindsOf(of)).toEqual(['day', 'event', 'event+', 'event', 'event', 'event']);
  });

  test('a note never joins the messages of its author', () => {
    const of = conversation();
    of.say(ANA, 'to the visitor', NOON);
    of.append(ANA, { type: 'chat.noted', text: 'to the team' }, NOON);
    of.say(ANA, 'to the visitor again', NOON);
    expect(kindsOf(of)).toEqual(['day', 'event', 'event', 'event']);
  });

  test('each new day begins with its name', () => {
    const of = conversation();
    of.say(VISITOR, 'a', NOON - DAY_MS);
    of.say(VISITOR, 'b', NOON);
    expect(kindsOf(of)).toEqual(['day', 'event', 'day', 'event']);
  });

  test('marks have no place of their own, and do not part a group', () => {
    const of = conversation();
    of.say(ANA, 'a', NOON);
    of.append(VISITOR, { type: 'chat.received', delivered: 1, read: 1 }, NOON);
    of.say(ANA, 'b', NOON);
    expect(kindsOf(of)).toEqual(['day', 'event', 'event+']);
  });

  test('the mark of unread stands before the first unread message', () => {
    const of = conversation();
    of.say(VISITOR, 'a', NOON);
    of.say(VISITOR, 'b', NOON);
    expect(kindsOf(of, 2)).toEqual(['day', 'event', 'unread', 'event']);
  });

  test('erased and unreadable entries keep their place', () => {
    const of = conversation();
    of.say(VISITOR, 'a', NOON);
    const [first] = of.view.value.entries;
    of.change({
      entries: [
        { seq: 7, prev: 6, erased: true },
        ...(first && !('erased' in first) ? [{ ...first, body: { type: 'unreadable' as const } }] : []),
      ],
    });
    expect(kindsOf(of)).toEqual(['erased', 'day', 'event']);
  });

  test('a message that is on its way becomes its entry under the same key', async () => {
    const of = conversation();
    of.sending = 'saved';
    const { id } = await of.send('hello');
    const before = itemsOf(of).at(-1);
    of.arrive(id);
    const after = itemsOf(of).at(-1);
    expect([before?.kind, after?.kind]).toEqual(['pending', 'event']);
    expect(after?.key).toBe(before?.key);
  });

  test('[DL2] a message whose entry is here is not shown a second time, whatever its text', async () => {
    const of = conversation();
    of.sending = 'saved';
    const { id } = await of.send('same');
    await of.send('same');
    const { pending } = of.view.value;
    of.arrive(id);
    of.change({ pending });
    expect(kindsOf(of)).toEqual(['day', 'event', 'pending+']);
  });
});

describe('[DL6] deliveryOf', () => {
  const stateOf = (of: FakeConversation): string | undefined => deliveryOf(of.view.value, itemsOf(of))?.state;

  test('says saved, sent, delivered and read, each only when it is so', async () => {
    const of = conversation();
    expect(stateOf(of)).toBeUndefined();
    of.sending = 'saved';
    const { id } = await of.send('hello');
    expect(stateOf(of)).toBe('saved');
    of.arrive(id);
    expect(stateOf(of)).toBe('sent');
    of.append(VISITOR, { type: 'chat.received', delivered: 1, read: 0 });
    expect(stateOf(of)).toBe('delivered');
    of.append(VISITOR, { type: 'chat.received', delivered: 1, read: 1 });
    expect(stateOf(of)).toBe('read');
  });

  test('stands under the last own message, also when the visitor wrote since', () => {
    const of = conversation();
    of.say(ANA, 'mine');
    of.say(VISITOR, 'theirs');
    expect(deliveryOf(of.view.value, itemsOf(of))?.key).toBe('entry-1');
  });

  test('notes, colleagues’ messages and refused ones have none', () => {
    const of = conversation();
    of.say(BEN, 'not mine');
    of.append(ANA, { type: 'chat.noted', text: 'note' });
    of.change({ pending: [{ id: 'x', kind: 'message', text: 'no', at: NOON, state: 'refused' }] });
    expect(stateOf(of)).toBeUndefined();
  });

  test('joining and leaving are nobody’s message', () => {
    const of = conversation();
    of.append(SYSTEM, { type: 'agent.joined', agent: { id: me, name: 'Ana' }, item: idOf('itm', 1) });
    expect(stateOf(of)).toBeUndefined();
  });
});
