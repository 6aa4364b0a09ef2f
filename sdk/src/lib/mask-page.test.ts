import { describe, expect, test } from 'vitest';
import { MASK, maskPage, maskPageTitle, maskPageUrl } from './mask-page.ts';

describe('the address of a page, as agents may see it', () => {
  test.for([
    ['keeps origin and path', 'https://shop.example/basket/checkout', 'https://shop.example/basket/checkout'],
    ['drops query and hash', 'https://shop.example/a?token=secret#id_token=x', 'https://shop.example/a'],
    ['drops name and password', 'https://ana:pass@shop.example/', 'https://shop.example/'],
    ['keeps a port', 'http://localhost:4100/demo/', 'http://localhost:4100/demo/'],
    ['keeps words, years and short numbers', 'https://a.example/en/sale-2024/page/12', undefined],
    ['keeps a long speaking name', 'https://a.example/how-to-return-a-pair-of-shoes', undefined],
    ['keeps a year', 'https://a.example/news/2026', undefined],
    ['keeps a dated name', 'https://a.example/blog/10-ways-to-save-money-in-2026', undefined],
    ['masks what cannot be decoded', 'https://a.example/%ff', `https://a.example/${MASK}`],
    ['masks an order number', 'https://a.example/orders/20481234', `https://a.example/orders/${MASK}`],
    [
      'masks a UUID',
      'https://a.example/u/019b76da-b665-7149-9c08-576b8e7fa304/edit',
      `https://a.example/u/${MASK}/edit`,
    ],
    ['masks a hash', 'https://a.example/r/9f86d081884c7d65', `https://a.example/r/${MASK}`],
    [
      'masks a short code of letters and digits',
      'https://a.example/r/a1b2c3d4e5',
      `https://a.example/r/${MASK}`,
    ],
    [
      'masks a token',
      'https://a.example/reset/AbCdEfGhIjKlMnOpQrStUvWxYz012345',
      `https://a.example/reset/${MASK}`,
    ],
    [
      'masks a token without digits',
      'https://a.example/reset/qXkvWzJrPbTnLdHsGfYcMmQwErTyUiOpAsDf',
      `https://a.example/reset/${MASK}`,
    ],
    [
      'masks a token with dashes',
      'https://a.example/reset/Zx8-kQ2w_Lm9-Tb4vR7yN',
      `https://a.example/reset/${MASK}`,
    ],
    [
      'masks a short token with a capital',
      'https://a.example/go/link-K7/now',
      `https://a.example/go/${MASK}/now`,
    ],
    [
      'masks a short code after a word that asks for one',
      'https://a.example/verify/k7q2/now',
      `https://a.example/verify/${MASK}/now`,
    ],
    ['keeps words after such a word', 'https://a.example/login/with-mail/confirm', undefined],
    ['masks an e-mail address', 'https://a.example/u/ana@example.com', `https://a.example/u/${MASK}`],
    [
      'masks an encoded e-mail address',
      'https://a.example/u/ana%40example.com',
      `https://a.example/u/${MASK}`,
    ],
    ['masks a JWT', 'https://a.example/s/eyJhbGciOi.eyJzdWIiOi.c2lnbmF0', `https://a.example/s/${MASK}`],
    [
      'masks an encoded token',
      'https://a.example/s/%41%42%43%64%65%66%31%32%33%34%35%36%37%38%39%30',
      `https://a.example/s/${MASK}`,
    ],
    ['says nothing of a file', 'file:///home/ana/taxes.html', ''],
    ['says nothing of data', 'data:text/html,secret', ''],
    ['says nothing of what is no address', 'secret', ''],
  ] as const)('%s', ([, url, expected]) => {
    expect(maskPageUrl(url)).toBe(expected ?? url);
  });

  test('is at most as long as the wire takes', () => {
    expect(maskPageUrl(`https://a.example/${'word/'.repeat(1_000)}`).length).toBeLessThanOrEqual(2_000);
  });
});

describe('the title of a page, as agents may see it', () => {
  test.for([
    ['keeps plain text', 'Your basket (3) – Shop', undefined],
    ['keeps years, prices and times', 'Sale 2024: 1.299,00 € until 18:00', undefined],
    ['keeps a number that is no card', 'Order 4111 1111 1111 1112', undefined],
    ['masks a card', 'Card 4111 1111 1111 1111 saved', `Card ${MASK} saved`],
    ['masks a card without blanks', 'Card 5500005555555559', `Card ${MASK}`],
    ['masks an IBAN', 'From DE89 3704 0044 0532 0130 00', `From ${MASK}`],
    ['masks an IBAN without blanks', 'From GB82WEST12345698765432', `From ${MASK}`],
    ['masks an e-mail address', 'Inbox of ana.b+c@mail.example.com', `Inbox of ${MASK}`],
    ['masks a phone number', 'Call +49 (30) 1234-5678 now', `Call ${MASK} now`],
    ['masks a local phone number', 'Call 030 12345678', `Call ${MASK}`],
    ['masks a JWT', 'x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln y', `x ${MASK} y`],
    ['masks a bearer', 'Bearer abc123 sent', `${MASK} sent`],
    ['masks a random text', 'Session 9f86d081884c7d659a2feaa0 open', `Session ${MASK} open`],
    ['keeps a long word', 'Donaudampfschifffahrtsgesellschaft', undefined],
  ] as const)('%s', ([, title, expected]) => {
    expect(maskPageTitle(title)).toBe(expected ?? title);
  });

  test('is at most as long as the wire takes, whatever it is made of', () => {
    for (const piece of ['a', '1', ' 1', '1-', 'a@', '+1 ', 'eyA.', 'DE89 ', '('.repeat(3)]) {
      expect(maskPageTitle(piece.repeat(100_000)).length).toBeLessThanOrEqual(300);
    }
  });

  test('both together', () => {
    const page = { url: 'https://a.example/?q=1', title: 'to ana@example.com' };
    expect(maskPage(page)).toEqual({ url: 'https://a.example/', title: `to ${MASK}` });
  });
});
