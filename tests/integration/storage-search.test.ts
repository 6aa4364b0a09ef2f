import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SearchStore } from '../../server/src/events/search-store.ts';
import { Rig, STORES } from './storage-rig.ts';
import { VISITOR } from './storage-rig-parts.ts';

for (const { store, isMissing } of STORES) {
  describe.skipIf(isMissing)(`search on ${store}`, () => {
    let rig: Rig;
    let search: SearchStore;
    let seq = 0;

    beforeEach(async () => {
      rig = await Rig.make(store);
      search = new SearchStore((await rig.open()).storage);
    });

    afterEach(async () => {
      await rig.remove();
    });

    async function index(text: string, site = 'demo'): Promise<number> {
      seq++;
      await search.indexMessage({ conversation: 'cnv_1', site, seq, at: 1_000 + seq, author: VISITOR, text });
      return seq;
    }

    async function found(query: string, site = 'demo'): Promise<number[]> {
      return (await search.searchMessages(site, query, 20)).map((hit) => hit.seq);
    }

    test('finds messages that have all the words, newest first, without case and accents', async () => {
      const first = await index('Where is my Café order?');
      await index('I want a refund');
      const last = await index('The CAFE order came cold');
      expect(await found('cafe order')).toEqual([last, first]);
      expect(await found('Ordér, café!')).toEqual([last, first]);
      expect(await found('order refund')).toEqual([]);
    });

    test('finds the beginning of the last word, but not of those before it', async () => {
      const number = await index('delivery on Thursday');
      expect(await found('thurs')).toEqual([number]);
      expect(await found('deliv thursday')).toEqual([]);
      expect(await found('thurs ')).toEqual([]);
      expect(await found('delivery th')).toEqual([number]);
    });

    test('finds words of scripts without spaces, in their order', async () => {
      const number = await index('我的订单在哪里？ order 12345');
      expect(await found('订单')).toEqual([number]);
      expect(await found('单订')).toEqual([]);
      expect(await found('1234')).toEqual([number]);
    });

    test('keeps sites apart', async () => {
      await index('a secret of one', 'one');
      expect(await found('secret', 'two')).toEqual([]);
      expect(await found('secret', 'one')).toHaveLength(1);
    });

    test('answers when, where and by whom, with the words marked', async () => {
      await index(
        `${'So long a story that it has to be cut. '.repeat(6)}At last the parcel came. ${'And so on. '.repeat(30)}`,
      );
      const [hit] = await search.searchMessages('demo', 'PARCEL', 20);
      expect(hit).toMatchObject({ conversation: 'cnv_1', seq, at: 1_000 + seq, author: VISITOR });
      expect(hit?.snippet.filter((part) => part.hit)).toEqual([{ text: 'parcel', hit: true }]);
      const text = hit?.snippet.map((part) => part.text).join('') ?? '';
      expect(text).toMatch(/^…\S.*At last the parcel came\. .*…$/);
      expect(text.length).toBeLessThan(200);
    });

    test('a message that is indexed again is found once; one that is forgotten never', async () => {
      const number = await index('unique word');
      const again = {
        conversation: 'cnv_1',
        site: 'demo',
        seq: number,
        at: 1,
        author: VISITOR,
        text: 'unique word',
      };
      await search.indexMessage(again);
      expect(await found('unique')).toEqual([number]);
      await search.forgetMessage('cnv_1', number);
      expect(await found('unique')).toEqual([]);
      await search.forgetMessage('cnv_1', number);
    });

    test.each([
      '"',
      "'",
      '"" OR 1',
      'a" NOT b',
      '*',
      'text:foo',
      'NEAR(a b)',
      '^start',
      '(',
      ')',
      '-',
      '\\',
      "'; drop table agents; --",
      'a & b | !c',
      ':*',
      '<->',
      '%',
      '_',
      '😀',
      '\u0301',
      '⑴',
      'ﷺ',
      '½',
      'ﬁnance',
      'İstanbul',
      'x'.repeat(200),
      `${'x'.repeat(59)}😀`,
      Array.from({ length: 100 }, (_, n) => `w${n}`).join(' '),
    ])('takes %j as plain words', async (text) => {
      await index(`before ${text} after`);
      await expect(found(text)).resolves.toBeInstanceOf(Array);
      expect(await found('before')).toContain(seq);
      if (/[\p{L}\p{N}]/u.test(text) && !text.includes('w99')) expect(await found(text)).toContain(seq);
    });

    test('messages of one moment share a commit and are all found', async () => {
      const numbers = await Promise.all(Array.from({ length: 300 }, (_, n) => index(`bulk ${n}`)));
      expect(await found('bulk 299')).toHaveLength(1);
      expect(await search.searchMessages('demo', 'bulk', 1_000)).toHaveLength(numbers.length);
    });
  });
}
