import { describe, expect, test } from 'vitest';
import { newCommandId, newId, platformRandom } from '../lib/ids.ts';
import {
  type OutboxBox,
  addEntry,
  draftOf,
  emptyBox,
  readBox,
  refuseEntry,
  removeEntries,
  renumber,
  retryEntry,
  setDraft,
} from './outbox-box.ts';

const box = (): OutboxBox => emptyBox(platformRandom);
const made = (text: string, lane = 'a') => ({
  id: newCommandId(Date.now()),
  lane,
  at: 1,
  body: { type: 'chat.send' as const, text },
});
const numbers = ({ entries }: OutboxBox): string[] => entries.map(({ n, body }) => `${n} ${body.text}`);

describe('[DL3] the numbers of an outbox', () => {
  test('run from 1 per lane, and on after everything was sent', () => {
    const outbox = box();
    addEntry(outbox, made('one'));
    addEntry(outbox, made('two'));
    addEntry(outbox, made('else', 'b'));
    expect(numbers(outbox)).toEqual(['1 one', '2 two', '1 else']);
    removeEntries(outbox, new Set(outbox.entries.map(({ id }) => id)));
    addEntry(outbox, made('three'));
    expect(numbers(outbox)).toEqual(['3 three']);
  });

  test('a refused entry has used its number up, and begins anew behind the others', () => {
    const outbox = box();
    const one = addEntry(outbox, made('one'));
    addEntry(outbox, made('two'));
    refuseEntry(outbox, one.id, 'forbidden', 'not yours');
    expect(outbox.entries[0]?.refused).toEqual({ code: 'forbidden', message: 'not yours' });
    const command = newCommandId(Date.now());
    retryEntry(outbox, one.id, command);
    expect(numbers(outbox)).toEqual(['2 two', '3 one']);
    expect(outbox.entries[1]).toMatchObject({ id: command, n: 3 });
    expect(outbox.entries[1]).not.toHaveProperty('refused');
  });

  test('an entry that was not refused does not begin anew', () => {
    const outbox = box();
    const one = addEntry(outbox, made('one'));
    retryEntry(outbox, one.id, newCommandId(Date.now()));
    expect(outbox.entries).toEqual([one]);
  });

  test('numbered anew, the waiting ones keep their order and ids, the refused and other lanes stay', () => {
    const outbox = box();
    const [one, two] = [addEntry(outbox, made('one')), addEntry(outbox, made('two'))];
    addEntry(outbox, made('else', 'b'));
    refuseEntry(outbox, one.id, 'invalid', '');
    addEntry(outbox, made('three'));
    renumber(outbox, 'a', 9);
    expect(numbers(outbox)).toEqual(['1 one', '9 two', '1 else', '10 three']);
    expect(outbox.entries[1]?.id).toBe(two.id);
    addEntry(outbox, made('four'));
    expect(numbers(outbox).at(-1)).toBe('11 four');
  });

  test('many lanes: the ones used longest ago are forgotten', () => {
    const outbox = box();
    for (let index = 0; index < 250; index++) addEntry(outbox, made('x', `lane ${index}`));
    addEntry(outbox, made('again', 'lane 60'));
    expect(outbox.lanes).toHaveLength(200);
    expect(outbox.entries.at(-1)?.n).toBe(2);
  });
});

describe('[DL5] drafts', () => {
  test('are kept per lane, and an empty one is none', () => {
    const outbox = box();
    setDraft(outbox, 'a', 'half a sen');
    expect([draftOf(outbox, 'a'), draftOf(outbox, 'b')]).toEqual(['half a sen', '']);
    setDraft(outbox, 'a', '');
    expect(outbox.lanes).toEqual([{ key: 'a', last: 0 }]);
  });

  test('the draft that became a message goes in the same change, another one stays', () => {
    const outbox = box();
    setDraft(outbox, 'a', 'hello');
    addEntry(outbox, made('quick reply'), false);
    expect(draftOf(outbox, 'a')).toBe('hello');
    addEntry(outbox, made('hello'), true);
    expect(draftOf(outbox, 'a')).toBe('');
  });
});

describe('a stored box is read with care', () => {
  test('what decodes stays, what does not is left out', () => {
    const outbox = box();
    const good = addEntry(outbox, made('good'));
    const stored = {
      ...outbox,
      lanes: [...outbox.lanes, { key: 'b' }, null],
      entries: [
        { ...good, n: 0 },
        { ...good, body: { type: 'desk.status' } },
        good,
        'x',
        { ...good, evil: 1 },
      ],
    };
    expect(readBox(stored, platformRandom)).toEqual({ ...outbox, entries: [good, good] });
  });

  test.for([undefined, null, 5, 'x', [], {}, { device: 'dev_1', lanes: 'x', entries: {} }])(
    '%j is an empty box with a device of its own',
    (stored) => {
      const read = readBox(stored, platformRandom);
      expect(read).toMatchObject({ lanes: [], entries: [] });
      expect(read.device).toMatch(/^dev_/);
    },
  );

  test('the device is kept', () => {
    const device = newId('dev');
    expect(readBox({ device }, platformRandom).device).toBe(device);
  });
});
