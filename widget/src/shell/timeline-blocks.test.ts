import { describe, expect, test } from 'vitest';
import { ANA, BEN, FakeVisitorClient } from './fake-visitor-client.ts';
import { type Block, blocksOf, lastOwn } from './timeline-blocks.ts';

const CARDS = new Set(['chat.message']);

/** Blocks in short: `day`, `line agent.joined`, `mine a|b`, `agt_ana c`. */
function show(blocks: readonly Block[]): string[] {
  return blocks.map((block) => {
    switch (block.kind) {
      case 'day':
        return 'day';
      case 'line':
        return `line ${'erased' in block.entry ? 'erased' : block.entry.body.type}`;
      case 'group':
        return `${block.mine ? 'mine' : (block.author?.id ?? 'system')} ${block.items
          .map(({ body }) => (body.type === 'chat.message' ? body.text : body.type))
          .join('|')}`;
    }
  });
}

/** A conversation whose entries come a minute apart, beginning at noon. */
function client(): FakeVisitorClient {
  const made = new FakeVisitorClient();
  made.now = new Date(2026, 2, 3, 12).getTime();
  return made;
}

describe('the timeline', () => {
  test('groups messages by author while they are within three minutes', () => {
    const fake = client();
    fake.writes('a');
    fake.writes('b');
    fake.now += 3 * 60_000;
    fake.writes('c');
    fake.says('d');
    fake.says('e', BEN);
    expect(show(blocksOf(fake.conversation.value, CARDS))).toEqual([
      'day',
      'mine a|b',
      'mine c',
      'agt_ana d',
      'agt_ben e',
    ]);
  });

  test('has a separator where a day begins', () => {
    const fake = client();
    fake.writes('a');
    fake.now = new Date(2026, 2, 4, 0, 1).getTime();
    fake.says('b');
    expect(show(blocksOf(fake.conversation.value, CARDS))).toEqual(['day', 'mine a', 'day', 'agt_ana b']);
  });

  test('tells who joins and leaves, and nothing of receipts and openings', () => {
    const fake = client();
    fake.opens();
    fake.writes('a');
    fake.joins(ANA);
    fake.agentsRead(2);
    fake.append({ type: 'agent.left', agent: ANA, item: 'itm_1' }, { kind: 'system' });
    fake.append({ type: 'sitting.closed', sitting: 'sit_1', reason: 'finished' }, { kind: 'system' });
    expect(show(blocksOf(fake.conversation.value, CARDS))).toEqual([
      'day',
      'mine a',
      'line agent.joined',
      'line agent.left',
      'line sitting.closed',
    ]);
  });

  test('shows an erased and an unreadable entry where it stood', () => {
    const fake = client();
    fake.says('a');
    fake.says('b');
    fake.says('c');
    const [first, second, third] = fake.conversation.value.entries;
    if (!first || !second || !third || 'erased' in third) throw new Error('three messages');
    const entries = [
      first,
      { seq: 2, prev: 1, erased: true as const },
      { ...third, body: { type: 'unreadable' as const } },
    ];
    expect(show(blocksOf({ ...fake.conversation.value, entries }, CARDS))).toEqual([
      'day',
      'agt_ana a',
      'line erased',
      'line unreadable',
    ]);
  });

  test('[DL2] keeps the key of an own message when its entry comes, by the command and not by the text', async () => {
    const fake = client();
    await fake.send('same');
    await fake.send('same');
    const keys = (): string[] =>
      blocksOf(fake.conversation.value, CARDS).flatMap((block) =>
        block.kind === 'group' ? block.items.map(({ key }) => key) : [],
      );
    const before = keys();
    fake.writes('same');
    expect(keys()).toEqual(before);
    expect(new Set(before).size).toBe(2);
  });

  test('finds the last own message that was not refused', async () => {
    const fake = client();
    fake.writes('a');
    fake.says('b');
    const { id } = await fake.send('c');
    fake.refuses(id);
    expect(lastOwn(blocksOf(fake.conversation.value, CARDS))?.body).toMatchObject({ text: 'a' });
  });
});
